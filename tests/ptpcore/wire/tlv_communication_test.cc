#include "ptpcore/wire/tlv_communication.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(PortCommunicationAvailabilityTest, EachFlagIsItsOwnBit) {
  const Octets octets = FromHex("8002 0002 05 0a");
  const auto tlv = FromOctets<PortCommunicationAvailability>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_TRUE(tlv->sync.multicast);
  EXPECT_FALSE(tlv->sync.unicast);
  EXPECT_TRUE(tlv->sync.unicast_negotiation);
  EXPECT_FALSE(tlv->sync.unicast_negotiation_possible);
  EXPECT_FALSE(tlv->delay_resp.multicast);
  EXPECT_TRUE(tlv->delay_resp.unicast);
  EXPECT_FALSE(tlv->delay_resp.unicast_negotiation);
  EXPECT_TRUE(tlv->delay_resp.unicast_negotiation_possible);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(ProtocolAddressTest, IsAnAddressOfAnyTransport) {
  const Octets octets = FromHex("8003 0008 0001 0004 c0000201");
  const auto tlv = FromOctets<ProtocolAddress>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->address, (PortAddress{NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}}));
  EXPECT_EQ(ToOctets(*tlv), octets);
  const Octets mac = FromHex("8003 000a 0003 0006 02000000000a");
  ASSERT_TRUE(FromOctets<ProtocolAddress>(mac));
  EXPECT_EQ(ToOctets(*FromOctets<ProtocolAddress>(mac)), mac);
}

TEST(ProtocolAddressTest, AnAddressThatRunsPastTheEndIsRefused) {
  EXPECT_FALSE(FromOctets<ProtocolAddress>(FromHex("8003 0008 0001 0005 c0000201")));
  EXPECT_FALSE(
      FromOctets<ProtocolAddress>(FromHex("8003 0014 0002 0011 00000000000000000000000000000000")));
}

}  // namespace
}  // namespace ptpcore::wire
