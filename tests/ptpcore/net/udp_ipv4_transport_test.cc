#include "ptpcore/net/udp_ipv4_transport.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/firewall/network_namespace.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::NetworkNamespace;
using hostctl::firewall::Shell;
using ::testing::HasSubstr;
using Octets = std::vector<uint8_t>;
using Steady = std::chrono::steady_clock;

constexpr int64_t kSecond = 1'000'000'000;
constexpr auto kPatience = std::chrono::seconds(10);

int64_t RealtimeNs() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<int64_t>(t.tv_sec) * kSecond + t.tv_nsec;
}

int MillisecondsUntil(Steady::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

// The kernel lets packets through a moment after the link came up.
void WaitForCarrier(const NetworkNamespace& where, const std::string& device) {
  where.Run([&] {
    const auto deadline = Steady::now() + kPatience;
    bool running = false;
    while (!running && Steady::now() < deadline) {
      const absl::StatusOr<Device> known = QueryDevice(device);
      ASSERT_TRUE(known.ok()) << known.status();
      running = known->running;
      if (!running) poll(nullptr, 0, 5);
    }
    ASSERT_TRUE(running) << device << " has no carrier";
  });
}

// A packet that outlives the call it came in.
struct Heard {
  Packet::Kind kind;
  Octets octets;
  std::optional<int64_t> realtime_ns;
  wire::PortAddress from;
};

// One end of a segment: a transport and what it heard.
class Station {
 public:
  Station(const NetworkNamespace& where, const std::string& device) {
    where.Run([&] {
      const absl::StatusOr<Device> known = QueryDevice(device);
      ASSERT_TRUE(known.ok()) << known.status();
      auto opened = UdpIpv4Transport::Open(device, *known);
      ASSERT_TRUE(opened.ok()) << opened.status();
      transport_ = *std::move(opened);
    });
  }

  UdpIpv4Transport& transport() { return *transport_; }

  // The next packet of this kind; absent when none comes for a long time.
  std::optional<Heard> Next(Packet::Kind kind) {
    const auto deadline = Steady::now() + kPatience;
    while (true) {
      for (size_t i = 0; i < heard_.size(); ++i) {
        if (heard_[i].kind != kind) continue;
        Heard found = heard_[i];
        heard_.erase(heard_.begin() + static_cast<std::ptrdiff_t>(i));
        return found;
      }
      const int left_ms = MillisecondsUntil(deadline);
      if (left_ms == 0 || !PollOnce(left_ms)) return std::nullopt;
    }
  }
  const std::vector<Heard>& waiting() const { return heard_; }

 private:
  bool PollOnce(int timeout_ms) {
    std::vector<pollfd> fds;
    transport_->AppendPollFds(fds);
    if (poll(fds.data(), fds.size(), timeout_ms) < 0) return false;
    const absl::Status status = transport_->Dispatch(fds, [this](const Packet& packet) {
      heard_.push_back({packet.kind, Octets(packet.octets.begin(), packet.octets.end()),
                        packet.realtime_ns, packet.from});
    });
    EXPECT_TRUE(status.ok()) << status;
    return status.ok();
  }

  std::unique_ptr<UdpIpv4Transport> transport_;
  std::vector<Heard> heard_;
};

// Two hosts on one segment: 192.0.2.1 and 192.0.2.2.
class UdpIpv4TransportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!NetworkNamespace::Available()) GTEST_SKIP() << "needs root and network namespaces";
    master_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
    client_ = std::make_unique<NetworkNamespace>(NetworkNamespace::Create());
    AddSegment("eth0", "192.0.2");
  }
  // Joins both hosts by another pair of devices of this name.
  void AddSegment(const std::string& device, const std::string& net) {
    Shell(*master_,
          "ip link add " + device + " type veth peer name " + device + " netns " + client_->path());
    Shell(*master_,
          "ip addr add " + net + ".1/24 dev " + device + "; ip link set " + device + " up");
    Shell(*client_,
          "ip addr add " + net + ".2/24 dev " + device + "; ip link set " + device + " up");
    WaitForCarrier(*master_, device);
    WaitForCarrier(*client_, device);
  }

  std::unique_ptr<NetworkNamespace> master_;
  std::unique_ptr<NetworkNamespace> client_;
  const Octets message_ = [] {
    Octets octets(44);
    for (size_t i = 0; i < octets.size(); ++i) octets[i] = static_cast<uint8_t>(i + 1);
    return octets;
  }();
};

