#include "cli/parser.h"

#include <string>
#include <vector>

#include "cli/commands.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = ParsedLine::Kind;
using Words = std::vector<std::string>;

// A small table of its own, so that the rules are tested and not the commands.
CommandTable SmallTable() {
  Command set;
  set.path = {"system", "ptp"};
  set.name = "set";
  set.options = {
      {'e', "enable", ValueType::kFlag, ""},
      {'d', "disable", ValueType::kFlag, ""},
      {'i', "interface", ValueType::kString, ""},
      Option{'\0', "domain", ValueType::kInteger, ""}.Range(0, 255),
      {'\0', "read-only", ValueType::kBoolean, ""},
      {'\0', "server", ValueType::kList, ""},
      Option{'\0', "period", ValueType::kInteger, ""}.Default("60"),
      Option{'w', "wait", ValueType::kInteger, ""}.Implied("30"),
  };
  set.exclusive = {{"enable", "disable"}};
  set.at_least_one = {"enable", "disable", "interface", "domain", "read-only", "server"};
  Command change;
  change.path = {"network"};
  change.name = "change";
  change.options = {Option{'r', "ruleset-id", ValueType::kString, ""}.Required()};
  return {{{'\0', "formatter", ValueType::kString, ""},
           {'?', "help", ValueType::kFlag, ""},
           {'\0', "version", ValueType::kFlag, ""},
           Option{'\0', "timeout", ValueType::kInteger, ""}.Default("10")},
          {{{"system"}, ""}, {{"system", "ptp"}, ""}, {{"network"}, ""}},
          {set, change}};
}

class ParserTest : public ::testing::Test {
 protected:
  ParsedLine ParseWords(const Words& words) { return Parse(table_, words); }
  // Parses a line that must be in error; returns the text.
  std::string Error(const Words& words) {
    const ParsedLine line = ParseWords(words);
    EXPECT_EQ(line.kind, Kind::kError);
    return line.error;
  }
  CommandTable table_ = SmallTable();
};

TEST_F(ParserTest, FindsTheCommandAndItsOptions) {
  const ParsedLine line = ParseWords({"system", "ptp", "set", "--enable", "--interface", "vmk0"});
  ASSERT_EQ(line.kind, Kind::kRun) << line.error;
  EXPECT_EQ(line.command, &table_.commands[0]);
  EXPECT_TRUE(line.arguments.Has("enable"));
  EXPECT_FALSE(line.arguments.Has("disable"));
  EXPECT_EQ(line.arguments.String("interface"), "vmk0");
  EXPECT_THAT(line.understood, ElementsAre("system", "ptp", "set"));
}

TEST_F(ParserTest, TakesAValueInEverySpelling) {
  for (const Words& option : {Words{"--interface=vmk0"}, Words{"--interface", "vmk0"},
                              Words{"-i", "vmk0"}, Words{"-i=vmk0"}}) {
    Words words = {"system", "ptp", "set"};
    words.insert(words.end(), option.begin(), option.end());
    const ParsedLine line = ParseWords(words);
    ASSERT_EQ(line.kind, Kind::kRun) << option.front() << ": " << line.error;
    EXPECT_EQ(line.arguments.String("interface"), "vmk0") << option.front();
  }
}

TEST_F(ParserTest, KeepsEqualsSignsAndEmptyTextInAValue) {
  EXPECT_EQ(ParseWords({"system", "ptp", "set", "--interface=a=b"}).arguments.String("interface"),
            "a=b");
  const ParsedLine empty = ParseWords({"system", "ptp", "set", "--interface="});
  EXPECT_TRUE(empty.arguments.Has("interface"));
  EXPECT_EQ(empty.arguments.String("interface"), "");
}

TEST_F(ParserTest, RepeatsListOptionsAndNoOthers) {
  EXPECT_THAT(
      ParseWords({"system", "ptp", "set", "--server", "a", "--server=b"}).arguments.List("server"),
      ElementsAre("a", "b"));
  EXPECT_EQ(Error({"system", "ptp", "set", "--interface", "vmk0", "--interface", "vmk1"}),
            "Duplicated option --interface");
  EXPECT_EQ(Error({"system", "ptp", "set", "--interface", "vmk0", "-i", "vmk1"}),
            "Duplicated option -i");
}

TEST_F(ParserTest, AppliesDefaultsAfterTheRulesOnWhatMustBeGiven) {
  const ParsedLine line = ParseWords({"system", "ptp", "set", "--enable"});
  EXPECT_EQ(line.arguments.Integer("period"), 60);
  EXPECT_EQ(line.globals.Integer("timeout"), 10);
}

TEST_F(ParserTest, UnderstandsGlobalOptionsBeforeTheNamespaceAndAfterTheCommand) {
  for (const Words& words : {Words{"--formatter=json", "system", "ptp", "set", "--enable"},
                             Words{"system", "ptp", "set", "--enable", "--formatter", "json"}}) {
    const ParsedLine line = ParseWords(words);
    ASSERT_EQ(line.kind, Kind::kRun) << line.error;
    EXPECT_EQ(line.globals.String("formatter"), "json");
    EXPECT_FALSE(line.arguments.Has("formatter"));
  }
}

