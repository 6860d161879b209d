// Against the real kernel, in a network namespace of this test's own.
#include "service/capture/packet_socket.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "absl/time/clock.h"
#include "frames.h"
#include "own_network.h"
#include "service/capture/ptp_frame.h"
#include "service/capture/socket_parts.h"

namespace hostctl::capture {
namespace {

using PacketSocketTest = OwnNetwork;

// Puts frames on the wire at one end.
class Sender {
 public:
  explicit Sender(const char* device) : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)) {
    to_.sll_family = AF_PACKET;
    to_.sll_ifindex = static_cast<int>(if_nametoindex(device));
  }
  void Send(const Octets& frame) const {
    ASSERT_EQ(sendto(fd_.get(), frame.data(), frame.size(), 0,
                     reinterpret_cast<const sockaddr*>(&to_), sizeof(to_)),
              static_cast<ssize_t>(frame.size()));
  }

 private:
  Descriptor fd_;
  sockaddr_ll to_{};
};

TEST_F(PacketSocketTest, SeesWhatIsReceivedAndWhatIsSentWithTheKernelsTime) {
  const auto source = OpenPacketSocket("vmk0", FrameFilter::kPtp);
  ASSERT_TRUE(source.ok()) << source.status();
  const Sender far("eth1");
  const absl::Time before = absl::Now();
  const Octets frame = UdpFrame(319, Encoded(TwoStepSync()));
  far.Send(frame);
  const auto received = Await(**source);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->direction, Direction::kReceived);
  EXPECT_EQ(received->data, frame);
  EXPECT_EQ(received->original_length, frame.size());
  EXPECT_GE(received->time, before);
  EXPECT_LE(received->time, absl::Now());

  Sender("eth0").Send(frame);
  const auto sent = Await(**source);
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->direction, Direction::kSent);
  EXPECT_EQ(sent->data, frame);
}

TEST_F(PacketSocketTest, TheSieveLetsThroughAllThatIsAskedForAndNothingElse) {
  const Octets sync = Encoded(TwoStepSync());
  const Octets report = {0x16, 0, 0, 0, 224, 0, 1, 129};
  Octets group(16);
  group[0] = 0xFF;
  Octets mld = Octets{58, 0, 5, 2, 0, 0, 1, 0} + Octets{131, 0, 0, 0, 0, 0, 0, 0} + group;
  const Octets hop_by_hop = {17, 0, 0, 0, 0, 0, 0, 0};
  const Octets options = {0x46, 0, 0, 76, 0,   1, 0, 0,   1, 17, 0, 0,
                          192,  0, 2, 1,  224, 0, 1, 129, 1, 1,  1, 1};
  const Octets ptp[] = {
      Ethernet(0x88F7, sync),
      Ethernet(0x88F7, sync, {0x81, 0, 0, 5}),
      Ethernet(0x88F7, sync, {0x88, 0xA8, 0, 9, 0x81, 0, 0, 5}),
      UdpFrame(319, sync),
      UdpFrame(320, sync),
      Ethernet(0x0800, options + Udp(319, sync)),
      Ethernet(0x86DD, Ipv6(17, Udp(320, sync))),
      Ethernet(0x86DD, Ipv6(0, hop_by_hop + Udp(319, sync))),
  };
  const Octets membership[] = {Ethernet(0x0800, Ipv4(2, report)), Ethernet(0x86DD, Ipv6(0, mld))};
  const Octets others[] = {UdpFrame(53, sync), Ethernet(0x0800, Ipv4(6, Octets(40))),
                           Ethernet(0x86DD, Ipv6(58, Octets(24))), Ethernet(0x0806, Octets(28))};

  const auto source = OpenPacketSocket("eth0", FrameFilter::kPtpAndMembership);
  const auto only_ptp = OpenPacketSocket("eth0", FrameFilter::kPtp);
  ASSERT_TRUE(source.ok() && only_ptp.ok());
  const Sender far("eth1");
  for (const Octets& frame : others) far.Send(frame);
  for (const Octets& frame : membership) far.Send(frame);
  for (const Octets& frame : ptp) far.Send(frame);
  for (const Octets& frame : ptp) {
    const auto seen = Await(**only_ptp);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->data, frame);
    EXPECT_TRUE(DecodeFrame(*seen).message);
  }
  // The kernel of the other end reports groups of its own at any time.
  size_t reports = 0;
  for (size_t i = 0; i < std::size(ptp);) {
    const auto seen = Await(**source);
    ASSERT_TRUE(seen);
    if (DecodeFrame(*seen).membership) {
      if (seen->data == membership[0] || seen->data == membership[1]) ++reports;
      continue;
    }
    EXPECT_EQ(seen->data, ptp[i++]);
  }
  EXPECT_EQ(reports, 2U);
}

TEST_F(PacketSocketTest, FramesThatNobodyReadsAreCounted) {
  const auto source = OpenPacketSocket("eth0", FrameFilter::kPtp);
  ASSERT_TRUE(source.ok());
  const Octets frame = UdpFrame(319, Encoded(TwoStepSync()));
  const Sender far("eth1");
  constexpr uint64_t kMany = 4000;
  for (uint64_t i = 0; i < kMany; ++i) far.Send(frame);
  uint64_t seen = 0;
  while ((*source)->Next()) ++seen;
  EXPECT_GT(seen, 100U);
  EXPECT_EQ(seen + (*source)->dropped(), kMany);
  EXPECT_EQ(seen + (*source)->dropped(), kMany) << "asked again";
}

TEST_F(PacketSocketTest, SurvivesThatTheDeviceGoesDownAndUp) {
  const auto source = OpenPacketSocket("eth0", FrameFilter::kPtp);
  ASSERT_TRUE(source.ok());
  Run("ip link set eth0 down");
  EXPECT_FALSE((*source)->Next());
  Run("ip link set eth0 up");
  Sender("eth1").Send(UdpFrame(319, Encoded(TwoStepSync())));
  EXPECT_TRUE(Await(**source));
}

TEST_F(PacketSocketTest, IsQuietWhenTheDeviceIsGone) {
  const auto source = OpenPacketSocket("eth0", FrameFilter::kPtp);
  ASSERT_TRUE(source.ok());
  Run("ip link del eth0");
  EXPECT_FALSE((*source)->Next());
  pollfd watched = {(*source)->fd(), POLLIN, 0};
  EXPECT_EQ(poll(&watched, 1, 0), 0) << "who waits for it would spin";
}

TEST_F(PacketSocketTest, SaysWhyItCannot) {
  const auto missing = OpenPacketSocket("eth7", FrameFilter::kAll);
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(missing.status().message(),
            "cannot capture on `eth7`: looking for the device: No such device");
  const auto long_name = OpenPacketSocket("a-name-longer-than-devices-have", FrameFilter::kAll);
  EXPECT_EQ(long_name.status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace hostctl::capture