TEST_F(UdpIpv4TransportTest, AnEventMessageIsTimestampedByBothKernels) {
  Station master(*master_, "eth0");
  Station client(*client_, "eth0");
  // The kernel begins to stamp a moment after it was asked to.
  const auto deadline = Steady::now() + kPatience;
  int64_t before_ns = 0;
  std::optional<Heard> received;
  std::optional<Heard> transmitted;
  while (Steady::now() < deadline && !(received && received->realtime_ns)) {
    before_ns = RealtimeNs();
    ASSERT_TRUE(client.transport().SendEvent(message_, nullptr).ok());
    received = master.Next(Packet::Kind::kEvent);
    transmitted = client.Next(Packet::Kind::kTransmitted);
  }
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, message_);
  const wire::PortAddress from = {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 2}};
  EXPECT_TRUE(received->from == from);

  ASSERT_TRUE(transmitted);
  EXPECT_EQ(transmitted->octets, message_);
  // Both stamps are of one clock here: sent first, received after, all in between.
  ASSERT_TRUE(transmitted->realtime_ns);
  ASSERT_TRUE(received->realtime_ns);
  EXPECT_LE(before_ns, *transmitted->realtime_ns);
  EXPECT_LE(*transmitted->realtime_ns, *received->realtime_ns);
  EXPECT_LE(*received->realtime_ns, RealtimeNs());
  std::printf("sent to received, by the kernels' stamps: %lld ns\n",
              static_cast<long long>(*received->realtime_ns - *transmitted->realtime_ns));
}

TEST_F(UdpIpv4TransportTest, AGeneralMessageComesOnItsOwnPort) {
  Station master(*master_, "eth0");
  Station client(*client_, "eth0");
  ASSERT_TRUE(master.transport().SendGeneral(message_, nullptr).ok());
  const auto received = client.Next(Packet::Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, message_);
}

TEST_F(UdpIpv4TransportTest, OneDoesNotHearOneself) {
  Station master(*master_, "eth0");
  Station client(*client_, "eth0");
  ASSERT_TRUE(client.transport().SendGeneral(message_, nullptr).ok());
  ASSERT_TRUE(client.transport().SendEvent(message_, nullptr).ok());
  // When the other's answer is here, an echo would be here as well.
  ASSERT_TRUE(master.Next(Packet::Kind::kEvent));
  ASSERT_TRUE(master.transport().SendGeneral({message_.data(), 10}, nullptr).ok());
  const auto received = client.Next(Packet::Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets.size(), 10U);
  for (const Heard& heard : client.waiting()) EXPECT_EQ(heard.kind, Packet::Kind::kTransmitted);
}

TEST_F(UdpIpv4TransportTest, AnotherDeviceIsNotHeard) {
  AddSegment("eth1", "198.51.100");
  Station client(*client_, "eth0");
  Station client_other(*client_, "eth1");
  Station master(*master_, "eth0");
  Station master_other(*master_, "eth1");
  ASSERT_TRUE(master_other.transport().SendGeneral({message_.data(), 5}, nullptr).ok());
  ASSERT_TRUE(client_other.Next(Packet::Kind::kGeneral));  // it did arrive at the host
  ASSERT_TRUE(master.transport().SendGeneral(message_, nullptr).ok());
  const auto received = client.Next(Packet::Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, message_);
  EXPECT_TRUE(client.waiting().empty());
}

