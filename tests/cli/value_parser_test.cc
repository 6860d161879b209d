#include "cli/value_parser.h"

#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

std::string Canonical(const Option& option, const std::string& text) {
  const ParsedValue value = ParseValue(option, text);
  EXPECT_TRUE(value.ok) << value.error;
  return value.canonical;
}

std::string Error(const Option& option, const std::string& text) {
  const ParsedValue value = ParseValue(option, text);
  EXPECT_FALSE(value.ok) << text;
  return value.error;
}

TEST(BooleanValue, TakesEverySpellingOfEsxcli) {
  const Option option{'e', "enabled", ValueType::kBoolean, ""};
  for (const char* text : {"1", "t", "true", "y", "yes", "on", "TRUE", "On"}) {
    EXPECT_EQ(Canonical(option, text), "true") << text;
  }
  for (const char* text : {"0", "f", "false", "n", "no", "off", "No"}) {
    EXPECT_EQ(Canonical(option, text), "false") << text;
  }
}

TEST(BooleanValue, RefusesAnythingElse) {
  const Option option{'e', "enabled", ValueType::kBoolean, ""};
  for (const char* text : {"", "2", "tru", "enable"}) {
    EXPECT_EQ(Error(option, text), std::string("While processing '--enabled'. Argument type "
                                               "mismatch. Expecting boolean value. Got '") +
                                       text + "'");
  }
}

TEST(IntegerValue, TakesItsWholeRange) {
  const Option option = Option{'\0', "domain", ValueType::kInteger, ""}.Range(0, 255);
  EXPECT_EQ(Canonical(option, "0"), "0");
  EXPECT_EQ(Canonical(option, "255"), "255");
  EXPECT_EQ(Canonical(option, "007"), "7");
  EXPECT_EQ(Canonical(option, "0xfe"), "254");
}

TEST(IntegerValue, RefusesWhatIsNoNumber) {
  const Option option = Option{'\0', "domain", ValueType::kInteger, ""}.Range(0, 255);
  EXPECT_EQ(Error(option, "x"),
            "While processing '--domain'. Argument type mismatch. Expecting integer value. "
            "Got 'x'");
  for (const char* text : {"", " 1", "1 ", "1.0", "0x", "0xg", "0x-1", "1e1", "+1", "-"}) {
    EXPECT_NE(Error(option, text).find("Expecting integer value"), std::string::npos) << text;
  }
}

TEST(IntegerValue, RefusesWhatIsOutOfRangeHoweverFar) {
  const Option option = Option{'\0', "domain", ValueType::kInteger, ""}.Range(0, 255);
  for (const char* text : {"256", "-1", "99999999999999999999999"}) {
    EXPECT_EQ(Error(option, text),
              std::string("While processing '--domain'. Value out of range. Expecting 0 to 255. "
                          "Got '") +
                  text + "'");
  }
}

TEST(IpValue, TakesIpv4AndIpv6) {
  const Option option{'\0', "ip", ValueType::kIp, ""};
  EXPECT_EQ(Canonical(option, "192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(Canonical(option, "2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(Error(option, "192.0.2"),
            "While processing '--ip'. Argument type mismatch. Expecting IP address value. "
            "Got '192.0.2'");
}

TEST(StringValue, IsOneOfTheChoicesIfThereAreAny) {
  const Option any{'\0', "name", ValueType::kString, ""};
  EXPECT_EQ(Canonical(any, "whatever"), "whatever");
  const Option choice = any.Choices({"first-lock", "never"});
  EXPECT_EQ(Canonical(choice, "never"), "never");
  EXPECT_EQ(Canonical(choice, "NEVER"), "never") << "in whatever case";
  EXPECT_EQ(Error(choice, "ever"),
            "While processing '--name'. Expecting one of first-lock, never. Got 'ever'");
}

TEST(SpanValue, IsANumberAndAUnitInNanoseconds) {
  const Option option = Option{'\0', "max-error", ValueType::kSpan, ""}.Range(1, 3'600'000'000'000);
  EXPECT_EQ(Canonical(option, "10us"), "10000");
  EXPECT_EQ(Canonical(option, "1.5 ms"), "1500000");
  EXPECT_EQ(Canonical(option, "1ns"), "1");
  EXPECT_EQ(Canonical(option, "2s"), "2000000000");
  EXPECT_EQ(Canonical(option, "0.5min"), "30000000000");
  EXPECT_EQ(Canonical(option, "1m"), "60000000000");
  EXPECT_EQ(Canonical(option, "1h"), "3600000000000");
}

TEST(SpanValue, WithoutAUnitOrOutOfRangeIsRefused) {
  const Option option = Option{'\0', "max-error", ValueType::kSpan, ""}.Range(1, 3'600'000'000'000);
  for (const char* text :
       {"", "10", "us", "10 parsec", "10us!", "1e3us", "0x10us", "ten us", "10 u s"}) {
    EXPECT_EQ(Error(option, text), std::string("While processing '--max-error'. Expecting a span "
                                               "of time like 10us, 1.5ms or 2s. Got '") +
                                       text + "'");
  }
  for (const char* text : {"0us", "-1us", "0.5ns", "61min", "nan s", "inf s"}) {
    EXPECT_EQ(Error(option, text),
              std::string("While processing '--max-error'. Value out of range. Expecting 1 ns to "
                          "3600 s. Got '") +
                  text + "'");
  }
}

}  // namespace
}  // namespace hostctl::cli
