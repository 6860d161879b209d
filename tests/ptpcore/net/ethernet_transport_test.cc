#include "ptpcore/net/ethernet_transport.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ptpcore/net/segment.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::Shell;

const Octets kForwardable = {0x01, 0x1B, 0x19, 0, 0, 0};
const Octets kNonForwardable = {0x01, 0x80, 0xC2, 0, 0, 0x0E};
const Octets kMasterMac = {2, 0, 0, 0, 0, 1};
const Octets kEthertype = {0x88, 0xF7};

Octets Join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

class EthernetTransportTest : public SegmentTest {
 protected:
  Station Master(const TransportOptions& options = {}) {
    return {*master_, "eth0", OpenEthernetTransport, options};
  }
  // Puts a frame on the wire as it is.
  void Inject(const Octets& frame) {
    master_->Run([&] {
      const FileDescriptor fd(socket(AF_PACKET, SOCK_RAW, 0));
      sockaddr_ll to{};
      to.sll_family = AF_PACKET;
      to.sll_ifindex = QueryDevice("eth0")->index;
      ASSERT_EQ(sendto(fd.get(), frame.data(), frame.size(), 0,
                       reinterpret_cast<const sockaddr*>(&to), sizeof(to)),
                static_cast<ssize_t>(frame.size()));
    });
  }
};

TEST_F(EthernetTransportTest, AFrameHasThePtpEthertypeAndGroup) {
  Tap tap(*client_, "eth0");
  Station master = Master();
  ASSERT_TRUE(master.transport().SendGeneral(general_, nullptr).ok());
  EXPECT_EQ(tap.NextWith(general_), Join({kForwardable, kMasterMac, kEthertype, general_}));
}

TEST_F(EthernetTransportTest, PeerDelayFramesAreNotForwardedByBridges) {
  Tap tap(*client_, "eth0");
  Station master = Master();
  const Octets request = Message(0x2, 54);
  ASSERT_TRUE(master.transport().SendEvent(request, nullptr).ok());
  EXPECT_EQ(tap.NextWith(request), Join({kNonForwardable, kMasterMac, kEthertype, request}));
}

TEST_F(EthernetTransportTest, NoFrameIsForwardedWhereThatIsAskedFor) {
  TransportOptions options;
  options.non_forwardable = true;
  Station master = Master(options);
  Station client(*client_, "eth0", OpenEthernetTransport, options);
  Tap tap(*client_, "eth0");
  ASSERT_TRUE(master.transport().SendEvent(event_, nullptr).ok());
  EXPECT_EQ(tap.NextWith(event_), Join({kNonForwardable, kMasterMac, kEthertype, event_}));
  EXPECT_TRUE(client.Next(Packet::Kind::kEvent));
}

TEST_F(EthernetTransportTest, AVlanTagThatIsOnlyAPriorityDoesNoHarm) {
  Station client(*client_, "eth0", OpenEthernetTransport);
  Inject(Join({kForwardable, kMasterMac, {0x81, 0x00, 0xE0, 0x00}, kEthertype, event_}));
  const auto heard = client.Next(Packet::Kind::kEvent);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->octets, event_);
}

TEST_F(EthernetTransportTest, AnotherVlanIsNotHeard) {
  Station client(*client_, "eth0", OpenEthernetTransport);
  const Octets other = Message(0x0, 50);
  Inject(Join({kForwardable, kMasterMac, {0x81, 0x00, 0x00, 0x07}, kEthertype, other}));
  Inject(Join({kForwardable, kMasterMac, kEthertype, event_}));
  const auto heard = client.Next(Packet::Kind::kEvent);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->octets, event_);
  EXPECT_TRUE(client.waiting().empty());
}

TEST_F(EthernetTransportTest, NeitherIsWhatIsSentToAnotherHost) {
  Shell(*client_, "ip link set eth0 promisc on");
  Station client(*client_, "eth0", OpenEthernetTransport);
  const Octets other = Message(0x0, 50);
  Inject(Join({{2, 0, 0, 0, 0, 0x77}, kMasterMac, kEthertype, other}));
  Inject(Join({kForwardable, kMasterMac, kEthertype, event_}));
  const auto heard = client.Next(Packet::Kind::kEvent);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->octets, event_);
}

TEST_F(EthernetTransportTest, FillUpToTheLeastFrameIsHandedOn) {
  Station client(*client_, "eth0", OpenEthernetTransport);
  Inject(Join({kForwardable, kMasterMac, kEthertype, event_, {0, 0}}));
  const auto heard = client.Next(Packet::Kind::kEvent);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->octets.size(), event_.size() + 2) << "the decoder knows the message's length";
}

TEST_F(EthernetTransportTest, TheGroupsReachTheDevicesFilter) {
  Station master = Master();
  const std::string groups = Shell(*master_, "ip maddr show dev eth0");
  EXPECT_THAT(groups, ::testing::HasSubstr("01:1b:19:00:00:00"));
  EXPECT_THAT(groups, ::testing::HasSubstr("01:80:c2:00:00:0e"));
}

}  // namespace
}  // namespace ptpcore::net
