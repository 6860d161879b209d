// Engines as servers, clients and boundary clocks of each other.
#include <cstdlib>
#include <string>

#include "engine_network.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"

namespace ptpcore::engine {
namespace {

using ::testing::HasSubstr;
namespace v1 = hostctl::v1;

class RolesTest : public ::testing::Test {
 protected:
  static EngineConfig Config(v1::ClockRole role, int ports = 1) {
    EngineConfig config = SimulatedEngine::Config();
    config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
    config.mutable_protocol()->set_role(role);
    config.mutable_protocol()->set_log_announce_interval(0);
    for (int i = 1; i < ports; ++i) {
      auto& port = *config.add_further_ports();
      port.set_device("eth" + std::to_string(i));
      port.set_interface("vmk" + std::to_string(i));
    }
    return config;
  }
  // A server whose clock is as wrong as this, and runs evenly.
  SimulatedEngine& AddServer(const std::string& segment, uint32_t priority1 = 128,
                             int64_t error_ns = 0) {
    SimulatedEngine& server = network_.Add({segment});
    EngineConfig config = Config(v1::CLOCK_ROLE_SERVER);
    config.mutable_protocol()->set_priority1(priority1);
    config.mutable_virtual_clock()->set_initial_offset_ns(error_ns);
    config.mutable_virtual_clock()->set_frequency_error_ppb(0);
    EXPECT_TRUE(server.engine->Configure(config).value());
    return server;
  }
  SimulatedEngine& AddClient(const std::string& segment) {
    SimulatedEngine& client = network_.Add({segment});
    EXPECT_TRUE(client.engine->Configure(Config(v1::CLOCK_ROLE_CLIENT)).value());
    return client;
  }

