// Floods: what one address sends too much of is dropped, and the others do not notice.
#include <cstdlib>
#include <vector>

#include "engine_network.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

EngineConfig Config(v1::ClockRole role) {
  EngineConfig config = SimulatedEngine::Config();
  config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
  config.mutable_protocol()->set_role(role);
  config.mutable_protocol()->set_log_announce_interval(0);
  return config;
}

EngineConfig RightServer(int8_t log_sync) {
  EngineConfig config = Config(v1::CLOCK_ROLE_SERVER);
  config.mutable_protocol()->set_log_sync_interval(log_sync);
  config.mutable_protocol()->set_log_min_delay_req_interval(log_sync);
  config.mutable_virtual_clock()->set_initial_offset_ns(0);
  config.mutable_virtual_clock()->set_frequency_error_ppb(0);
  return config;
}

class SourceLimitTest : public ::testing::Test {
 protected:
  SimulatedEngine& Add(const EngineConfig& config) {
    SimulatedEngine& added = network_.Add({"red"});
    EXPECT_TRUE(added.engine->Configure(config).value());
    return added;
  }
  // 50 000 messages a second from one address, for so long.
  void Flood(double seconds) {
    const std::vector<uint8_t> octets(44, 0);  // not even a message
    for (int i = 0; i < static_cast<int>(seconds * 100); ++i) {
      for (int k = 0; k < 500; ++k) {
        network_.Inject("red", net::Packet::Kind::kGeneral, octets, 66);
      }
      network_.Run(0.01);
    }
  }
  static uint64_t Excess(SimulatedEngine& engine) {
    return MakeReport(*engine.engine).faults().excess_messages();
  }

  EngineNetwork network_;
};

TEST_F(SourceLimitTest, AMasterOf128SyncsASecondIsNotLimited) {
  Add(RightServer(-7));
  EngineConfig fast = Config(v1::CLOCK_ROLE_CLIENT);
  fast.mutable_protocol()->set_log_min_delay_req_interval(-7);
  SimulatedEngine& client = Add(fast);
  network_.Run(60);
  EXPECT_EQ(client.State(), protocol::PortState::kSlave);
  EXPECT_GT(MakeReport(*client.engine).messages().sync_received(), 128U * 50);
  EXPECT_EQ(Excess(client), 0U);
}

TEST_F(SourceLimitTest, AFloodIsDroppedAndCountedAndTheMasterGoesOn) {
  Add(RightServer(-3));
  SimulatedEngine& client = Add(Config(v1::CLOCK_ROLE_CLIENT));
  network_.Run(60);
  const v1::PtpStats before = MakeReport(*client.engine);
  Flood(5);
  const v1::PtpStats after = MakeReport(*client.engine);
  EXPECT_EQ(client.State(), protocol::PortState::kSlave);
  EXPECT_EQ(after.state_transitions(), before.state_transitions());
  EXPECT_LT(std::llabs(client.TrueErrorNs()), 10'000);
  EXPECT_GE(after.messages().sync_received() - before.messages().sync_received(), 38U);
  // 2000 a second and a burst of two seconds' worth are let in, to be found worthless.
  EXPECT_GT(after.faults().excess_messages(), 235'000U);
  EXPECT_LT(after.faults().excess_messages(), 240'000U);
}

TEST_F(SourceLimitTest, TheRateIsAnOption) {
  EngineConfig config = Config(v1::CLOCK_ROLE_CLIENT);
  config.set_source_rate_limit(100'000);
  SimulatedEngine& client = Add(config);
  network_.Run(5);
  Flood(1);
  EXPECT_EQ(Excess(client), 0U);
  config.set_source_rate_limit(100);
  EXPECT_TRUE(client.engine->Configure(config).value());
  Flood(1);
  EXPECT_GT(Excess(client), 49'000U);
  EXPECT_EQ(client.engine->resets(), 1U);
  config.set_source_rate_limit(99);
  EXPECT_FALSE(client.engine->Configure(config).ok());
}

}  // namespace
}  // namespace ptpcore::engine
