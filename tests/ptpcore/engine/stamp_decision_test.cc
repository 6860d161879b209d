#include "ptpcore/engine/stamp_decision.h"

#include "../net/fake_nic.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;
using ::testing::HasSubstr;

class StampDecisionTest : public ::testing::Test {
 protected:
  StampDecisionTest() {
    config_.set_device("eth0");
    config_.set_clock(hostctl::engine::v1::CLOCK_KIND_SYSTEM);
    config_.set_transport(hostctl::engine::v1::TRANSPORT_KIND_NETWORK);
    config_.mutable_protocol()->set_timestamping(v1::TIMESTAMPING_AUTO);
  }
  StampDecision Decide() {
    return DecideStamps(config_, nics_.ioctl(), [this](int) { return phc_; });
  }
  void Want(v1::Timestamping wanted) { config_.mutable_protocol()->set_timestamping(wanted); }
  static v1::Timestamping Stamps(const EngineConfig& config) {
    return config.protocol().timestamping();
  }

  net::FakeNics nics_;
  net::FakeNic& eth0_ = nics_.nics["eth0"];
  EngineConfig config_;
  absl::Status phc_;
};

TEST_F(StampDecisionTest, ADeviceThatStampsDecidesTheClock) {
  eth0_.phc_index = 2;
  const StampDecision decision = Decide();
  EXPECT_EQ(decision.source, net::StampSource::kHardware);
  EXPECT_EQ(decision.phc_index, 2);
  EXPECT_EQ(decision.why, "eth0 stamps with /dev/ptp2");
  EXPECT_EQ(Stamps(ForClock(config_, decision)), v1::TIMESTAMPING_HARDWARE);
  EXPECT_EQ(Stamps(ForNetwork(config_, decision)), v1::TIMESTAMPING_HARDWARE);
}

TEST_F(StampDecisionTest, OneThatDoesNotLeavesItToTheKernel) {
  eth0_.stamping = 0;
  const StampDecision decision = Decide();
  EXPECT_EQ(decision.source, net::StampSource::kSoftware);
  EXPECT_EQ(decision.why, "eth0 offers no hardware timestamps");
  EXPECT_EQ(Stamps(ForClock(config_, decision)), v1::TIMESTAMPING_SOFTWARE);
  EXPECT_EQ(Stamps(ForNetwork(config_, decision)), v1::TIMESTAMPING_SOFTWARE);
}

TEST_F(StampDecisionTest, WhereHardwareIsDemandedTheNetworkRefusesAndTheClockIsTheSystems) {
  Want(v1::TIMESTAMPING_HARDWARE);
  eth0_.stamping = 0;
  const StampDecision decision = Decide();
  EXPECT_EQ(Stamps(ForClock(config_, decision)), v1::TIMESTAMPING_SOFTWARE);
  EXPECT_EQ(Stamps(ForNetwork(config_, decision)), v1::TIMESTAMPING_HARDWARE);
}

TEST_F(StampDecisionTest, SoftwareWhereItIsAskedForOrNothingElseCanBe) {
  Want(v1::TIMESTAMPING_SOFTWARE);
  EXPECT_EQ(Decide().why, "asked for");
  Want(v1::TIMESTAMPING_AUTO);
  config_.set_clock(hostctl::engine::v1::CLOCK_KIND_VIRTUAL);
  EXPECT_EQ(Decide().why, "the virtual clock is no network device's");
  config_.set_transport(hostctl::engine::v1::TRANSPORT_KIND_SIMULATED);
  EXPECT_EQ(Decide().why, "the network is simulated");
}

TEST_F(StampDecisionTest, SeveralPortsNeedOneClock) {
  config_.add_further_ports()->set_device("eth1");
  nics_.nics["eth1"].phc_index = 0;
  EXPECT_EQ(Decide().source, net::StampSource::kHardware);
  nics_.nics["eth1"].phc_index = 1;
  const StampDecision decision = Decide();
  EXPECT_EQ(decision.source, net::StampSource::kSoftware);
  EXPECT_EQ(decision.why,
            "eth1 stamps with /dev/ptp1, and eth0 with /dev/ptp0: one clock serves all ports");
}

TEST_F(StampDecisionTest, AClockThatCannotBeOpenedIsNone) {
  phc_ = absl::PermissionDeniedError("cannot open /dev/ptp0: Permission denied");
  EXPECT_EQ(Decide().source, net::StampSource::kSoftware);
  EXPECT_EQ(Decide().why, "cannot open /dev/ptp0: Permission denied");
}

TEST_F(StampDecisionTest, WithoutItsDeviceADecisionIsProvisional) {
  EXPECT_FALSE(Decide().provisional);
  nics_.nics.clear();
  EXPECT_TRUE(Decide().provisional);
}

TEST_F(StampDecisionTest, ADeviceWithAnotherClockThanTheOneInUseIsNotOpened) {
  eth0_.phc_index = 1;
  const NetworkAccess access =
      HardwareStampedAccess(wire::NetworkProtocol::kUdpIpv4, {}, /*phc_index=*/0, nics_.ioctl());
  const auto opened = access.open("eth0", net::Device{});
  EXPECT_THAT(std::string(opened.status().message()),
              HasSubstr("eth0 stamps with /dev/ptp1, which is not the clock in use"));
  EXPECT_EQ(eth0_.times_set, 0);
}

}  // namespace
}  // namespace ptpcore::engine
