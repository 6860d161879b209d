#include "firewall/site_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// What is refused, as `LINE: REASON`.
std::vector<std::string> Mistakes(const std::string& text) {
  std::vector<std::string> mistakes;
  for (const SiteMistake& mistake : ParseSiteFile("f", text).mistakes) {
    mistakes.push_back(std::to_string(mistake.line) + ": " + mistake.reason);
  }
  return mistakes;
}

// A file of one ruleset; `rule` stands on line 6.
std::string WithRule(const std::string& rule) {
  return R"({
  "rulesets": [
    { "id": "web",
      "description": "HTTP and HTTPS",
      "rules": [
        )" +
         rule + R"(
      ]
    }
  ]
})";
}

TEST(SiteFile, SaysRulesetsAndTheirRules) {
  const SiteFile file = ParseSiteFile("/etc/web.json", R"({
    "$schema": "site-rulesets.schema.json",
    "rulesets": [
      {"id": "web", "description": "HTTP", "rules": [
        {"direction": "inbound", "protocol": "tcp", "port": 80},
        {"direction": "outbound", "protocol": "udp", "port_type": "src",
         "port_begin": 8000, "port_end": 8010}]},
      {"id": "dns", "description": "Names", "rules": [
        {"direction": "outbound", "protocol": "udp", "port_type": "dst", "port": 53}]}]})");
  EXPECT_THAT(file.mistakes, IsEmpty());
  ASSERT_THAT(file.rulesets, SizeIs(2));
  EXPECT_EQ(file.rulesets[0].definition,
            (RulesetDefinition{"web",
                               "HTTP",
                               {{Direction::kInbound, Protocol::kTcp, PortType::kDst, 80, 80},
                                {Direction::kOutbound, Protocol::kUdp, PortType::kSrc, 8000, 8010}},
                               true,
                               true,
                               "",
                               "/etc/web.json"}));
  EXPECT_EQ(file.rulesets[0].line, 4);
  EXPECT_EQ(file.rulesets[1].definition.id, "dns");
  EXPECT_EQ(file.rulesets[1].line, 8);
}

TEST(SiteFile, EachMistakeInARuleIsToldWithItsLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"direction": "in", "protocol": "tcp", "port": 1})",
       "6: \"direction\" is \"in\", must be \"inbound\" or \"outbound\""},
      {R"({"direction": "inbound", "protocol": "sctp", "port": 1})",
       "6: \"protocol\" is \"sctp\", must be \"tcp\" or \"udp\""},
      {R"({"direction": "inbound", "protocol": "tcp", "port_type": 1, "port": 1})",
       "6: \"port_type\" is 1, must be \"dst\" or \"src\""},
      {R"({"direction": "inbound", "protocol": "tcp", "port": 0})",
       "6: \"port\" is 0, must be a whole number from 1 to 65535"},
      {R"({"direction": "inbound", "protocol": "tcp", "port": 65536})",
       "6: \"port\" is 65536, must be a whole number from 1 to 65535"},
      {R"({"direction": "inbound", "protocol": "tcp", "port": -1})",
       "6: \"port\" is -1, must be a whole number from 1 to 65535"},
      {R"({"direction": "inbound", "protocol": "tcp", "port": 1.5})",
       "6: \"port\" is 1.5, must be a whole number from 1 to 65535"},
      {R"({"direction": "inbound", "protocol": "tcp", "port": "22"})",
       "6: \"port\" is \"22\", must be a whole number from 1 to 65535"},
      {R"({"direction": "inbound", "protocol": "tcp", "port_begin": 2, "port_end": 1})",
       "6: \"port_end\" 1 is less than \"port_begin\" 2"},
      {R"({"direction": "inbound", "protocol": "tcp", "port_begin": 2})",
       "6: a rule has either \"port\", or \"port_begin\" and \"port_end\""},
      {R"({"direction": "inbound", "protocol": "tcp", "port": 1, "port_end": 2})",
       "6: a rule has either \"port\", or \"port_begin\" and \"port_end\""},
      {R"({"direction": "inbound", "protocol": "tcp"})",
       "6: a rule has either \"port\", or \"port_begin\" and \"port_end\""},
      {R"({"protocol": "tcp", "port": 1})", "6: a rule has no \"direction\""},
      {R"({"direction": "inbound", "port": 1})", "6: a rule has no \"protocol\""},
      {R"({"direction": "inbound", "protocol": "tcp", "prot": 1, "port": 1})",
       "6: a rule has an unknown member \"prot\"; known are direction, protocol, port_type, port, "
       "port_begin, port_end"},
      {"7", "6: a rule is 7, must be an object {...}"},
      {R"({"direction": "inbound", "protocol": "tcp", "port": 1, "port": 2})",
       "6: \"port\" is given twice"},
  };
  for (const auto& [rule, mistake] : cases) {
    EXPECT_THAT(Mistakes(WithRule(rule)), ElementsAre(mistake)) << rule;
  }
}

