#include "service/daemon/watchdog.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "gtest/gtest.h"
#include "temporary_folder.h"

namespace hostctl::daemon {
namespace {

class WatchdogTest : public ::testing::Test {
 protected:
  ~WatchdogTest() override {
    for (const char* name : {"WATCHDOG_USEC", "WATCHDOG_PID", "NOTIFY_SOCKET"}) unsetenv(name);
  }
};

TEST_F(WatchdogTest, WithoutAServiceManagerNobodyWatches) {
  EXPECT_FALSE(Watchdog().period().has_value());
  Watchdog().Feed();  // and does no harm
}

TEST_F(WatchdogTest, IsFedThreeTimesInItsTimeout) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  EXPECT_EQ(Watchdog().period(), std::chrono::seconds(10));
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(Watchdog().period().has_value()) << "it is meant for another process";
}

TEST_F(WatchdogTest, FoodArrivesAtTheServiceManager) {
  const TemporaryFolder folder;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder.File("notify");
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  ASSERT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  Watchdog().Feed();
  std::array<char, 64> message{};
  EXPECT_GT(recv(fd, message.data(), message.size() - 1, 0), 0);
  EXPECT_STREQ(message.data(), "WATCHDOG=1");
  close(fd);
}

}  // namespace
}  // namespace hostctl::daemon
