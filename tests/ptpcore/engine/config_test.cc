#include "ptpcore/engine/config.h"

#include <cmath>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

using ::testing::HasSubstr;

EngineConfig Eth0() {
  EngineConfig config;
  config.set_device("eth0");
  return config;
}

TEST(Config, ADeviceIsEnough) {
  EXPECT_TRUE(Validate(Eth0()).ok());
}

TEST(Config, NamesTheFieldAndTheValueThatAreWrong) {
  EXPECT_THAT(std::string(Validate(EngineConfig()).message()), HasSubstr("device is empty"));
  EngineConfig domain = Eth0();
  domain.set_domain_number(256);
  EXPECT_THAT(std::string(Validate(domain).message()), HasSubstr("domain_number 256"));
  EngineConfig servo = Eth0();
  servo.set_servo("kalman");
  EXPECT_THAT(std::string(Validate(servo).message()), HasSubstr("servo 'kalman' is not one of"));
  EngineConfig latency = Eth0();
  latency.set_egress_latency_ns(-1'000'000'001);
  EXPECT_THAT(std::string(Validate(latency).message()), HasSubstr("egress_latency_ns"));
  for (const double error : {500'001.0, -500'001.0, std::nan("")}) {
    EngineConfig clock = Eth0();
    clock.mutable_virtual_clock()->set_frequency_error_ppb(error);
    EXPECT_THAT(std::string(Validate(clock).message()), HasSubstr("frequency_error_ppb"));
  }
}

TEST(Config, DefaultsWrittenOutOrNotAreTheSame) {
  EngineConfig explicit_defaults = Eth0();
  explicit_defaults.set_interface("eth0");
  explicit_defaults.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
  explicit_defaults.set_clock(hostctl::engine::v1::CLOCK_KIND_SYSTEM);
  explicit_defaults.set_step_rule(hostctl::engine::v1::STEP_RULE_FIRST_LOCK);
  EXPECT_EQ(Compare(Normalize(Eth0()), Normalize(explicit_defaults)), Difference::kNone);
}

TEST(Config, TheProfileGivesEveryValueThatIsNotSet) {
  EngineConfig config = Eth0();
  EXPECT_EQ(Normalize(config).profile(), "slaveonly");
  EXPECT_EQ(Normalize(config).protocol().role(), hostctl::v1::CLOCK_ROLE_CLIENT);
  EXPECT_TRUE(Normalize(config).management().enabled());
  EXPECT_FALSE(Normalize(config).management().allow_set());
  config.set_profile("default-p2p");
  config.mutable_protocol()->set_priority1(7);
  const auto protocol = Normalize(config).protocol();
  EXPECT_EQ(protocol.delay_mechanism(), hostctl::v1::DELAY_MECHANISM_P2P);
  EXPECT_EQ(protocol.priority1(), 7u);
  EXPECT_EQ(protocol.priority2(), 128u);
}

TEST(Config, ASettingOfTheProtocolThatIsWrongIsNamed) {
  EngineConfig config = Eth0();
  config.mutable_protocol()->set_dscp_event(64);
  EXPECT_EQ(Validate(config).message(), "protocol.dscp_event 64 is not within 0 to 63");
  config = Eth0();
  config.set_profile("g8275.1");
  EXPECT_THAT(std::string(Validate(config).message()), HasSubstr("PTP domain 0 is not within 24"));
  config.set_domain_number(24);
  EXPECT_TRUE(Validate(config).ok());
}

TEST(Config, AProfileByItsNameOrItsValuesIsTheSameProtocol) {
  EngineConfig named = Eth0();
  named.set_profile("default-e2e");
  EngineConfig written = Eth0();
  written.mutable_protocol()->set_role(hostctl::v1::CLOCK_ROLE_AUTO);
  EXPECT_EQ(Compare(Normalize(named), Normalize(written)), Difference::kLive);
  EXPECT_EQ(Compare(Normalize(named), Normalize(Eth0())), Difference::kRestart);
}

TEST(Config, KnowsWhatCanChangeLive) {
  const auto difference = [](auto change) {
    EngineConfig after = Eth0();
    change(after);
    return Compare(Normalize(Eth0()), Normalize(after));
  };
  EXPECT_EQ(difference([](EngineConfig& c) { c.mutable_stats_log()->set_path("/x"); }),
            Difference::kLive);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_interface("vmk3"); }), Difference::kLive);
  EXPECT_EQ(
      difference([](EngineConfig& c) { c.set_step_rule(hostctl::engine::v1::STEP_RULE_NEVER); }),
      Difference::kLive);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_clock_lent(true); }), Difference::kLive);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_domain_number(1); }), Difference::kRestart);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_device("eth1"); }), Difference::kRestart);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_device_index(9); }), Difference::kRestart);
  EXPECT_EQ(difference([](EngineConfig& c) { c.set_read_only(true); }), Difference::kRestart);
}

}  // namespace
}  // namespace ptpcore::engine
