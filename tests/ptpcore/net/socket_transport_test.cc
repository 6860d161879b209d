// What every transport does, whatever the network below.
#include "ptpcore/net/socket_transport.h"

#include <cstdio>
#include <ctime>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/net/ethernet_transport.h"
#include "ptpcore/net/udp_ipv4_transport.h"
#include "ptpcore/net/udp_ipv6_transport.h"
#include "tests/ptpcore/net/segment.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::Shell;
using Kind = Packet::Kind;
using ::testing::HasSubstr;
using wire::NetworkProtocol;

int64_t RealtimeNs() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

struct Case {
  std::string name;
  OpenTransport open;
  wire::PortAddress master;
  wire::PortAddress client;
  size_t trailer;  // octets behind each message
};

const Case kCases[] = {
    {"UdpIpv4",
     OpenUdpIpv4Transport,
     {NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}},
     {NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 2}},
     0},
    {"UdpIpv6",
     OpenUdpIpv6Transport,
     {NetworkProtocol::kUdpIpv6, 16, {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE, 0, 0, 1}},
     {NetworkProtocol::kUdpIpv6, 16, {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFE, 0, 0, 2}},
     2},
    {"Ethernet",
     OpenEthernetTransport,
     {NetworkProtocol::kIeee8023, 6, {2, 0, 0, 0, 0, 1}},
     {NetworkProtocol::kIeee8023, 6, {2, 0, 0, 0, 0, 2}},
     0},
};

class SocketTransportTest : public SegmentTest, public ::testing::WithParamInterface<Case> {
 protected:
  Station Master(const std::string& device = "eth0") { return {*master_, device, GetParam().open}; }
  Station Client(const std::string& device = "eth0") { return {*client_, device, GetParam().open}; }
  // As it comes out at the other end.
  Octets Arrived(Octets message) const {
    message.resize(message.size() + GetParam().trailer);
    return message;
  }
};

INSTANTIATE_TEST_SUITE_P(Over, SocketTransportTest, ::testing::ValuesIn(kCases),
                         [](const auto& which) { return which.param.name; });

TEST_P(SocketTransportTest, AnEventMessageIsTimestampedByBothKernels) {
  Station master = Master();
  Station client = Client();
  // The kernel begins to stamp a moment after it was asked to.
  const auto deadline = Steady::now() + kPatience;
  int64_t before_ns = 0;
  std::optional<Heard> received;
  std::optional<Heard> transmitted;
  while (Steady::now() < deadline && !(received && received->realtime_ns)) {
    before_ns = RealtimeNs();
    ASSERT_TRUE(client.transport().SendEvent(event_, nullptr).ok());
    received = master.Next(Kind::kEvent);
    transmitted = client.Next(Kind::kTransmitted);
  }
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, Arrived(event_));
  EXPECT_TRUE(received->from == GetParam().client);

  ASSERT_TRUE(transmitted);
  EXPECT_EQ(transmitted->octets, Arrived(event_));
  // Both stamps are of one clock here: sent first, received after, all in between.
  ASSERT_TRUE(transmitted->realtime_ns);
  ASSERT_TRUE(received->realtime_ns);
  EXPECT_LE(before_ns, *transmitted->realtime_ns);
  EXPECT_LE(*transmitted->realtime_ns, *received->realtime_ns);
  EXPECT_LE(*received->realtime_ns, RealtimeNs());
  std::printf("sent to received, by the kernels' stamps: %lld ns\n",
              static_cast<long long>(*received->realtime_ns - *transmitted->realtime_ns));
}

TEST_P(SocketTransportTest, AGeneralMessageComesAsOne) {
  Station master = Master();
  Station client = Client();
  ASSERT_TRUE(master.transport().SendGeneral(general_, nullptr).ok());
  const auto received = client.Next(Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, Arrived(general_));
  EXPECT_TRUE(received->from == GetParam().master);
}

TEST_P(SocketTransportTest, OneAddressIsAsGoodAsAll) {
  Station master = Master();
  Station client = Client();
  ASSERT_TRUE(client.transport().SendEvent(event_, &GetParam().master).ok());
  const auto event = master.Next(Kind::kEvent);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->octets, Arrived(event_));
  const auto transmitted = client.Next(Kind::kTransmitted);
  ASSERT_TRUE(transmitted);
  EXPECT_EQ(transmitted->octets, Arrived(event_));
  // Answering goes to where the message came from.
  ASSERT_TRUE(master.transport().SendGeneral(general_, &event->from).ok());
  const auto general = client.Next(Kind::kGeneral);
  ASSERT_TRUE(general);
  EXPECT_EQ(general->octets, Arrived(general_));
}

