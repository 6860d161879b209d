// There is no moment without rules: while the policy is replaced again and again,
// no packet that must be dropped gets through, and none that must pass is lost.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include "firewall/catalogue.h"
#include "firewall/nftables_firewall.h"
#include "gtest/gtest.h"
#include "tests/firewall/network_namespace.h"

namespace hostctl::firewall {
namespace {

constexpr int kReplacements = 200;
constexpr uint16_t kShut = 319;  // closed all the time
constexpr uint16_t kOpen = 123;  // open all the time

sockaddr_in Address(const char* address, uint16_t port) {
  sockaddr_in in = {};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  inet_pton(AF_INET, address, &in.sin_addr);
  return in;
}

class Udp {
 public:
  Udp(const NetworkNamespace& where, const char* address, uint16_t port) {
    where.Run([&] { fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    const timeval patience = {0, 50000};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const sockaddr_in in = Address(address, port);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&in), sizeof(in)), 0);
  }
  ~Udp() { close(fd_); }
  Udp(const Udp&) = delete;
  Udp& operator=(const Udp&) = delete;

  bool Send(const char* address, uint16_t port) const {
    const sockaddr_in to = Address(address, port);
    return sendto(fd_, "x", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 1;
  }
  bool Receive(int flags = 0) const {
    char ignored = 0;
    return recv(fd_, &ignored, 1, flags) == 1;
  }

 private:
  int fd_ = -1;
};

// Two policies that differ in everything but what they do to the two ports.
Wanted PolicyOf(bool drops) {
  Wanted wanted = {Catalogue(), {}};
  wanted.definitions.push_back(
      {"zOut",
       "answers from the open port",
       {{Direction::kOutbound, Protocol::kUdp, PortType::kDst, kOpen, kOpen}},
       true,
       true,
       "",
       ""});
  wanted.policy.rulesets["chronyd"].enabled = true;
  wanted.policy.rulesets["zOut"].enabled = true;
  wanted.policy.rulesets["ptpd"].enabled = false;
  wanted.policy.rulesets["sshServer"].enabled = drops;
  if (drops) {
    wanted.policy.default_action = DefaultAction::kDrop;
    wanted.policy.rulesets["ptpd"] = {true, false, {"192.0.2.1"}};
  }
  return wanted;
}

TEST(PacketsUnderChange, AreTreatedAsBothPoliciesSay) {
  if (!NetworkNamespace::Available()) GTEST_SKIP() << "may not create network namespaces";
  const NetworkNamespace host = NetworkNamespace::Create();
  const NetworkNamespace peer = NetworkNamespace::Create();
  Shell(host, "ip link add eth0 type veth peer name eth0 netns " + peer.path());
  Shell(host, "ip link set lo up; ip link set eth0 up; ip addr add 10.0.0.1/24 dev eth0");
  Shell(peer, "ip link set lo up; ip link set eth0 up; ip addr add 10.0.0.2/24 dev eth0");
  std::unique_ptr<Firewall> firewall;
  host.Run([&] { firewall = NewNftablesFirewall(); });
  ASSERT_EQ(firewall->Apply(PolicyOf(false)), absl::OkStatus());

  const Udp shut(host, "10.0.0.1", kShut);
  const Udp open(host, "10.0.0.1", kOpen);
  const Udp peer_shut(peer, "10.0.0.2", kShut);
  const Udp peer_open(peer, "10.0.0.2", kOpen);
  std::atomic<bool> done{false};
  std::atomic<int> lost_in{0};
  std::atomic<int> lost_out{0};
  std::atomic<int> leaked_out{0};
  std::atomic<long> sent_in{0};
  std::atomic<long> sent_out{0};

  // Each packet that must pass is waited for, each that must not is sent besides.
  std::thread inbound([&] {
    while (!done) {
      for (int i = 0; i < 8; ++i) peer_shut.Send("10.0.0.1", kShut);
      peer_open.Send("10.0.0.1", kOpen);
      bool arrived = false;
      for (int i = 0; i < 100 && !arrived; ++i) arrived = open.Receive();  // 5 s
      if (!arrived) ++lost_in;
      sent_in += 8;
    }
  });
  std::thread outbound([&] {
    while (!done) {
      for (int i = 0; i < 8; ++i) {
        if (shut.Send("10.0.0.2", kShut)) ++leaked_out;
      }
      if (!open.Send("10.0.0.2", kOpen)) ++lost_out;
      while (peer_open.Receive(MSG_DONTWAIT)) {
      }
      sent_out += 8;
    }
  });
  for (int i = 0; i < kReplacements; ++i) {
    EXPECT_EQ(firewall->Apply(PolicyOf(i % 2 == 0)), absl::OkStatus());
  }
  done = true;
  inbound.join();
  outbound.join();

  int leaked_in = 0;
  while (shut.Receive(MSG_DONTWAIT)) ++leaked_in;
  EXPECT_EQ(leaked_in, 0) << "of " << sent_in;
  EXPECT_EQ(leaked_out, 0) << "of " << sent_out;
  EXPECT_EQ(lost_in, 0);
  EXPECT_EQ(lost_out, 0);
  EXPECT_GT(sent_in, kReplacements);
  EXPECT_GT(sent_out, kReplacements);
  std::printf("dropped while %d policies were replaced: %ld in, %ld out\n", kReplacements,
              sent_in.load(), sent_out.load());
}

}  // namespace
}  // namespace hostctl::firewall
