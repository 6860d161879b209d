#include "ptpcore/engine/protocol_config.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

constexpr wire::ClockIdentity kMaster = {{0x00, 0x1B, 0x21, 0xFF, 0xFE, 0xAA, 0xBB, 0xCC}};

TEST(ProtocolConfigTest, WithoutSettingsWeFollowTheBestThatIsHeard) {
  const protocol::ClockConfig clock = ProtocolClockConfigOf({});
  EXPECT_TRUE(clock.own.slave_only);
  EXPECT_EQ(clock.own.quality.clock_class, 255);
  EXPECT_EQ(clock.algorithm, protocol::BestMasterAlgorithm::kDefault);
  EXPECT_FALSE(clock.path_trace);
  EXPECT_EQ(clock.maximum_clock_class, 255);
  EXPECT_TRUE(clock.acceptable.empty());
  EXPECT_FALSE(HasOneClock({}));
  EXPECT_FALSE(ProtocolPortConfigOf({}, 1).master_only);
}

TEST(ProtocolConfigTest, WhomToFollowIsTakenOver) {
  EngineConfig config;
  v1::PtpProtocol& p = *config.mutable_protocol();
  p.set_best_master_algorithm(v1::BEST_MASTER_ALGORITHM_G8275);
  p.set_local_priority(7);
  p.set_maximum_clock_class(165);
  p.set_path_trace(true);
  const protocol::ClockConfig clock = ProtocolClockConfigOf(config);
  EXPECT_EQ(clock.algorithm, protocol::BestMasterAlgorithm::kG8275);
  EXPECT_EQ(clock.own.local_priority, 7);
  EXPECT_EQ(clock.maximum_clock_class, 165);
  EXPECT_TRUE(clock.path_trace);
}

TEST(ProtocolConfigTest, AcceptableMastersAreClocksOrPorts) {
  EngineConfig config;
  config.add_acceptable_masters()->set_identity("001b21fffeaabbcc");
  v1::AcceptableMaster& port = *config.add_acceptable_masters();
  port.set_identity("001B21FFFEAABBCC/65534");
  port.set_alternate_priority1(9);
  const auto acceptable = ProtocolClockConfigOf(config).acceptable;
  ASSERT_EQ(acceptable.size(), 2U);
  EXPECT_EQ(acceptable[0].port, (wire::PortIdentity{kMaster, 0}));
  EXPECT_EQ(acceptable[0].alternate_priority1, 0);
  EXPECT_EQ(acceptable[1].port, (wire::PortIdentity{kMaster, 65534}));
  EXPECT_EQ(acceptable[1].alternate_priority1, 9);
}

TEST(ProtocolConfigTest, AcceptableMastersMayBeTiedToAnAddress) {
  EngineConfig config;
  v1::AcceptableMaster& both = *config.add_acceptable_masters();
  both.set_identity("001b21fffeaabbcc");
  both.set_address("192.0.2.1");
  config.add_acceptable_masters()->set_address("2001:db8::1");
  const auto acceptable = ProtocolClockConfigOf(config).acceptable;
  const wire::PortAddress address{wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, 1}};
  EXPECT_EQ(acceptable[0].port, (wire::PortIdentity{kMaster, 0}));
  EXPECT_TRUE(acceptable[0].address == address);
  EXPECT_FALSE(acceptable[0].by_address);
  EXPECT_TRUE(acceptable[1].by_address);
  EXPECT_EQ(acceptable[1].address->protocol, wire::NetworkProtocol::kUdpIpv6);
}

// Else a list that says nothing intelligible would make everyone acceptable.
TEST(ProtocolConfigTest, AnAcceptableMasterThatIsNoneIsNobody) {
  EngineConfig config;
  config.add_acceptable_masters()->set_identity("nonsense");
  EXPECT_EQ(ProtocolClockConfigOf(config).acceptable.size(), 1U);
}

TEST(ProtocolConfigTest, AServerIsMasterOnEachPortAndAutoDecides) {
  EngineConfig config;
  config.mutable_protocol()->set_role(v1::CLOCK_ROLE_SERVER);
  EXPECT_TRUE(ProtocolPortConfigOf(config, 2).master_only);
  EXPECT_EQ(ProtocolPortConfigOf(config, 2).port_number, 2);
  EXPECT_FALSE(ProtocolClockConfigOf(config).own.slave_only);
  EXPECT_TRUE(HasOneClock(config));
  config.mutable_protocol()->set_role(v1::CLOCK_ROLE_AUTO);
  EXPECT_FALSE(ProtocolPortConfigOf(config, 2).master_only);
  EXPECT_TRUE(HasOneClock(config));
}

}  // namespace
}  // namespace ptpcore::engine
