#include "ptpcore/net/announce_watch.h"

#include "gtest/gtest.h"
#include "ptpcore/net/ethernet_transport.h"
#include "ptpcore/net/udp_ipv4_transport.h"
#include "ptpcore/net/udp_ipv6_transport.h"
#include "tests/ptpcore/net/segment.h"

namespace ptpcore::net {
namespace {

using hostctl::firewall::Shell;
using wire::NetworkProtocol;

// Of the messages below, whose octets count up.
const wire::ClockIdentity kSender{{21, 22, 23, 24, 25, 26, 27, 28}};

class AnnounceWatchTest : public SegmentTest {
 protected:
  std::unique_ptr<AnnounceWatch> Watch() {
    std::unique_ptr<AnnounceWatch> watch;
    client_->Run([&] { watch = AnnounceWatch::Open(*QueryDevice("eth0")); });
    return watch;
  }
  // The next that is seen; absent when nothing is for a long time.
  std::optional<AnnounceSeen> Next(AnnounceWatch& watch) {
    const auto deadline = Steady::now() + kPatience;
    while (const int left_ms = MillisecondsUntil(deadline)) {
      std::vector<pollfd> fds;
      watch.AppendPollFds(fds);
      if (poll(fds.data(), fds.size(), left_ms) <= 0) break;
      if (const auto seen = watch.Dispatch(fds)) return seen;
    }
    return std::nullopt;
  }
  void Announce(const OpenTransport& open) {
    Station master(*master_, "eth0", open);
    Octets announce = Message(0xB, 64);
    announce[1] = 0x02;
    ASSERT_TRUE(master.transport().SendEvent(Message(0x0), nullptr).ok());
    ASSERT_TRUE(master.transport().SendGeneral(announce, nullptr).ok());
  }
};

TEST_F(AnnounceWatchTest, SeesWhatNoSocketHears) {
  const auto watch = Watch();
  ASSERT_NE(watch, nullptr);
  const struct {
    OpenTransport open;
    NetworkProtocol protocol;
  } kAll[] = {{OpenUdpIpv4Transport, NetworkProtocol::kUdpIpv4},
              {OpenUdpIpv6Transport, NetworkProtocol::kUdpIpv6},
              {OpenEthernetTransport, NetworkProtocol::kIeee8023}};
  for (const auto& [open, protocol] : kAll) {
    Announce(open);
    const uint8_t scope = protocol == NetworkProtocol::kUdpIpv6 ? 5 : 0;
    EXPECT_EQ(Next(*watch), (AnnounceSeen{protocol, 0, kSender, scope}));
  }
}

TEST_F(AnnounceWatchTest, SeesWhatTheFirewallDrops) {
  Shell(*client_,
        "nft add table inet t; nft add chain inet t c '{ type filter hook input priority 0; policy "
        "drop; }'");
  const auto watch = Watch();
  ASSERT_NE(watch, nullptr);
  Announce(OpenUdpIpv4Transport);
  EXPECT_EQ(Next(*watch), (AnnounceSeen{NetworkProtocol::kUdpIpv4, 0, kSender, 0}));
}

TEST_F(AnnounceWatchTest, DoesNotSeeWhatThisHostSends) {
  const auto watch = Watch();
  ASSERT_NE(watch, nullptr);
  Station client(*client_, "eth0", OpenUdpIpv4Transport);
  Octets announce = Message(0xB, 64);
  announce[1] = 0x02;
  ASSERT_TRUE(client.transport().SendGeneral(announce, nullptr).ok());
  Announce(OpenEthernetTransport);
  EXPECT_EQ(Next(*watch), (AnnounceSeen{NetworkProtocol::kIeee8023, 0, kSender, 0}));
}

}  // namespace
}  // namespace ptpcore::net
