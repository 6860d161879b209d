// Which network namespace this is, in people's words.
#include "service/host/netstack.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

using ::testing::StartsWith;

constexpr char kOurs[] = "/proc/thread-self/ns/net";
constexpr char kAnother[] = "/proc/thread-self/ns/uts";  // a namespace, and not this one

class NetstackTest : public ::testing::Test {
 protected:
  NetstackTest() : folder_(::testing::TempDir() + "netstack-" + std::to_string(getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~NetstackTest() override { std::filesystem::remove_all(folder_); }

  // As `ip netns` does it, but that it mounts the namespace instead.
  void Name(const std::string& name, const char* what) {
    std::filesystem::create_symlink(what, folder_ + "/" + name);
  }

  std::string folder_;
};

TEST_F(NetstackTest, HasTheNameItWasGiven) {
  Name("blue", kOurs);
  Name("other", kAnother);
  EXPECT_EQ(NetstackName(folder_, kAnother), "blue");
}

TEST_F(NetstackTest, TheHostsOwnIsTheDefault) {
  Name("other", kAnother);
  EXPECT_EQ(NetstackName(folder_, kOurs), "defaultTcpipStack");
  EXPECT_EQ(NetstackName("/no/such/folder", kOurs), "defaultTcpipStack");
}

TEST_F(NetstackTest, WithoutANameTheNumberTellsIt) {
  std::array<char, 64> link{};
  ASSERT_GT(readlink(kOurs, link.data(), link.size() - 1), 0);
  EXPECT_THAT(NetstackName(folder_, kAnother), StartsWith("net:["));
  EXPECT_EQ(NetstackName(folder_, kAnother), link.data());
}

TEST_F(NetstackTest, WhereNobodyCanTellItIsTheDefault) {
  EXPECT_EQ(NetstackName(folder_, "/no/such/file"), "defaultTcpipStack");
}

}  // namespace
}  // namespace hostctl::host