TEST_F(ParserTest, ShowsHelpWhereTheLineEndsOrAsksForIt) {
  EXPECT_THAT(ParseWords({}).understood, IsEmpty());
  EXPECT_EQ(ParseWords({}).kind, Kind::kHelp);
  EXPECT_EQ(ParseWords({"system", "ptp"}).kind, Kind::kHelp);
  EXPECT_THAT(ParseWords({"system", "ptp"}).understood, ElementsAre("system", "ptp"));
  EXPECT_EQ(ParseWords({"system", "ptp", "set", "--help"}).kind, Kind::kHelp);
  EXPECT_EQ(ParseWords({"network", "change", "-?"}).kind, Kind::kHelp);
  EXPECT_EQ(ParseWords({"--version"}).kind, Kind::kVersion);
}

TEST_F(ParserTest, NamesAnUnknownWordWithItsNamespaceAndTheNearestKnownOne) {
  const ParsedLine line = ParseWords({"system", "pto", "set"});
  EXPECT_EQ(line.kind, Kind::kError);
  EXPECT_EQ(line.error, "Unknown command or namespace system pto");
  EXPECT_EQ(line.hint, "Did you mean 'ptp'?");
  EXPECT_THAT(line.understood, ElementsAre("system"));
}

TEST_F(ParserTest, SuggestsNothingForAWordThatIsNearNone) {
  EXPECT_EQ(ParseWords({"bananas"}).error, "Unknown command or namespace bananas");
  EXPECT_EQ(ParseWords({"bananas"}).hint, "");
}

TEST_F(ParserTest, NamesAnInvalidOption) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--foo"}), "Invalid option --foo");
  EXPECT_EQ(Error({"system", "ptp", "set", "--foo=1"}), "Invalid option --foo");
  EXPECT_EQ(Error({"system", "ptp", "set", "-x"}), "Invalid option -x");
  EXPECT_EQ(Error({"--enable", "system"}), "Invalid option --enable");
  EXPECT_EQ(ParseWords({"system", "ptp", "set", "--interfce", "x"}).hint,
            "Did you mean '--interface'?");
}

TEST_F(ParserTest, NamesAMissingRequiredParameter) {
  EXPECT_EQ(Error({"network", "change"}), "Missing required parameter -r|--ruleset-id");
}

TEST_F(ParserTest, NamesAnOptionWithoutItsValue) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--interface"}),
            "Missing value of option -i|--interface");
  EXPECT_EQ(Error({"system", "ptp", "set", "--domain", "--enable"}),
            "Missing value of option --domain");
}

TEST_F(ParserTest, LetsAnOptionWithAnImpliedValueStandAlone) {
  for (const Words& words : {Words{"system", "ptp", "set", "--wait", "--enable"},
                             Words{"system", "ptp", "set", "--enable", "-w"}}) {
    EXPECT_EQ(ParseWords(words).arguments.Integer("wait"), 30);
  }
  EXPECT_EQ(ParseWords({"system", "ptp", "set", "--enable", "--wait=5"}).arguments.Integer("wait"),
            5);
  EXPECT_EQ(ParseWords({"system", "ptp", "set", "-w", "5", "-e"}).arguments.Integer("wait"), 5);
  EXPECT_FALSE(ParseWords({"system", "ptp", "set", "-e"}).arguments.Has("wait"));
}

TEST_F(ParserTest, TakesANegativeNumberAsAValueNotAsAnOption) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--domain", "-1"}),
            "While processing '--domain'. Value out of range. Expecting 0 to 255. Got '-1'");
}

TEST_F(ParserTest, RefusesAValueForAFlagAndAWordTooMany) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--enable=yes"}), "Option --enable takes no value");
  EXPECT_EQ(Error({"system", "ptp", "set", "--enable", "yes"}), "Unexpected argument yes");
}

TEST_F(ParserTest, RefusesOptionsThatContradictEachOther) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--disable", "--enable"}),
            "Only one of --enable, --disable can be given");
}

TEST_F(ParserTest, RefusesACommandThatWouldSetNothing) {
  EXPECT_EQ(Error({"system", "ptp", "set", "--period", "5"}),
            "Nothing to set. Expecting at least one of --enable, --disable, --interface, "
            "--domain, --read-only, --server");
}

// What keeps the whole table sound, whichever command is added.
TEST(CommandTable, HasANamespaceAndAnExplanationForEveryCommand) {
  const CommandTable table = AllCommands();
  for (const Command& command : table.commands) {
    SCOPED_TRACE(cli::Words(command.path) + " " + command.name);
    EXPECT_NE(table.FindNamespace(command.path), nullptr);
    EXPECT_NE(command.description, "");
    EXPECT_FALSE(command.examples.empty());
    EXPECT_TRUE(command.run);
    for (const Option& option : command.options) EXPECT_NE(option.description, "");
  }
  for (const Namespace& space : table.namespaces) EXPECT_NE(space.description, "");
}

// As a shell splits a line whose only quotes are 'single' ones.
Words ShellWords(const std::string& line) {
  Words words;
  bool quoted = false;
  bool between = true;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      between = true;
    } else {
      if (between) words.emplace_back();
      between = false;
      words.back() += c;
    }
  }
  return words;
}

TEST(CommandTable, HasExamplesThatParse) {
  const CommandTable table = AllCommands();
  for (const Command& command : table.commands) {
    for (const Example& example : command.examples) {
      Words words = ShellWords(example.command);
      ASSERT_EQ(words.front(), "hostctl");
      words.erase(words.begin());
      const ParsedLine line = Parse(table, words);
      EXPECT_EQ(line.kind, Kind::kRun) << example.command << ": " << line.error;
      EXPECT_EQ(line.command, &command) << example.command;
    }
  }
}

}  // namespace
}  // namespace hostctl::cli