  EngineNetwork network_;
};

TEST_F(RolesTest, AServerGivesTheTimeOfItsClockToAClient) {
  SimulatedEngine& server = AddServer("red", 128, /*error_ns=*/3'000'000);
  SimulatedEngine& client = AddClient("red");
  network_.Run(90);
  const v1::PtpStats served = MakeReport(*server.engine);
  EXPECT_EQ(served.port_state(), v1::PORT_STATE_MASTER);
  EXPECT_EQ(served.reason(), v1::PORT_REASON_NONE);
  EXPECT_TRUE(served.default_data_set().grandmaster());
  EXPECT_FALSE(served.default_data_set().slave_only());
  EXPECT_EQ(served.default_data_set().clock_identity(), "020000fffe000100");
  EXPECT_FALSE(served.has_parent());
  EXPECT_TRUE(served.time_properties().ptp_timescale());
  EXPECT_EQ(served.messages().sync_sent(), served.messages().follow_up_sent());
  EXPECT_GT(served.messages().delay_resp_sent(), 50U);
  EXPECT_EQ(server.engine->clock()->Frequency().value(), 0) << "nobody steers it";

  EXPECT_EQ(client.State(), protocol::PortState::kSlave);
  EXPECT_NEAR(static_cast<double>(client.TrueErrorNs()), 3'000'000, 5'000);
  const v1::PtpStats status = MakeReport(*client.engine);
  EXPECT_EQ(status.parent().grandmaster_identity(), "020000fffe000100");
  EXPECT_EQ(status.default_data_set().steps_removed(), 1U);
  ASSERT_EQ(status.foreign_master_list_size(), 1);
  EXPECT_TRUE(status.foreign_master_list(0).followed());
  EXPECT_TRUE(status.foreign_master_list(0).best());
  EXPECT_EQ(status.foreign_master_list(0).qualification(), v1::MASTER_QUALIFICATION_QUALIFIED);
  EXPECT_EQ(status.foreign_master_list(0).decided_by(), v1::COMPARISON_STEP_ONLY_ONE);
}

TEST_F(RolesTest, OfTwoThatMayBeAnythingTheWorseFollowsTheBetter) {
  SimulatedEngine& better = network_.Add({"red"});
  EngineConfig config = Config(v1::CLOCK_ROLE_AUTO);
  config.mutable_protocol()->set_priority1(100);
  ASSERT_TRUE(better.engine->Configure(config).ok());
  SimulatedEngine& worse = network_.Add({"red"});
  ASSERT_TRUE(worse.engine->Configure(Config(v1::CLOCK_ROLE_AUTO)).ok());
  network_.Run(90);
  EXPECT_EQ(better.State(), protocol::PortState::kMaster);
  EXPECT_EQ(worse.State(), protocol::PortState::kSlave);
  EXPECT_NEAR(static_cast<double>(worse.TrueErrorNs() - better.TrueErrorNs()), 0, 10'000);
  network_.Cut("red", true);
  network_.Run(10);
  EXPECT_EQ(worse.State(), protocol::PortState::kMaster);
  EXPECT_EQ(worse.engine->ordinary_clock()->status().state(), ClockState::kHoldover);
}

TEST_F(RolesTest, ABoundaryClockIsOneClockWithTwoPortsAndPassesTimeOn) {
  AddServer("red", 100);
  SimulatedEngine& boundary = network_.Add({"red", "blue"});
  ASSERT_TRUE(boundary.engine->Configure(Config(v1::CLOCK_ROLE_AUTO, 2)).ok());
  network_.Run(60);
  SimulatedEngine& client = AddClient("blue");
  network_.Run(120);
  const v1::PtpStats status = MakeReport(*boundary.engine);
  ASSERT_EQ(status.ports_size(), 2);
  EXPECT_EQ(status.ports(0).port_state(), v1::PORT_STATE_SLAVE);
  EXPECT_EQ(status.ports(1).port_state(), v1::PORT_STATE_MASTER);
  EXPECT_EQ(status.ports(0).port_identity().clock_identity(), "020000fffe000200");
  EXPECT_EQ(status.ports(1).port_identity().clock_identity(), "020000fffe000200");
  EXPECT_EQ(status.ports(0).port_identity().port_number(), 1U);
  EXPECT_EQ(status.ports(1).port_identity().port_number(), 2U);
  EXPECT_EQ(status.ports(1).interface(), "vmk1");
  EXPECT_EQ(status.default_data_set().number_ports(), 2U);
  EXPECT_LT(std::llabs(boundary.TrueErrorNs()), 10'000);
  EXPECT_EQ(client.State(), protocol::PortState::kSlave);
  EXPECT_LT(std::llabs(client.TrueErrorNs()), 20'000);
  EXPECT_EQ(MakeReport(*client.engine).parent().steps_removed(), 2U);
  EXPECT_EQ(MakeReport(*client.engine).parent().grandmaster_identity(), "020000fffe000100");
}

TEST_F(RolesTest, WhenTheBestMasterIsLostTheOtherPortTakesOverWithoutAStep) {
  AddServer("red", 100);
  AddServer("blue", 110);
  SimulatedEngine& boundary = network_.Add({"red", "blue"});
  ASSERT_TRUE(boundary.engine->Configure(Config(v1::CLOCK_ROLE_AUTO, 2)).ok());
  network_.Run(120);
  EXPECT_EQ(boundary.engine->port()->interface(), "vmk0");
  EXPECT_EQ(boundary.engine->ordinary_clock()->clock_steps(), 1U);
  EXPECT_LT(std::llabs(boundary.TrueErrorNs()), 10'000);
  network_.Cut("red", true);
  network_.Run(40);
  EXPECT_EQ(boundary.engine->port()->interface(), "vmk1");
  EXPECT_EQ(boundary.State(), protocol::PortState::kSlave);
  EXPECT_EQ(boundary.engine->ordinary_clock()->clock_steps(), 1U);
  EXPECT_LT(std::llabs(boundary.TrueErrorNs()), 20'000);
  network_.Cut("red", false);
  network_.Run(60);
  EXPECT_EQ(boundary.engine->port()->interface(), "vmk0") << "the better one is back";
  EXPECT_EQ(boundary.engine->ordinary_clock()->clock_steps(), 1U);
  EXPECT_LT(std::llabs(boundary.TrueErrorNs()), 20'000);
}

TEST_F(RolesTest, AClientThatLosesItsServerSaysSo) {
  SimulatedEngine& server = AddServer("red");
  SimulatedEngine& client = AddClient("red");
  network_.Run(60);
  ASSERT_EQ(client.State(), protocol::PortState::kSlave);
  network_.Cut("red", true);
  network_.Run(5);
  const v1::PtpStats status = MakeReport(*client.engine);
  EXPECT_EQ(status.port_state(), v1::PORT_STATE_LISTENING);
  EXPECT_EQ(status.reason(), v1::PORT_REASON_MASTER_LOST);
  EXPECT_THAT(status.state_reason(), HasSubstr("no Announce from master 020000fffe000100/1"));
  EXPECT_EQ(MakeReport(*server.engine).port_state(), v1::PORT_STATE_MASTER);
}

TEST_F(RolesTest, AClientWhoseServerOnlyAnnouncesItselfIsNotSlave) {
  AddServer("red");
  SimulatedEngine& client = AddClient("red");
  network_.Run(60);
  ASSERT_EQ(client.State(), protocol::PortState::kSlave);
  network_.passes = [](wire::MessageType type) { return type != wire::MessageType::kSync; };
  network_.Run(20);
  v1::PtpStats status = MakeReport(*client.engine);
  EXPECT_EQ(status.port_state(), v1::PORT_STATE_UNCALIBRATED);
  EXPECT_EQ(status.reason(), v1::PORT_REASON_NO_SYNC);
  EXPECT_EQ(status.clock_state(), v1::CLOCK_STATE_HOLDOVER);
  network_.passes = [](wire::MessageType) { return true; };
  network_.Run(30);
  status = MakeReport(*client.engine);
  EXPECT_EQ(status.port_state(), v1::PORT_STATE_SLAVE);
  EXPECT_EQ(status.reason(), v1::PORT_REASON_NONE);
  EXPECT_EQ(status.clock_steps(), 1U);
}

}  // namespace
}  // namespace ptpcore::engine
