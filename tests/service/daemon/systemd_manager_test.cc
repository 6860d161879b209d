// Over a real bus, against a stand-in for systemd.
#include "service/daemon/systemd_manager.h"

#include <poll.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "fake_systemd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SystemdManagerTest : public ::testing::Test {
 protected:
  SystemdManagerTest() {
    StartHost();
    systemd_->Set("chrony.service", FakeUnit());
  }

  void StartHost() {
    bus_ = std::make_unique<PrivateBus>(folder_);
    systemd_ = std::make_unique<FakeSystemd>(PrivateBus::AddressIn(folder_));
  }

  SystemdOptions Options() {
    SystemdOptions options;
    options.units = {{"chronyd", {"chrony.service", "chronyd.service"}}};
    options.bus_address = PrivateBus::AddressIn(folder_);
    options.drop_in_folder = folder_.path();
    options.timeout = std::chrono::seconds(20);
    options.log = [](const std::string&) {};
    return options;
  }

  void Connect(const SystemdOptions& options) {
    auto manager = ConnectToSystemd(options);
    ASSERT_TRUE(manager.ok()) << manager.status();
    manager_ = *std::move(manager);
  }
  void Connect() { Connect(Options()); }

  bool Readable(int timeout_ms) {
    pollfd entry{manager_->change_fd(), POLLIN, 0};
    return poll(&entry, 1, timeout_ms) == 1;
  }

  TemporaryFolder folder_;
  std::unique_ptr<PrivateBus> bus_;
  std::unique_ptr<FakeSystemd> systemd_;
  std::unique_ptr<ServiceManager> manager_;
};

TEST_F(SystemdManagerTest, StartsAUnitAndWaitsForItsJob) {
  Connect();
  EXPECT_EQ(manager_->name(), "systemd");
  EXPECT_EQ(manager_->State("chronyd")->state, RunState::kStopped);
  ASSERT_TRUE(manager_->Start("chronyd").ok());
  EXPECT_THAT(systemd_->Calls(), ElementsAre("Subscribe", "StartUnit chrony.service replace"));
  const auto status = manager_->State("chronyd");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_TRUE(status->installed);
  EXPECT_EQ(status->state, RunState::kRunning);
  EXPECT_EQ(status->pid, 4711);
  EXPECT_EQ(status->since, absl::FromUnixSeconds(1800000000));
  EXPECT_EQ(status->last_exit, "");
}

TEST_F(SystemdManagerTest, StopsAndRestarts) {
  Connect();
  ASSERT_TRUE(manager_->Restart("chronyd").ok());
  EXPECT_EQ(manager_->State("chronyd")->state, RunState::kRunning);
  ASSERT_TRUE(manager_->Stop("chronyd").ok());
  EXPECT_THAT(systemd_->Calls(), ElementsAre("Subscribe", "RestartUnit chrony.service replace",
                                             "StopUnit chrony.service replace"));
  EXPECT_EQ(manager_->State("chronyd")->state, RunState::kStopped);
  EXPECT_FALSE(manager_->State("chronyd")->since.has_value());
}

TEST_F(SystemdManagerTest, AConfigurationOfHostdsIsADropInOfTheUnit) {
  const OwnConfiguration ours{"/run/hostctl/chrony.conf", "error"};
  const std::string path = folder_.File("chrony.service.d/50-hostctl.conf");
  Connect();
  ASSERT_TRUE(manager_->Configure("chronyd", ours).ok());
  std::ifstream file(path);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(text,
              HasSubstr("\n[Service]\nBindReadOnlyPaths=/run/hostctl/chrony.conf:/etc/chrony"));
  EXPECT_THAT(text, HasSubstr("\nLogLevelMax=err\n"));
  EXPECT_THAT(systemd_->Calls(), Contains("Reload"));
  EXPECT_EQ(manager_->State("chronyd")->configuration, ours);
  const size_t calls = systemd_->Calls().size();
  ASSERT_TRUE(manager_->Configure("chronyd", ours).ok());
  EXPECT_EQ(systemd_->Calls().size(), calls) << "it is so already";

  ASSERT_TRUE(manager_->Configure("chronyd", std::nullopt).ok());
  EXPECT_EQ(manager_->State("chronyd")->configuration, std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(folder_.File("chrony.service.d")));
}

// hostd that may not write where units lie starts the unit that may; here the packaged program
// of that unit has been run before.
TEST_F(SystemdManagerTest, WhoMayNotWriteDropInsHasAUnitWriteThem) {
  const OwnConfiguration ours{"/run/hostctl/chrony.conf", "error"};
  SystemdOptions options = Options();
  options.drop_in_writer = "hostctl-chrony@";
  Connect(options);
  const auto refused = manager_->Configure("chronyd", ours);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("hostctl-chrony@error.service did not"));

  const auto write = [&](const std::string& level) {
    auto program = ChildProcess::Spawn(
        {HOSTCTL_SOURCE_DIR "/service/packaging/chrony-drop-in", level, folder_.path()});
    ASSERT_TRUE(program.ok()) << program.status();
    ASSERT_TRUE(program->WaitForExit(std::chrono::steady_clock::now() + std::chrono::seconds(20)));
    ASSERT_EQ(program->ExitWords(), "ended with exit code 0");
  };
  write("error");
  EXPECT_EQ(manager_->State("chronyd")->configuration, ours) << "it writes as hostd does";
  write("none");
  EXPECT_EQ(manager_->State("chronyd")->configuration, std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(folder_.File("chrony.service.d")));
  EXPECT_THAT(systemd_->Calls(), Contains("StartUnit hostctl-chrony@error.service replace"));
}

