#include "ptpcore/engine/transport_config.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

TEST(TransportConfigTest, NothingSaidIsIpv4OnTheSegment) {
  const v1::PtpProtocol nothing;
  EXPECT_EQ(ProtocolOf(nothing), wire::NetworkProtocol::kUdpIpv4);
  const net::TransportOptions options = TransportOptionsOf(nothing);
  EXPECT_EQ(options.time_to_live, 1);
  EXPECT_EQ(options.dscp_event, 0);
  EXPECT_EQ(options.dscp_general, 0);
  EXPECT_EQ(options.ipv6_scope, 5);
  EXPECT_FALSE(options.non_forwardable);
}

TEST(TransportConfigTest, WhatIsSaidIsTakenOver) {
  v1::PtpProtocol said;
  said.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV6);
  said.set_time_to_live(64);
  said.set_dscp_event(46);
  said.set_dscp_general(34);
  said.set_ipv6_scope(v1::IPV6_SCOPE_GLOBAL);
  said.set_non_forwardable(true);
  EXPECT_EQ(ProtocolOf(said), wire::NetworkProtocol::kUdpIpv6);
  const net::TransportOptions options = TransportOptionsOf(said);
  EXPECT_EQ(options.time_to_live, 64);
  EXPECT_EQ(options.dscp_event, 46);
  EXPECT_EQ(options.dscp_general, 34);
  EXPECT_EQ(options.ipv6_scope, 14);
  EXPECT_TRUE(options.non_forwardable);
  said.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  EXPECT_EQ(ProtocolOf(said), wire::NetworkProtocol::kIeee8023);
}

}  // namespace
}  // namespace ptpcore::engine
