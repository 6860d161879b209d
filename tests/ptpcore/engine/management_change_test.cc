#include "ptpcore/engine/management_change.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;
using management::Change;

TEST(ManagementChangeTest, WhatIsAskedForGoesOnTopOfTheConfiguration) {
  EngineConfig config;
  config.set_device("eth0");
  config.mutable_protocol()->set_priority2(7);
  Change change;
  change.priority1 = 99;
  change.domain_number = 24;
  change.clock_class = 6;
  change.clock_accuracy = 0x21;
  change.offset_scaled_log_variance = 0x4E20;
  change.utc_offset_s = 38;
  change.utc_offset_valid = true;
  change.ptp_timescale = false;
  change.time_traceable = true;
  change.frequency_traceable = true;
  change.time_source = 0x20;
  change.path_trace = true;
  change.log_announce_interval = -2;
  change.announce_receipt_timeout = 4;
  change.log_sync_interval = -3;
  change.unicast_negotiation = true;
  change.delay_mechanism = management::DelayMechanism::kP2p;
  change.log_min_pdelay_req_interval = -1;
  change.neighbor_propagation_delay_threshold_ns = 800;

  const EngineConfig changed = WithChange(config, change);
  EXPECT_EQ(changed.device(), "eth0");
  EXPECT_EQ(changed.domain_number(), 24U);
  const v1::PtpProtocol& p = changed.protocol();
  EXPECT_EQ(p.priority1(), 99U);
  EXPECT_EQ(p.priority2(), 7U);
  EXPECT_FALSE(p.has_role());
  EXPECT_EQ(p.clock_class(), 6U);
  EXPECT_EQ(p.clock_accuracy(), 0x21U);
  EXPECT_EQ(p.offset_scaled_log_variance(), 0x4E20U);
  EXPECT_EQ(p.current_utc_offset_s(), 38);
  EXPECT_TRUE(p.current_utc_offset_valid());
  EXPECT_EQ(p.timescale(), v1::TIMESCALE_ARB);
  EXPECT_TRUE(p.time_traceable());
  EXPECT_TRUE(p.frequency_traceable());
  EXPECT_EQ(p.time_source(), 0x20U);
  EXPECT_TRUE(p.path_trace());
  EXPECT_EQ(p.log_announce_interval(), -2);
  EXPECT_EQ(p.announce_receipt_timeout(), 4U);
  EXPECT_EQ(p.log_sync_interval(), -3);
  EXPECT_TRUE(p.unicast_negotiation());
  EXPECT_EQ(p.delay_mechanism(), v1::DELAY_MECHANISM_P2P);
  EXPECT_EQ(p.log_min_pdelay_req_interval(), -1);
  EXPECT_EQ(p.neighbor_propagation_delay_threshold_ns(), 800);
}

TEST(ManagementChangeTest, NothingAskedForChangesNothing) {
  EngineConfig config;
  config.mutable_protocol()->set_priority1(7);
  EXPECT_EQ(WithChange(config, Change()).SerializeAsString(), config.SerializeAsString());
}

// slaveOnly has two values, the role three.
TEST(ManagementChangeTest, SlaveOnlyDecidesTheRole) {
  const auto role = [](v1::ClockRole before, bool slave_only) {
    EngineConfig config;
    config.mutable_protocol()->set_role(before);
    Change change;
    change.slave_only = slave_only;
    return WithChange(config, change).protocol().role();
  };
  EXPECT_EQ(role(v1::CLOCK_ROLE_CLIENT, true), v1::CLOCK_ROLE_CLIENT);
  EXPECT_EQ(role(v1::CLOCK_ROLE_CLIENT, false), v1::CLOCK_ROLE_AUTO);
  EXPECT_EQ(role(v1::CLOCK_ROLE_SERVER, true), v1::CLOCK_ROLE_CLIENT);
  EXPECT_EQ(role(v1::CLOCK_ROLE_SERVER, false), v1::CLOCK_ROLE_SERVER);
  EXPECT_EQ(role(v1::CLOCK_ROLE_AUTO, false), v1::CLOCK_ROLE_AUTO);
}

}  // namespace
}  // namespace ptpcore::engine