TEST_F(SystemdManagerTest, TellsHowItEndedAndHowOften) {
  FakeUnit unit;
  unit.active_state = "activating";
  unit.sub_state = "auto-restart";
  unit.restarts = 3;
  unit.exit_code = CLD_KILLED;
  unit.exit_status = SIGKILL;
  systemd_->Set("chrony.service", unit);
  Connect();
  const auto status = manager_->State("chronyd");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(status->state, RunState::kWaiting);
  EXPECT_EQ(status->restarts, 3u);
  EXPECT_EQ(status->last_exit, "was ended by signal 9 (Killed)");
}

TEST_F(SystemdManagerTest, TheFirstInstalledNameCounts) {
  FakeUnit missing;
  missing.load_state = "not-found";
  systemd_->Set("chrony.service", missing);
  systemd_->Set("chronyd.service", FakeUnit());
  Connect();
  ASSERT_TRUE(manager_->Start("chronyd").ok());
  EXPECT_THAT(systemd_->Calls(), ElementsAre("Subscribe", "StartUnit chronyd.service replace"));
}

TEST_F(SystemdManagerTest, AMissingUnitIsNamed) {
  FakeUnit missing;
  missing.load_state = "not-found";
  systemd_->Set("chrony.service", missing);
  Connect();
  const auto status = manager_->State("chronyd");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_FALSE(status->installed);
  EXPECT_EQ(status->why_not_installed, "systemd has no unit chrony.service or chronyd.service");
  EXPECT_TRUE(absl::IsNotFound(manager_->Start("chronyd")));
  EXPECT_TRUE(manager_->Stop("chronyd").ok()) << "it does not run";
}

TEST_F(SystemdManagerTest, AFailedJobSaysWhereToLook) {
  systemd_->job_result = "failed";
  Connect();
  EXPECT_EQ(manager_->Start("chronyd").message(),
            "StartUnit chrony.service: the job ended with `failed`; journalctl -u chrony.service "
            "tells why");
}

TEST_F(SystemdManagerTest, AProgramThatEndsRightAfterItsStartIsNoStart) {
  systemd_->dies_at_once = true;
  Connect();
  EXPECT_EQ(manager_->Start("chronyd").message(),
            "chrony.service ended with exit code 1 right after its start; journalctl -u "
            "chrony.service tells why");
}

TEST_F(SystemdManagerTest, AJobThatDoesNotEndIsNotWaitedForWithoutEnd) {
  systemd_->job_result = "";
  SystemdOptions options = Options();
  options.timeout = std::chrono::milliseconds(500);
  Connect(options);
  const absl::Status late = manager_->Start("chronyd");
  EXPECT_TRUE(absl::IsDeadlineExceeded(late));
  EXPECT_EQ(late.message(), "StartUnit chrony.service: not done within 500 ms");
}

TEST_F(SystemdManagerTest, WhatIsNotAllowedIsPermissionDenied) {
  Connect();
  systemd_->refuses = true;
  const absl::Status refused = manager_->Start("chronyd");
  EXPECT_TRUE(absl::IsPermissionDenied(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("authentication required"));
}

TEST_F(SystemdManagerTest, ItsDescriptorTellsOfAChange) {
  Connect();
  ASSERT_TRUE(manager_->State("chronyd").ok());
  manager_->Tend();
  EXPECT_FALSE(Readable(0));
  systemd_->TellOfChange("other.service");
  systemd_->TellOfChange("chrony.service");
  ASSERT_TRUE(Readable(20000));
  manager_->Tend();
  EXPECT_FALSE(Readable(0));
}

TEST_F(SystemdManagerTest, ABusThatGoesAwayIsFoundAgain) {
  Connect();
  systemd_.reset();
  bus_.reset();
  ASSERT_TRUE(Readable(20000));
  manager_->Tend();
  EXPECT_EQ(manager_->change_fd(), -1);
  EXPECT_TRUE(absl::IsUnavailable(manager_->State("chronyd").status()));
  StartHost();
  systemd_->Set("chrony.service", FakeUnit());
  const auto status = manager_->State("chronyd");
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_TRUE(status->installed);
  EXPECT_GE(manager_->change_fd(), 0);
}

TEST_F(SystemdManagerTest, WithoutABusOrASystemdThereIsNoManager) {
  systemd_.reset();
  EXPECT_THAT(std::string(ConnectToSystemd(Options()).status().message()),
              HasSubstr("systemd does not answer"));
  bus_.reset();
  const absl::Status none = ConnectToSystemd(Options()).status();
  EXPECT_TRUE(absl::IsUnavailable(none)) << none;
}

}  // namespace
}  // namespace hostctl::daemon
