// The configuration of chronyd: what stands in it, and that Debian's chronyd takes it.
#include "service/ntp/chrony_conf.h"

#include <unistd.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/ntp/run_program.h"

namespace hostctl::ntp {
namespace {

using store::NtpServer;
using store::NtpSettings;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

NtpSettings TwoServers() {
  NtpSettings settings;
  settings.enabled = true;
  settings.servers = {NtpServer{"192.0.2.1"}, NtpServer{"ntp.example.org"}};
  return settings;
}

TEST(ChronyConfTest, UnderHostdEverythingLiesInItsFolders) {
  NtpSettings settings = TwoServers();
  settings.directives = {"minsources 2"};
  EXPECT_THAT(
      ChronyConf(settings, OwnPlaces("/run/hostctl", "/var/lib/hostctl"), StartStep::kAllowed),
      ElementsAre("# Made by hostd from `hostctl system ntp set`; what is changed here is lost.",
                  "server 192.0.2.1 iburst", "server ntp.example.org iburst",
                  "driftfile /var/lib/hostctl/chrony/drift", "ntsdumpdir /var/lib/hostctl/chrony",
                  "pidfile /run/hostctl/chrony/chronyd.pid",
                  "bindcmdaddress /run/hostctl/chrony/chronyd.sock", "cmdport 0", "port 0",
                  "makestep 1.0 3", "maxupdateskew 100.0", "rtcsync", "leapsectz right/UTC",
                  "minsources 2"));
}

TEST(ChronyConfTest, UnderSystemdTheDistributionsPlacesStay) {
  EXPECT_THAT(
      ChronyConf(TwoServers(), UnitPlaces("/run/hostctl"), StartStep::kAllowed),
      ElementsAre(StartsWith("#"), "server 192.0.2.1 iburst", "server ntp.example.org iburst",
                  "driftfile /var/lib/chrony/chrony.drift", "ntsdumpdir /var/lib/chrony", "port 0",
                  "makestep 1.0 3", "maxupdateskew 100.0", "rtcsync", "leapsectz right/UTC"));
}

TEST(ChronyConfTest, WhoeverTakesTheClockOverNeverSteps) {
  for (const Places& places : {OwnPlaces("/run", "/var"), UnitPlaces("/run")}) {
    const auto lines = ChronyConf(TwoServers(), places, StartStep::kNever);
    EXPECT_THAT(lines, Not(Contains(HasSubstr("makestep"))));
    EXPECT_THAT(lines, Not(Contains(HasSubstr("driftfile")))) << "the clock's frequency is right";
  }
}

TEST(ChronyConfTest, EveryOptionOfAServer) {
  NtpSettings settings;
  settings.servers.push_back({"pool.example.org", true, true, true, 4, 8, 1123});
  settings.servers.push_back({"2001:db8::1", false, false, false, -2, std::nullopt, 0});
  // chronyd would raise the longest interval to its shortest, 2^6 s.
  settings.servers.push_back({"192.0.2.9", false, false, false, std::nullopt, 3, 0});
  const auto lines = ChronyConf(settings, OwnPlaces("/run", "/var"), StartStep::kAllowed);
  EXPECT_EQ(lines[1], "pool pool.example.org iburst nts prefer port 1123 minpoll 4 maxpoll 8");
  EXPECT_EQ(lines[2], "server 2001:db8::1 iburst minpoll -2");
  EXPECT_EQ(lines[3], "server 192.0.2.9 iburst minpoll 3 maxpoll 3");
}

TEST(ChronyConfTest, DebiansChronydTakesIt) {
  constexpr char kChronyd[] = "/usr/sbin/chronyd";
  if (access(kChronyd, X_OK) != 0) GTEST_SKIP() << "chrony is not installed";
  NtpSettings settings;
  settings.servers.push_back({"pool.example.org", true, true, true, -6, 24, 1123});
  settings.servers.push_back({"fe80::1%eth0", false, false, false, {}, {}, 0});
  for (const Places& places : {OwnPlaces("/run/hostctl", "/var/lib/hostctl"), UnitPlaces("/run")}) {
    std::vector<std::string> command = {kChronyd, "-p", "--"};
    for (const std::string& line : ChronyConf(settings, places, StartStep::kAllowed)) {
      command.push_back(line);
    }
    const auto result = RunProgram(command, std::chrono::seconds(10));
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(result->succeeded) << result->output;
  }
}

}  // namespace
}  // namespace hostctl::ntp
