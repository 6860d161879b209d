#include "cli/app.h"

#include <filesystem>
#include <sstream>

#include "cli/commands.h"
#include "cli/help.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

constexpr char kNoSocket[] = "/nonexistent/hostd.sock";

TEST(App, AnswersWithoutHostdWhatTheTableKnows) {
  EXPECT_EQ(RunHostctl(kNoSocket, "--version").out, "hostctl 0.1.0\n");
  EXPECT_EQ(RunHostctl(kNoSocket, "command list").exit_code, 0);
}

TEST(App, PrintsHelpOnStandardOutput) {
  const CallResult result = RunHostctl(kNoSocket, "system ptp stats --help");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(result.out, HelpText(AllCommands(), {"system", "ptp", "stats"}));
}

TEST(App, PrintsAUsageErrorAndTheHelpOfWhatWasUnderstoodOnStandardError) {
  const CallResult result = RunHostctl(kNoSocket, "system pto set");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Error: Unknown command or namespace system pto\n"
            "Did you mean 'ptp'?\n"
            "\n" +
                HelpText(AllCommands(), {"system"}));
}

TEST(App, RefusesAFormatterItDoesNotHave) {
  const CallResult result = RunHostctl(kNoSocket, "--formatter=html command list");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err.rfind("Error: While processing '--formatter'. Expecting one of table, "
                             "simple, json, csv, keyvalue, xml, yaml. Got 'html'\n",
                             0),
            0U)
      << result.err;
}

TEST(App, ShowsTheFieldsThatAreAskedFor) {
  FakeHostd hostd;
  v1::Interface* interface = hostd.interfaces.add_interfaces();
  interface->set_name("vmk0");
  interface->set_mac_address("02:00:00:00:00:01");
  EXPECT_EQ(hostd.Run("--fields=mac_address,name --formatter=csv network ip interface list").out,
            "mac_address,name\n02:00:00:00:00:01,vmk0\n");
  EXPECT_EQ(
      hostd.Run("--fields=mac_address --formatter=csv --no-header network ip interface list").out,
      "02:00:00:00:00:01\n");
  const CallResult wrong = hostd.Run("--fields=nme --formatter=csv network ip interface list");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_THAT(wrong.err, ::testing::StartsWith(
                             "Error: While processing '--fields'. Expecting fields of name, "));
  EXPECT_THAT(wrong.err, ::testing::EndsWith(". Got 'nme'\nDid you mean 'name'?\n"));
}

TEST(App, FitsTheTerminalAndElseWhatIsAskedFor) {
  FakeHostd hostd;
  hostd.ptp.mutable_runtime()->set_state_reason("waits for an Announce message");
  EXPECT_THAT(hostd.Run("system ptp get").out,
              ::testing::HasSubstr("   State Reason: waits for an Announce message\n"));
  EXPECT_THAT(hostd.Run("--screen-width=30 system ptp get").out,
              ::testing::HasSubstr("   State Reason:\n      waits for an Announce\n"
                                   "      message\n"));
}

TEST(App, ColoursOnATerminalUnlessToldOtherwise) {
  FakeHostd hostd;
  hostd.ptp.mutable_runtime()->set_port_state(v1::PORT_STATE_SLAVE);
  const auto coloured = [&](bool terminal, const std::string& no_color, const std::string& option) {
    std::ostringstream out;
    std::ostringstream err;
    const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
      if (name == "HOSTCTL_SOCKET") return hostd.socket();
      if (name == "NO_COLOR") return no_color;
      return std::nullopt;
    };
    App app(environment, {out, err}, {terminal, false, 80});
    EXPECT_EQ(app.Run({"--color=" + option, "system", "ptp", "get"}), 0) << err.str();
    return out.str().find("Port State: \x1b[32mSLAVE\x1b[0m\n") != std::string::npos;
  };
  EXPECT_TRUE(coloured(true, "", "auto"));
  EXPECT_FALSE(coloured(false, "", "auto")) << "no terminal";
  EXPECT_FALSE(coloured(true, "1", "auto")) << "NO_COLOR";
  EXPECT_TRUE(coloured(false, "1", "always"));
  EXPECT_FALSE(coloured(true, "", "never"));
}

TEST(App, TheColourOfAnErrorIsChosenLikewise) {
  const auto error = [](const std::string& option) {
    std::ostringstream out;
    std::ostringstream err;
    Terminal terminal;
    terminal.err = true;
    App app([](const std::string&) -> std::optional<std::string> { return std::nullopt; },
            {out, err}, terminal);
    EXPECT_EQ(
        app.Run({"--color=" + option, "--socket=/nowhere/hostd.sock", "system", "ptp", "get"}), 3);
    return err.str();
  };
  EXPECT_NE(error("auto").find("\x1b["), std::string::npos);
  EXPECT_EQ(error("never").find("\x1b["), std::string::npos);
}

TEST(App, ShowsEachCallWhenDebugging) {
  FakeHostd hostd;
  hostd.firewall.set_enabled(true);
  const CallResult result = hostd.Run("--debug network firewall get");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, ::testing::MatchesRegex(
                              "Debug: call hostctl.v1.FirewallService.GetFirewall of /tmp/.*\n"
                              "Debug: request \\{\\}\n"
                              "Debug: response \\{\"enabled\":true\\}\n"
                              "Debug: status OK after [0-9.]+ ms\n"));
  hostd.status = grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "no");
  EXPECT_THAT(hostd.Run("--debug network firewall get").err,
              ::testing::HasSubstr("Debug: status FAILED_PRECONDITION (no) after "));
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
