#include "service/options.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<Options> Parse(const std::vector<std::string>& arguments,
                              const std::string& runtime_dir = "") {
  return ParseOptions(arguments, {runtime_dir, 1000});
}

void ExpectRefused(const std::vector<std::string>& arguments, const std::string& words) {
  const absl::Status status = Parse(arguments).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(words));
}

TEST(Options, WithoutAnyTheInstalledServicesPathsAndTheSystemClock) {
  const auto options = Parse({});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->socket, "/run/hostctl/hostd.sock");
  EXPECT_EQ(options->read_only_socket, "/run/hostctl/hostd-read-only.sock");
  EXPECT_EQ(options->state_dir, "/var/lib/hostctl");
  EXPECT_EQ(options->firewall_dir, "/etc/hostctl/firewall");
  EXPECT_EQ(options->stats_log, "/var/log/hostctl/ptpd.stats");
  EXPECT_EQ(options->nfd_dir, "/etc/kubernetes/node-feature-discovery/features.d");
  EXPECT_EQ(options->clock, Options::Clock::kSystem);
  EXPECT_FALSE(options->sandbox);
}

TEST(Options, AValueFollowsAsTheNextWordOrAfterAnEqualsSign) {
  const auto options = Parse({"--socket", "/a", "--clock=virtual", "--virtual-offset-ns=-5",
                              "--virtual-frequency-ppb", "12.5", "--stats-log=", "--nfd-dir="});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->socket, "/a");
  EXPECT_EQ(options->clock, Options::Clock::kVirtual);
  EXPECT_EQ(options->virtual_offset_ns, -5);
  EXPECT_EQ(options->virtual_frequency_ppb, 12.5);
  EXPECT_EQ(options->stats_log, "") << "empty: no log";
  EXPECT_EQ(options->nfd_dir, "");
}

