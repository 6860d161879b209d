// A network namespace of a test's own: two ends of a wire, `eth0` (also called `vmk0`) at
// 192.0.2.2 and `eth1` at 192.0.2.1, both here. Gone with the test, however that ends.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

class OwnNetwork : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to make a network namespace";
    home_ = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    ASSERT_GE(home_, 0);
    if (unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "network namespaces are not available here";
    Run("ip link set lo up");
    Run("ip link add eth0 address 02:00:00:00:00:02 type veth "
        "peer name eth1 address 02:00:00:00:00:01");
    Run("ip link property add dev eth0 altname vmk0");
    for (const char* device : {"eth0", "eth1"}) {
      Run(std::string("echo 0 > /proc/sys/net/ipv6/conf/") + device + "/accept_dad");
      Run(std::string("ip link set ") + device + " up");
    }
    Run("ip addr add 192.0.2.2/24 dev eth0");
  }

  void TearDown() override {
    if (home_ < 0) return;
    EXPECT_EQ(setns(home_, CLONE_NEWNET), 0);
    close(home_);
  }

  static void Run(const std::string& command) {
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }

  // The next frame within five seconds.
  static std::optional<Frame> Await(FrameSource& source) {
    for (int i = 0; i < 50; ++i) {
      if (std::optional<Frame> frame = source.Next()) return frame;
      pollfd watched = {source.fd(), POLLIN, 0};
      poll(&watched, 1, 100);
    }
    return std::nullopt;
  }

 private:
  int home_ = -1;
};

}  // namespace hostctl::capture
