#include "tests/firewall/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

int OpenCurrent() {
  return open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
}

}  // namespace

bool NetworkNamespace::Available() {
  const int outside = OpenCurrent();
  const bool entered = unshare(CLONE_NEWNET) == 0;
  if (entered) {
    EXPECT_EQ(setns(outside, CLONE_NEWNET), 0);
  }
  close(outside);
  return entered;
}

NetworkNamespace NetworkNamespace::Create() {
  const int outside = OpenCurrent();
  EXPECT_EQ(unshare(CLONE_NEWNET), 0);
  NetworkNamespace created(OpenCurrent());
  EXPECT_EQ(setns(outside, CLONE_NEWNET), 0);
  close(outside);
  return created;
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

NetworkNamespace::~NetworkNamespace() {
  if (fd_ >= 0) close(fd_);
}

void NetworkNamespace::Run(const std::function<void()>& body) const {
  const int outside = OpenCurrent();
  ASSERT_EQ(setns(fd_, CLONE_NEWNET), 0);
  body();
  ASSERT_EQ(setns(outside, CLONE_NEWNET), 0);
  close(outside);
}

std::string NetworkNamespace::path() const {
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(fd_);
}

std::string Shell(const NetworkNamespace& where, const std::string& command) {
  std::string output;
  where.Run([&] {
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    std::array<char, 4096> buffer;
    for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      output.append(buffer.data(), n);
    }
    const int status = pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command << "\n" << output;
  });
  return output;
}

}  // namespace hostctl::firewall