TEST(Options, ASandboxLivesInOneFolderWithAWrongClock) {
  EXPECT_EQ(Parse({"--sandbox"})->socket, "/tmp/hostctl-sandbox-1000/hostd.sock");
  EXPECT_EQ(Parse({"--sandbox"}, "/run/user/1000")->run_dir, "/run/user/1000/hostctl-sandbox");
  const auto options = Parse({"--socket=/s", "--sandbox", "--sandbox-dir", "/b"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->socket, "/s") << "given, in whatever order";
  EXPECT_EQ(options->state_dir, "/b");
  EXPECT_EQ(options->firewall_dir, "/b/firewall");
  EXPECT_EQ(options->stats_log, "/b/ptpd.stats");
  EXPECT_EQ(options->clock, Options::Clock::kVirtual);
  EXPECT_EQ(options->virtual_offset_ns, 500000000);
  EXPECT_EQ(options->virtual_frequency_ppb, 50000);
  EXPECT_EQ(options->nfd_dir, "") << "its time is nobody's";
}

TEST(Options, TheEngineMayBeAUnitWithFoldersOfItsOwn) {
  const auto alone = Parse({"--run-dir=/r", "--state-dir=/s"});
  EXPECT_EQ(alone->ptpd_unit, "");
  EXPECT_EQ(alone->ptpd_run_dir, "/r");
  EXPECT_EQ(alone->ptpd_state_dir, "/s");
  const auto unit = Parse({"--ptpd-unit=p.service", "--ptpd-run-dir=/pr", "--ptpd-state-dir=/ps"});
  EXPECT_EQ(unit->ptpd_unit, "p.service");
  EXPECT_EQ(unit->ptpd_run_dir, "/pr");
  EXPECT_EQ(unit->ptpd_state_dir, "/ps");
  ExpectRefused({"--ptpd-unit="}, "'' is not a unit");
  ExpectRefused({"--ptpd-unit=p.service", "--ptpd-user=p"}, "User= and CPUSchedulingPriority=");
  ExpectRefused({"--sandbox", "--ptpd-unit=p.service"}, "not possible with --sandbox");
}

TEST(Options, TheEngineMayBeAnotherUserWithARealtimePriority) {
  const auto options = Parse({"--ptpd-user=hostctl-ptpd", "--ptpd-realtime-priority=50"});
  EXPECT_EQ(options->ptpd_user, "hostctl-ptpd");
  EXPECT_EQ(options->ptpd_realtime_priority, 50);
  EXPECT_EQ(options->ptpd_run_dir, "/run/hostctl/ptpd") << "a folder of its own";
  EXPECT_EQ(options->ptpd_state_dir, "/var/lib/hostctl/ptpd");
  ExpectRefused({"--ptpd-user="}, "'' is not a user");
  for (const std::string wrong : {"0", "100", "high"}) {
    ExpectRefused({"--ptpd-realtime-priority=" + wrong}, "is not a priority from 1 to 99");
  }
  ExpectRefused({"--sandbox", "--ptpd-user=p"}, "not possible with --sandbox");
}

TEST(Options, TheSocketForReadingLiesBesideTheOther) {
  EXPECT_EQ(Parse({"--socket=/a/b.sock"})->read_only_socket, "/a/b-read-only.sock");
  EXPECT_EQ(Parse({"--socket=/a/b"})->read_only_socket, "/a/b-read-only");
  EXPECT_EQ(Parse({"--socket=/a", "--read-only-socket=/c"})->read_only_socket, "/c");
  ExpectRefused({"--read-only-socket="}, "option --read-only-socket: '' is not a path");
}

TEST(Options, AnAccessPolicyIsForTcp) {
  ExpectRefused({"--access-policy=/p"}, "option --access-policy means nothing without --listen");
}

TEST(Options, ChronydIsACommandThatStartsWithAPath) {
  EXPECT_EQ(Parse({})->chronyd, "");
  EXPECT_EQ(Parse({"--chronyd", "/usr/sbin/chronyd -d -x"})->chronyd, "/usr/sbin/chronyd -d -x");
  ExpectRefused({"--chronyd", "chronyd -d"},
                "option --chronyd: 'chronyd -d' is not a path, perhaps followed by options");
  ExpectRefused({"--chronyd="}, "option --chronyd: '' is not a path");
  ExpectRefused({"--sandbox", "--chronyd=/usr/sbin/chronyd"}, "leaves the host alone");
}

TEST(Options, WhatIsWrongIsNamed) {
  ExpectRefused({"--nonsense"}, "unknown option '--nonsense'");
  ExpectRefused({"status"}, "unknown option 'status'");
  ExpectRefused({"--socket"}, "--socket needs a value");
  ExpectRefused({"--socket="}, "--socket: '' is not a path");
  ExpectRefused({"--sandbox=yes"}, "--sandbox takes no value");
  ExpectRefused({"--run-dir=/a", "--run-dir=/b"}, "--run-dir is given twice");
  ExpectRefused({"--clock=blue"}, "'blue' is not system or virtual");
  ExpectRefused({"--virtual-offset-ns=1e9"}, "'1e9' is not a whole number");
  ExpectRefused({"--virtual-frequency-ppb=500001"}, "is not within -500000 to 500000");
  ExpectRefused({"--virtual-frequency-ppb=nan"}, "is not within -500000 to 500000");
  ExpectRefused({"--stats-log-max-bytes=0"}, "is not a number of bytes above 0");
  ExpectRefused({"--stats-log-max-bytes=-1"}, "is not a number of bytes above 0");
  ExpectRefused({"--sandbox-dir=/b"}, "means nothing without --sandbox");
}

TEST(Options, TcpIsOffUnlessAskedForWithItsThreeFiles) {
  EXPECT_EQ(Parse({})->listen, "");
  const std::vector<std::string> files = {"--tls-certificate=/c", "--tls-key=/k", "--tls-ca=/a"};
  const auto listen = [&](const std::string& address) {
    std::vector<std::string> arguments = files;
    arguments.push_back("--listen=" + address);
    const auto options = Parse(arguments);
    return options.ok() ? options->listen : std::string(options.status().message());
  };
  EXPECT_EQ(listen("0.0.0.0:8000"), "0.0.0.0:8000");
  EXPECT_EQ(listen("esx1"), "esx1:7319") << "the usual port";
  EXPECT_EQ(listen("[::]"), "[::]:7319");
  EXPECT_EQ(listen("[::1]:0"), "[::1]:0");
  for (const char* wrong : {"::1", ":7319", "a:b", "a:65536", "a:", "[::1", "[::1]x", "a]:1"}) {
    EXPECT_THAT(listen(wrong), HasSubstr("is not HOST:PORT")) << wrong;
  }
  ExpectRefused({"--listen="}, "is not HOST:PORT");
  ExpectRefused({"--listen=a:1"}, "--listen needs --tls-certificate");
  ExpectRefused({"--listen=a:1", "--tls-certificate=/c", "--tls-key=/k"}, "needs --tls-ca");
  ExpectRefused({"--tls-key=/k"}, "--tls-key means nothing without --listen");
}

TEST(Options, ASandboxNeverGetsTheSystemClock) {
  ExpectRefused({"--clock=system", "--sandbox"}, "not possible with --sandbox");
}

TEST(Options, TheHelpNamesEveryOption) {
  for (const char* name : {"--socket", "--state-dir", "--run-dir", "--ptpd", "--clock",
                           "--virtual-offset-ns", "--virtual-frequency-ppb", "--stats-log",
                           "--stats-log-max-bytes", "--sandbox", "--sandbox-dir", "--listen",
                           "--tls-certificate", "--tls-key", "--tls-ca", "--help", "--version"}) {
    EXPECT_THAT(HelpText(), HasSubstr(name));
  }
  EXPECT_EQ(Parse({"--help", "--clock=blue"})->mode, Options::Mode::kHelp);
}

}  // namespace
}  // namespace hostctl
