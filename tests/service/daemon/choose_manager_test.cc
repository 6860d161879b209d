#include "service/daemon/choose_manager.h"

#include <filesystem>

#include "fake_systemd.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ChooseManagerTest : public ::testing::Test {
 protected:
  ChooseManagerTest() {
    options_.run_dir = folder_.path();
    options_.systemd_folder = folder_.File("systemd");
    options_.bus_address = PrivateBus::AddressIn(folder_);
    options_.now = [] { return std::chrono::steady_clock::now(); };
    options_.log = [this](const std::string& line) { lines_.push_back(line); };
  }
  void BootWithSystemd() { std::filesystem::create_directory(options_.systemd_folder); }

  TemporaryFolder folder_;
  ManagerOptions options_;
  std::vector<std::string> lines_;
};

TEST_F(ChooseManagerTest, SystemdWhereItRunsTheHost) {
  const PrivateBus bus(folder_);
  const FakeSystemd systemd(options_.bus_address);
  BootWithSystemd();
  const auto manager = ChooseManager(options_);
  EXPECT_EQ(manager->name(), "systemd");
  EXPECT_TRUE(manager->State("chronyd")->steers_clock) << "nobody knows";
}

TEST_F(ChooseManagerTest, HostdWhereItDoesNot) {
  const PrivateBus bus(folder_);
  const FakeSystemd systemd(options_.bus_address);
  EXPECT_EQ(ChooseManager(options_)->name(), "hostd");
  EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(ChooseManagerTest, HostdWhereSystemdCannotBeAsked) {
  BootWithSystemd();
  EXPECT_EQ(ChooseManager(options_)->name(), "hostd");
  EXPECT_THAT(lines_, ElementsAre(StartsWith("systemd cannot be asked, hostd runs services")));
}

TEST_F(ChooseManagerTest, ACommandOfOnesOwnIsRunByHostd) {
  const PrivateBus bus(folder_);
  const FakeSystemd systemd(options_.bus_address);
  BootWithSystemd();
  options_.chronyd = "/bin/sleep 600 -x";
  const auto manager = ChooseManager(options_);
  EXPECT_EQ(manager->name(), "hostd");
  EXPECT_TRUE(manager->State("chronyd")->installed);
  EXPECT_FALSE(manager->State("chronyd")->steers_clock);
}

TEST_F(ChooseManagerTest, ASandboxTouchesNoServiceOfTheHost) {
  BootWithSystemd();
  options_.sandbox = true;
  const auto manager = ChooseManager(options_);
  EXPECT_EQ(manager->name(), "hostd");
  EXPECT_FALSE(manager->State("chronyd")->installed);
  EXPECT_EQ(manager->State("chronyd")->why_not_installed, "a sandbox has no chronyd");
  EXPECT_TRUE(absl::IsNotFound(manager->Start("chronyd")));
}

}  // namespace
}  // namespace hostctl::daemon
