// The engine on several simulated networks, each with a master of its own.
#include <cstdlib>
#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ptpcore/engine/report.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
namespace v1 = hostctl::v1;

class SeveralPortsTest : public ::testing::Test {
 protected:
  // Networks eth0, eth1, ...; the master on eth0 is the best by data set comparison.
  void Start(int ports, int64_t error_of_first_ns = 0) {
    sim_.network = [=](const EngineConfig&) {
      return NetworkAccess{
          [](const std::string& name) -> absl::StatusOr<net::Device> {
            const auto number = static_cast<uint8_t>(name.back() - '0');
            return net::Device{number + 1,
                               true,
                               true,
                               {0, 0, 0x5E, 0, 0x53, static_cast<uint8_t>(0x80 + number)},
                               {192, 0, 2, static_cast<uint8_t>(128 + number)}};
          },
          [=](const std::string& name,
              const net::Device& device) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
            const auto number = static_cast<uint8_t>(device.index);
            SimulatedMaster master{number, static_cast<uint8_t>(100 + number),
                                   number == 1 ? error_of_first_ns : 0};
            auto transport =
                std::make_unique<SimulatedTransport>(sim_.time.kernel_time(), 0, number, master);
            networks_[name] = transport.get();
            return std::unique_ptr<net::Transport>(std::move(transport));
          }};
    };
    EngineConfig config = SimulatedEngine::Config();
    for (int i = 1; i < ports; ++i) {
      auto& port = *config.add_further_ports();
      port.set_device("eth" + std::to_string(i));
      port.set_interface("vmk" + std::to_string(i));
    }
    ASSERT_TRUE(sim_.engine->Configure(config).ok());
    config_ = config;
  }
  std::string Followed() const { return sim_.engine->port()->interface(); }
  v1::MasterStanding StandingOf(const std::string& interface) {
    const v1::PtpStats stats = MakeReport(*sim_.engine);
    for (const v1::MasterView& master : stats.masters()) {
      if (master.interface() == interface) return master.standing();
    }
    return v1::MASTER_STANDING_UNSPECIFIED;
  }

  SimulatedEngine sim_;
  EngineConfig config_;
  std::map<std::string, SimulatedTransport*> networks_;
};

TEST_F(SeveralPortsTest, FollowsTheBestAndMeasuresTheOthers) {
  Start(3);
  sim_.Run(60);
  EXPECT_EQ(Followed(), "vmk0");
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
  EXPECT_EQ(StandingOf("vmk0"), v1::MASTER_STANDING_FOLLOWED);
  EXPECT_EQ(StandingOf("vmk1"), v1::MASTER_STANDING_BACKUP);
  EXPECT_EQ(StandingOf("vmk2"), v1::MASTER_STANDING_BACKUP);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 5'000);
}

TEST_F(SeveralPortsTest, WhenTheBestIsLostTheNextTakesOverWithoutAStep) {
  Start(2);
  sim_.Run(60);
  networks_["eth0"]->SetPacketsPass(false);
  sim_.Run(5);
  EXPECT_EQ(Followed(), "vmk1");
  sim_.Run(30);
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
  EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), 1u);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 10'000);
  networks_["eth0"]->SetPacketsPass(true);
  sim_.Run(60);
  EXPECT_EQ(Followed(), "vmk0") << "the better one is back";
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 10'000);
}

TEST_F(SeveralPortsTest, NamesTheLiarAmongThreeAndDoesNotFollowIt) {
  Start(3);
  sim_.Run(60);
  networks_["eth0"]->SetMasterError(2'000'000);
  sim_.Run(20);
  EXPECT_NE(Followed(), "vmk0");
  EXPECT_EQ(StandingOf("vmk0"), v1::MASTER_STANDING_DISTRUSTED);
  EXPECT_THAT(sim_.log,
              Contains(HasSubstr("MASTER_DISTRUSTED: master 00005efffe005301/1 on vmk0")));
  sim_.Run(60);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 20'000);
  EXPECT_EQ(sim_.engine->ordinary_clock()->clock_steps(), 1u);
}

TEST_F(SeveralPortsTest, ABackupThatLiesIsNamedToo) {
  Start(2);
  sim_.Run(60);
  networks_["eth1"]->SetMasterError(-3'000'000);
  sim_.Run(20);
  EXPECT_EQ(Followed(), "vmk0");
  EXPECT_EQ(StandingOf("vmk1"), v1::MASTER_STANDING_DISTRUSTED);
  networks_["eth1"]->SetMasterError(0);
  sim_.Run(30);
  EXPECT_EQ(StandingOf("vmk1"), v1::MASTER_STANDING_BACKUP) << "trust is regained";
}

TEST_F(SeveralPortsTest, FurtherPortsComeAndGoWithoutDisturbingTheFirst) {
  Start(2);
  sim_.Run(60);
  config_.clear_further_ports();
  ASSERT_TRUE(sim_.engine->Configure(config_).value());
  sim_.Run(5);
  EXPECT_EQ(sim_.engine->ports().size(), 1u);
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
  config_.add_further_ports()->set_device("eth3");
  ASSERT_TRUE(sim_.engine->Configure(config_).value());
  sim_.Run(20);
  EXPECT_EQ(StandingOf("eth3"), v1::MASTER_STANDING_BACKUP);
  EXPECT_EQ(sim_.engine->resets(), 1u);
}

TEST_F(SeveralPortsTest, ThePortThatSteersMayBeTakenAway) {
  Start(2);
  sim_.Run(60);
  networks_["eth0"]->SetPacketsPass(false);
  sim_.Run(40);
  ASSERT_EQ(Followed(), "vmk1");
  config_.clear_further_ports();
  ASSERT_TRUE(sim_.engine->Configure(config_).value());
  networks_["eth0"]->SetPacketsPass(true);
  sim_.Run(60);
  EXPECT_EQ(Followed(), "vmk0");
  EXPECT_EQ(sim_.State(), protocol::PortState::kSlave);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 10'000);
}

TEST_F(SeveralPortsTest, AMasterThatRampsIsLeftWhenItContradictsTheOthers) {
  Start(3);
  sim_.Run(60);
  // 10 us a second: slow enough to be followed for a while.
  for (int i = 1; i <= 60; ++i) {
    networks_["eth0"]->SetMasterError(i * 10'000);
    sim_.Run(1);
  }
  EXPECT_EQ(StandingOf("vmk0"), v1::MASTER_STANDING_DISTRUSTED);
  EXPECT_NE(Followed(), "vmk0");
  sim_.Run(60);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 20'000);
}

TEST_F(SeveralPortsTest, ALiarThatWasFollowedFromTheStartIsLeftOnceOthersAreMeasured) {
  Start(3, /*error_of_first_ns=*/1'000'000);
  sim_.Run(90);
  EXPECT_NE(Followed(), "vmk0");
  EXPECT_EQ(StandingOf("vmk0"), v1::MASTER_STANDING_DISTRUSTED);
  EXPECT_LT(std::llabs(sim_.TrueErrorNs()), 20'000);
}

}  // namespace
}  // namespace ptpcore::engine
