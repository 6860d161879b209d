// The trace against a real kernel: who drops is named, and nothing stays behind.
#include "firewall/drop_trace.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/firewall/network_namespace.h"

namespace hostctl::firewall {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RuleWithHandle, IsTheLineWithThatHandle) {
  const std::string listing =
      "table inet site { # handle 1\n\tchain in { # handle 4\n"
      "\t\tudp dport 319 drop # handle 41\n\t\tudp dport 320 drop # handle 4\n";
  EXPECT_EQ(RuleWithHandle(listing, 41), "udp dport 319 drop");
  EXPECT_EQ(RuleWithHandle(listing, 5), "");
}

class DropTraceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!NetworkNamespace::Available()) GTEST_SKIP() << "needs root for network namespaces";
    Shell(host_, "ip link add eth0 type veth peer name eth0 netns " + peer_.path());
    Shell(host_, "ip addr add 10.0.0.1/24 dev eth0 && ip link set eth0 up");
    Shell(peer_, "ip addr add 10.0.0.2/24 dev eth0 && ip link set eth0 up");
  }

  static void Send(const NetworkNamespace& from, const char* to, uint16_t port) {
    from.Run([&] {
      const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      inet_pton(AF_INET, to, &address.sin_addr);
      // Fails with EPERM where our own firewall drops it, which is the point.
      static_cast<void>(
          sendto(fd, "x", 1, 0, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
      close(fd);
    });
  }

  // Those that were seen once there are so many.
  static std::vector<TracedDrop> WaitForDrops(DropTrace& trace, size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (trace.Drops().size() < count && std::chrono::steady_clock::now() < deadline) {
      pollfd ready{trace.fd(), POLLIN, 0};
      poll(&ready, 1, 100);
      trace.Drain();
    }
    return trace.Drops();
  }

  NetworkNamespace host_ = NetworkNamespace::Create();
  NetworkNamespace peer_ = NetworkNamespace::Create();
};

TEST_F(DropTraceTest, NamesTheRuleOfOthersThatDropsPtpOnItsWayIn) {
  Shell(host_,
        "nft 'table ip site { chain input { type filter hook input priority 0; "
        "udp dport 319 counter drop; }; }'");
  host_.Run([&] {
    auto trace = DropTrace::Start("eth0");
    ASSERT_TRUE(trace.ok()) << trace.status();
    Send(peer_, "10.0.0.1", 319);
    Send(peer_, "10.0.0.1", 320);
    Send(peer_, "10.0.0.1", 319);
    Send(host_, "10.0.0.2", 319);
    const std::vector<TracedDrop> drops = WaitForDrops(**trace, 1);
    ASSERT_EQ(drops.size(), 1u);
    EXPECT_TRUE(drops[0].inbound);
    EXPECT_EQ(drops[0].family, "ip");
    EXPECT_EQ(drops[0].table, "site");
    EXPECT_EQ(drops[0].chain, "input");
    EXPECT_EQ(drops[0].port, 319);
    EXPECT_EQ(drops[0].source, "10.0.0.2");
    EXPECT_THAT(drops[0].rule, HasSubstr("udp dport 319"));
  });
}

TEST_F(DropTraceTest, APolicyOnTheWayOut) {
  Shell(host_,
        "nft 'table inet site { chain output { type filter hook output priority 10; "
        "policy drop; }; }'");
  host_.Run([&] {
    auto trace = DropTrace::Start("eth0");
    ASSERT_TRUE(trace.ok()) << trace.status();
    Send(host_, "10.0.0.2", 319);
    const std::vector<TracedDrop> drops = WaitForDrops(**trace, 1);
    ASSERT_EQ(drops.size(), 1u);
    EXPECT_FALSE(drops[0].inbound);
    EXPECT_EQ(drops[0].table, "site");
    EXPECT_EQ(drops[0].handle, 0u);
  });
}

TEST_F(DropTraceTest, ADropAtTheDeviceItselfIsSeenToo) {
  Shell(host_,
        "nft 'table netdev site { chain in { type filter hook ingress device eth0 priority 0; "
        "udp dport 319 drop; }; }'");
  host_.Run([&] {
    auto trace = DropTrace::Start("eth0");
    ASSERT_TRUE(trace.ok()) << trace.status();
    Send(peer_, "10.0.0.1", 319);
    const std::vector<TracedDrop> drops = WaitForDrops(**trace, 1);
    ASSERT_EQ(drops.size(), 1u);
    EXPECT_EQ(drops[0].family, "netdev");
  });
}

TEST_F(DropTraceTest, LeavesNothingBehind) {
  host_.Run([&] {
    {
      auto trace = DropTrace::Start("eth0");
      ASSERT_TRUE(trace.ok()) << trace.status();
      EXPECT_THAT(Shell(host_, "nft list ruleset"), HasSubstr("hostctl-trace"));
    }
    EXPECT_EQ(Shell(host_, "nft list ruleset"), "");
    // As after a hostd that was killed.
    Shell(host_, "nft add table inet hostctl-trace");
    DropTrace::RemoveLeftover();
    EXPECT_EQ(Shell(host_, "nft list ruleset"), "");
  });
}

}  // namespace
}  // namespace hostctl::firewall