TEST(SiteFile, AllMistakesAreTold) {
  EXPECT_THAT(Mistakes(WithRule("{\"direction\": 1,\n\"protocol\": 2,\n\"port\": 3000000}")),
              ElementsAre("6: \"direction\" is 1, must be \"inbound\" or \"outbound\"",
                          "7: \"protocol\" is 2, must be \"tcp\" or \"udp\"",
                          "8: \"port\" is 3000000, must be a whole number from 1 to 65535"));
}

TEST(SiteFile, TheSameRuleTwiceIsAMistake) {
  const std::string rule = R"({"direction": "inbound", "protocol": "tcp", "port": 1})";
  EXPECT_THAT(Mistakes(WithRule(rule + ",\n" + rule)),
              ElementsAre("7: ruleset \"web\" has this rule twice"));
}

TEST(SiteFile, EachMistakeInARulesetIsToldWithItsLine) {
  const std::string rules = R"("rules": [{"direction": "inbound", "protocol": "tcp", "port": 1}])";
  const std::string id_form =
      ", must be a letter and then letters, digits, '-', '_' or '.', 63 at most";
  const std::string text_form = ", must be one line of 1 to 200 bytes";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"description": "d", )" + rules + "}", "a ruleset has no \"id\""},
      {R"({"id": "1a", "description": "d", )" + rules + "}", "\"id\" is \"1a\"" + id_form},
      {R"({"id": "a/b", "description": "d", )" + rules + "}", "\"id\" is \"a/b\"" + id_form},
      {R"({"id": "", "description": "d", )" + rules + "}", "\"id\" is \"\"" + id_form},
      {R"({"id": "a", )" + rules + "}", "a ruleset has no \"description\""},
      {R"({"id": "a", "description": "", )" + rules + "}", "\"description\" is \"\"" + text_form},
      {R"({"id": "a", "description": "b\nc", )" + rules + "}",
       "\"description\" is \"b\\nc\"" + text_form},
      {R"({"id": "a", "description": "d"})", "a ruleset has no \"rules\""},
      {R"({"id": "a", "description": "d", "rules": []})",
       "\"rules\" must be a list [...] of at least one"},
      {R"({"id": "a", "description": "d", "rules": 7})",
       "\"rules\" must be a list [...] of at least one"},
      {R"({"id": "a", "description": "d", "owner_service": "ptpd", )" + rules + "}",
       "a ruleset has an unknown member \"owner_service\"; known are id, description, rules"},
      {"null", "a ruleset is null, must be an object {...}"},
  };
  for (const auto& [ruleset, mistake] : cases) {
    EXPECT_THAT(Mistakes("{\"rulesets\": [\n" + ruleset + "]}"), ElementsAre("2: " + mistake))
        << ruleset;
  }
}

TEST(SiteFile, AFileIsAnObjectWithRulesets) {
  EXPECT_THAT(Mistakes("[]"), ElementsAre("1: the file is [], must be an object {...}"));
  EXPECT_THAT(Mistakes("{}"), ElementsAre("1: the file has no \"rulesets\""));
  EXPECT_THAT(Mistakes("{\n\"rulesets\": {}}"),
              ElementsAre("2: \"rulesets\" must be a list [...] of at least one"));
  EXPECT_THAT(
      Mistakes("{\"ruleset\": 1}"),
      ElementsAre("1: the file has an unknown member \"ruleset\"; known are $schema, rulesets",
                  "1: the file has no \"rulesets\""));
}

TEST(SiteFile, WhatIsNoJsonIsToldWithItsLine) {
  EXPECT_THAT(Mistakes(""), ElementsAre(HasSubstr("1: syntax error")));
  EXPECT_THAT(Mistakes("{\n  \"rulesets\": [\n    {,}\n"),
              ElementsAre(HasSubstr("3: syntax error")));
  EXPECT_THAT(Mistakes("{\n\"a\": 1\n\n"), ElementsAre(HasSubstr("3: syntax error")))
      << "where it was cut off";
  EXPECT_THAT(Mistakes("{}\n{}"), ElementsAre(HasSubstr("2: syntax error")));
  EXPECT_THAT(Mistakes("{\n\"a\": 1e999}"), ElementsAre(HasSubstr("2: number overflow")));
  EXPECT_THAT(Mistakes("{\n\"\xff\": 1}"), ElementsAre(HasSubstr("2: syntax error")));
}

TEST(SiteFile, DeepNestingIsRefusedAndNotFollowed) {
  EXPECT_THAT(Mistakes(std::string(1000000, '[')),
              ElementsAre("1: is nested deeper than 16 levels"));
}

}  // namespace
}  // namespace hostctl::firewall