TEST_F(UdpIpv4TransportTest, AnAlternativeNameWillDo) {
  Shell(*client_, "ip link property add dev eth0 altname vmk0");
  Station master(*master_, "eth0");
  Station client(*client_, "vmk0");
  ASSERT_TRUE(master.transport().SendEvent(message_, nullptr).ok());
  EXPECT_TRUE(client.Next(Packet::Kind::kEvent));
}

TEST_F(UdpIpv4TransportTest, TheGroupIsJoinedAndLeft) {
  {
    Station client(*client_, "eth0");
    EXPECT_THAT(Shell(*client_, "ip maddr show dev eth0"), HasSubstr("inet  224.0.1.129"));
    // Memberships of our own socket only: the other device has none.
    EXPECT_THAT(Shell(*client_, "ip maddr show dev lo"), Not(HasSubstr("224.0.1.129")));
  }
  EXPECT_THAT(Shell(*client_, "ip maddr show dev eth0"), Not(HasSubstr("224.0.1.129")));
}

// What a switch with IGMP snooping would hear.
TEST_F(UdpIpv4TransportTest, RefreshingTheMembershipReportsItAgain) {
  // One report for each event, not the usual two: what comes second is the refresh.
  Shell(*client_, "sysctl -qw net.ipv4.igmp_qrv=1; ip link set eth0 down; ip link set eth0 up");
  WaitForCarrier(*client_, "eth0");
  WaitForCarrier(*master_, "eth0");
  FileDescriptor tap;
  master_->Run([&] {
    tap = FileDescriptor(socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)));
    ASSERT_TRUE(tap);
  });
  // Reads until an IGMPv3 report that names the group comes by.
  const auto report_comes = [&] {
    const auto deadline = Steady::now() + kPatience;
    while (const int left_ms = MillisecondsUntil(deadline)) {
      pollfd fd{tap.get(), POLLIN, 0};
      if (poll(&fd, 1, left_ms) <= 0) return false;
      Octets packet(2048);
      const ssize_t size = recv(tap.get(), packet.data(), packet.size(), 0);
      if (size < 28 || packet[9] != IPPROTO_IGMP) continue;
      packet.resize(static_cast<size_t>(size));
      const Octets group = {224, 0, 1, 129};
      const auto named = std::search(packet.begin(), packet.end(), group.begin(), group.end());
      if (named == packet.end()) continue;
      // The record before the address: IS_EXCLUDE or TO_EXCLUDE is a join.
      const uint8_t record = *(named - 4);
      if (record == 2 || record == 4) return true;
    }
    return false;
  };
  Station client(*client_, "eth0");
  ASSERT_TRUE(report_comes());
  ASSERT_TRUE(client.transport().RefreshMembership().ok());
  EXPECT_TRUE(report_comes());
  EXPECT_THAT(Shell(*client_, "ip maddr show dev eth0"), HasSubstr("inet  224.0.1.129"));
  // And it still hears.
  Station master(*master_, "eth0");
  ASSERT_TRUE(master.transport().SendEvent(message_, nullptr).ok());
  EXPECT_TRUE(client.Next(Packet::Kind::kEvent));
}

TEST_F(UdpIpv4TransportTest, ADeviceThatIsGoneIsUnavailable) {
  Station client(*client_, "eth0");
  Shell(*client_, "ip link del eth0");
  const absl::Status status = client.transport().SendEvent(message_, nullptr);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("eth0"));
  EXPECT_TRUE(absl::IsUnavailable(client.transport().RefreshMembership()));
}

TEST_F(UdpIpv4TransportTest, ADeviceThatIsNotThereIsNamed) {
  client_->Run([] {
    const auto opened = UdpIpv4Transport::Open("eth7", Device{7, true, true, {}, {}});
    EXPECT_TRUE(absl::IsUnavailable(opened.status()));
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr("eth7"));
  });
}

}  // namespace
}  // namespace ptpcore::net
