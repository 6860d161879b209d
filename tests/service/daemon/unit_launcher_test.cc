// Over a real bus, against a stand-in for systemd.
#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <memory>
#include <string>

#include "fake_systemd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/daemon/launcher.h"

namespace hostctl::daemon {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kUnit[] = "ptpd.service";

class UnitLauncherTest : public ::testing::Test {
 protected:
  // The unit runs with this process; an end of the job is systemd's.
  void RunsAs(pid_t pid) {
    FakeUnit unit;
    unit.active_state = "active";
    unit.main_pid = static_cast<uint32_t>(pid);
    systemd_.Set(kUnit, unit);
  }

  TemporaryFolder folder_;
  PrivateBus bus_{folder_};
  FakeSystemd systemd_{PrivateBus::AddressIn(folder_)};
  std::unique_ptr<Launcher> launcher_ =
      LaunchUnit({kUnit, PrivateBus::AddressIn(folder_), [](const std::string&) {}});
};

TEST_F(UnitLauncherTest, HoldsAndEndsTheMainProcessOfTheUnit) {
  auto sleeper = ChildProcess::Spawn({"/bin/sleep", "60"});
  ASSERT_TRUE(sleeper.ok()) << sleeper.status();
  RunsAs(sleeper->pid());
  auto process = ChildProcess::Attach(sleeper->pid());
  ASSERT_TRUE(process.ok());

  // systemd says it has stopped the unit, and the process runs: it was somebody else's.
  const auto foreign = launcher_->End(*process, milliseconds(0));
  EXPECT_THAT(std::string(foreign.message()), HasSubstr("goes on although ptpd.service"));
  EXPECT_THAT(systemd_.Calls(), Contains("StopUnit ptpd.service replace"));

  ASSERT_TRUE(sleeper->End(std::chrono::seconds(20)).ok());
  EXPECT_TRUE(launcher_->End(*process, milliseconds(0)).ok()) << "it has ended already";
  FakeUnit unit;
  unit.exit_code = CLD_KILLED;
  unit.exit_status = SIGTERM;
  systemd_.Set(kUnit, unit);
  EXPECT_EQ(launcher_->ExitWords(*process), "was ended by signal 15 (Terminated)")
      << "systemd knows, as its parent";
}

TEST_F(UnitLauncherTest, AMissingUnitIsNamed) {
  FakeUnit unit;
  unit.load_state = "not-found";
  systemd_.Set(kUnit, unit);
  const auto process = launcher_->Start();
  EXPECT_TRUE(absl::IsNotFound(process.status()));
  EXPECT_THAT(std::string(process.status().message()), HasSubstr(kUnit));
}

TEST_F(UnitLauncherTest, AProgramThatEndsRightAwayIsNoStart) {
  systemd_.Set(kUnit, FakeUnit());
  systemd_.dies_at_once = true;
  const auto process = launcher_->Start();
  EXPECT_THAT(std::string(process.status().message()),
              HasSubstr("journalctl -u ptpd.service tells why"));
}

TEST_F(UnitLauncherTest, WhatPolkitRefusesIsPermissionDenied) {
  systemd_.Set(kUnit, FakeUnit());
  systemd_.refuses = true;
  EXPECT_TRUE(absl::IsPermissionDenied(launcher_->Start().status()));
}

}  // namespace
}  // namespace hostctl::daemon
