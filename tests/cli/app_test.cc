#include "cli/app.h"

#include <filesystem>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

constexpr char kNoSocket[] = "/nonexistent/hostd.sock";

TEST(App, AnswersWithoutHostdWhatTheTableKnows) {
  EXPECT_EQ(RunHostctl(kNoSocket, "--version").out, "hostctl 0.1.0\n");
  const CallResult list = RunHostctl(kNoSocket, "command list");
  EXPECT_EQ(list.exit_code, 0);
  EXPECT_EQ(list.out,
            "Namespace                      Command\n"
            "-----------------------------  -------\n"
            "command                        list\n"
            "network.firewall               get\n"
            "network.firewall.ruleset       list\n"
            "network.firewall.ruleset       set\n"
            "network.firewall.ruleset.rule  list\n"
            "network.ip.interface           list\n"
            "system.ptp                     get\n"
            "system.ptp                     set\n"
            "system.ptp.stats               get\n");
}

TEST(App, PrintsHelpOnStandardOutput) {
  const CallResult result = RunHostctl(kNoSocket, "system ptp stats --help");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out,
            "Usage: hostctl system ptp stats {cmd} [cmd options]\n"
            "\n"
            "Available Commands:\n"
            "  get  Show the status report of the PTP engine.\n");
}

TEST(App, PrintsAUsageErrorAndTheHelpOfWhatWasUnderstoodOnStandardError) {
  const CallResult result = RunHostctl(kNoSocket, "system pto set");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Error: Unknown command or namespace system pto\n"
            "Did you mean 'ptp'?\n"
            "\n"
            "Usage: hostctl system {cmd} [cmd options]\n"
            "\n"
            "Available Namespaces:\n"
            "  ptp  Precision Time Protocol (IEEE 1588): configuration and state.\n");
}

TEST(App, RefusesAFormatterItDoesNotHave) {
  const CallResult result = RunHostctl(kNoSocket, "--formatter=html command list");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.rfind("Error: While processing '--formatter'. Expecting one of table, "
                             "simple, json, csv, keyvalue, xml. Got 'html'\n",
                             0),
            0U)
      << result.err;
}

TEST(App, FailsWhenTheOutputCannotBeWritten) {
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  const Environment nothing = [](const std::string& /*name*/) { return std::nullopt; };
  EXPECT_EQ(App(nothing, {out, err}).Run({"command", "list"}), 1);
  EXPECT_EQ(err.str(), "Error: Cannot write the output\n");
}

TEST(App, UsesTheStandardSocketWhenNoneIsNamed) {
  if (std::filesystem::exists("/run/hostctl")) GTEST_SKIP() << "a hostd may run on this machine";
  std::ostringstream out;
  std::ostringstream err;
  const Environment nothing = [](const std::string& /*name*/) { return std::nullopt; };
  EXPECT_EQ(App(nothing, {out, err}).Run({"network", "firewall", "get"}), 3);
  EXPECT_THAT(err.str(), ::testing::HasSubstr("/run/hostctl/hostd.sock"));
}

}  // namespace
}  // namespace hostctl::cli
