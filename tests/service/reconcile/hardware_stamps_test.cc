#include "service/reconcile/hardware_stamps.h"

#include "../../ptpcore/net/fake_nic.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

class HardwareStamps : public ::testing::Test {
 protected:
  HardwareStamps() {
    for (const char* name : {"eth0", "eth1", "eth2"}) {
      nics_.nics[name].rx_filters =
          1U << HWTSTAMP_FILTER_PTP_V2_L4_EVENT | 1U << HWTSTAMP_FILTER_PTP_V2_L2_EVENT;
    }
    config_.set_device("eth0");
    config_.add_further_ports()->set_device("eth1");
    config_.set_clock(engine::v1::CLOCK_KIND_SYSTEM);
    config_.set_transport(engine::v1::TRANSPORT_KIND_NETWORK);
  }
  int Filter(const std::string& name) {
    const hwtstamp_config& in_force = nics_.nics[name].config;
    return in_force.tx_type == HWTSTAMP_TX_ON ? in_force.rx_filter : -1;
  }

  ptpcore::net::FakeNics nics_;
  engine::v1::EngineConfig config_;
};

TEST_F(HardwareStamps, AreSwitchedOnForEveryPortAndLeftAloneOnceTheyAre) {
  SwitchStampsOn(config_, nics_.ioctl());
  EXPECT_EQ(Filter("eth0"), HWTSTAMP_FILTER_PTP_V2_L4_EVENT);
  EXPECT_EQ(Filter("eth1"), HWTSTAMP_FILTER_PTP_V2_L4_EVENT);
  EXPECT_EQ(Filter("eth2"), -1) << "no port of PTP";
  SwitchStampsOn(config_, nics_.ioctl());
  EXPECT_EQ(nics_.nics["eth0"].times_set, 1);
}

TEST_F(HardwareStamps, OfEthernetFramesWherePtpGoesOverEthernet) {
  config_.mutable_protocol()->set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  SwitchStampsOn(config_, nics_.ioctl());
  EXPECT_EQ(Filter("eth0"), HWTSTAMP_FILTER_PTP_V2_L2_EVENT);
}

TEST_F(HardwareStamps, NotWhereTheKernelStamps) {
  config_.mutable_protocol()->set_timestamping(v1::TIMESTAMPING_SOFTWARE);
  SwitchStampsOn(config_, nics_.ioctl());
  config_.clear_protocol();
  config_.set_clock(engine::v1::CLOCK_KIND_VIRTUAL);
  SwitchStampsOn(config_, nics_.ioctl());
  EXPECT_EQ(nics_.nics["eth0"].times_set, 0);
}

TEST_F(HardwareStamps, ADeviceThatRefusesOrIsAwayHoldsUpNoOther) {
  nics_.nics["eth0"].set_error = EBUSY;
  SwitchStampsOn(config_, nics_.ioctl());
  EXPECT_EQ(Filter("eth1"), HWTSTAMP_FILTER_PTP_V2_L4_EVENT);
  nics_.nics.clear();
  SwitchStampsOn(config_, nics_.ioctl());
}

}  // namespace
}  // namespace hostctl::reconcile