TEST_P(SocketTransportTest, AnAddressOfAnotherNetworkIsRefused) {
  Station client = Client();
  for (const Case& other : kCases) {
    if (other.name == GetParam().name) continue;
    const absl::Status status = client.transport().SendEvent(event_, &other.master);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << other.name << ": " << status;
  }
}

TEST_P(SocketTransportTest, PeerDelayMessagesArriveToo) {
  Station master = Master();
  Station client = Client();
  for (const uint8_t type : {uint8_t{0x2}, uint8_t{0x3}}) {
    const Octets message = Message(type, 54);
    ASSERT_TRUE(client.transport().SendEvent(message, nullptr).ok());
    const auto received = master.Next(Kind::kEvent);
    ASSERT_TRUE(received);
    EXPECT_EQ(received->octets, Arrived(message));
    const auto transmitted = client.Next(Kind::kTransmitted);
    ASSERT_TRUE(transmitted);
    EXPECT_EQ(transmitted->octets, Arrived(message));
  }
  const Octets follow_up = Message(0xA, 54);
  ASSERT_TRUE(client.transport().SendGeneral(follow_up, nullptr).ok());
  const auto received = master.Next(Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, Arrived(follow_up));
}

TEST_P(SocketTransportTest, OneDoesNotHearOneself) {
  Station master = Master();
  Station client = Client();
  ASSERT_TRUE(client.transport().SendGeneral(general_, nullptr).ok());
  ASSERT_TRUE(client.transport().SendEvent(event_, nullptr).ok());
  // When the other's answer is here, an echo would be here as well.
  ASSERT_TRUE(master.Next(Kind::kEvent));
  const Octets answer = Message(0xB, 64);
  ASSERT_TRUE(master.transport().SendGeneral(answer, nullptr).ok());
  const auto received = client.Next(Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, Arrived(answer));
  for (const Heard& heard : client.waiting()) EXPECT_EQ(heard.kind, Kind::kTransmitted);
}

TEST_P(SocketTransportTest, AnotherDeviceIsNotHeard) {
  AddSegment("eth1", "198.51.100", 1);
  Station client = Client();
  Station client_other = Client("eth1");
  Station master = Master();
  Station master_other = Master("eth1");
  ASSERT_TRUE(master_other.transport().SendGeneral(Message(0xB, 64), nullptr).ok());
  ASSERT_TRUE(client_other.Next(Kind::kGeneral));  // it did arrive at the host
  ASSERT_TRUE(master.transport().SendGeneral(general_, nullptr).ok());
  const auto received = client.Next(Kind::kGeneral);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->octets, Arrived(general_));
  EXPECT_TRUE(client.waiting().empty());
}

TEST_P(SocketTransportTest, AnAlternativeNameWillDo) {
  Shell(*client_, "ip link property add dev eth0 altname vmk0");
  Station master = Master();
  Station client = Client("vmk0");
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  EXPECT_TRUE(client.Next(Kind::kEvent));
}

TEST_P(SocketTransportTest, ItStillHearsAfterTheMembershipWasRefreshed) {
  Station master = Master();
  Station client = Client();
  ASSERT_TRUE(client.transport().RefreshMembership().ok());
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  EXPECT_TRUE(client.Next(Kind::kEvent));
}

TEST_P(SocketTransportTest, ADeviceThatIsGoneIsUnavailable) {
  Station client = Client();
  Shell(*client_, "ip link del eth0");
  const absl::Status status = client.transport().SendEvent(event_, nullptr);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("eth0"));
}

TEST_P(SocketTransportTest, ADeviceThatIsNotThereIsNamed) {
  client_->Run([] {
    const auto opened = GetParam().open("eth7", Device{7, true, true, {}, {}}, {});
    EXPECT_TRUE(absl::IsUnavailable(opened.status()));
    EXPECT_THAT(std::string(opened.status().message()), HasSubstr("eth7"));
  });
}

}  // namespace
}  // namespace ptpcore::net
