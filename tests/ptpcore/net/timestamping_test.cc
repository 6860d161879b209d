#include "ptpcore/net/timestamping.h"

#include "fake_nic.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ptpcore::net {
namespace {

using ::testing::HasSubstr;
using wire::NetworkProtocol;

class TimestampingTest : public ::testing::Test {
 protected:
  TimestampingTest() {
    nic_.rx_filters = 1U << HWTSTAMP_FILTER_ALL | 1U << HWTSTAMP_FILTER_PTP_V2_L4_EVENT |
                      1U << HWTSTAMP_FILTER_PTP_V2_L2_EVENT;
  }
  absl::StatusOr<StampPlan> Plan(WantedStamps wanted = WantedStamps::kAuto,
                                 const std::string& name = "eth0",
                                 NetworkProtocol protocol = NetworkProtocol::kUdpIpv4) {
    return PlanTimestamping(name, wanted, protocol, nics_.ioctl());
  }
  absl::StatusOr<HardwareStamping> Enable() {
    return HardwareStamping::Enable(*Plan(), nics_.ioctl());
  }

  FakeNics nics_;
  FakeNic& nic_ = nics_.nics["eth0"];
};

TEST_F(TimestampingTest, ADeviceThatCanStampsByItsOwnClock) {
  nic_.phc_index = 3;
  const auto plan = Plan();
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->source, StampSource::kHardware);
  EXPECT_EQ(plan->device, "eth0");
  EXPECT_EQ(plan->phc_index, 3);
  EXPECT_EQ(plan->rx_filter, HWTSTAMP_FILTER_PTP_V2_L4_EVENT);
  EXPECT_EQ(plan->why, "eth0 stamps with /dev/ptp3");
}

TEST_F(TimestampingTest, TheFilterIsTheNarrowestForTheTransport) {
  EXPECT_EQ(Plan(WantedStamps::kAuto, "eth0", NetworkProtocol::kIeee8023)->rx_filter,
            HWTSTAMP_FILTER_PTP_V2_L2_EVENT);
  nic_.rx_filters = 1U << HWTSTAMP_FILTER_ALL | 1U << HWTSTAMP_FILTER_PTP_V2_EVENT;
  EXPECT_EQ(Plan()->rx_filter, HWTSTAMP_FILTER_PTP_V2_EVENT);
  nic_.rx_filters = 1U << HWTSTAMP_FILTER_ALL;
  EXPECT_EQ(Plan()->rx_filter, HWTSTAMP_FILTER_ALL);
}

TEST_F(TimestampingTest, WhatADeviceLacksIsSaidAndTheKernelStamps) {
  const auto why = [this] {
    const auto plan = Plan();
    EXPECT_TRUE(plan.ok()) << plan.status();
    EXPECT_EQ(plan->source, StampSource::kSoftware);
    const auto demanded = Plan(WantedStamps::kHardware);
    EXPECT_EQ(absl::IsFailedPrecondition(demanded.status()), !nics_.nics.empty());
    EXPECT_EQ(absl::IsNotFound(demanded.status()), nics_.nics.empty());
    EXPECT_EQ(demanded.status().message(), plan->why);
    return plan->why;
  };
  nic_.rx_filters = 1U << HWTSTAMP_FILTER_PTP_V2_L2_EVENT;
  EXPECT_EQ(why(), "eth0 cannot stamp the PTP messages of this transport");
  nic_.phc_index = -1;
  EXPECT_EQ(why(), "eth0 stamps by a clock that is not accessible");
  nic_.stamping = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE;
  EXPECT_EQ(why(), "eth0 offers no hardware timestamps");
  nics_.nics.clear();
  EXPECT_THAT(why(), HasSubstr("No such device"));
}

TEST_F(TimestampingTest, SoftwareIsTakenWhereItIsAskedFor) {
  EXPECT_EQ(Plan(WantedStamps::kSoftware)->source, StampSource::kSoftware);
}

TEST_F(TimestampingTest, AVlanIsStampedByTheDeviceBelow) {
  nics_.nics["eth0.7"].driver = "802.1Q VLAN Support";
  nics_.nics["eth0.7"].below = "eth0";
  nics_.nics["eth0.7"].phc_index = -1;
  const auto plan = Plan(WantedStamps::kHardware, "eth0.7");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->device, "eth0");
  EXPECT_EQ(plan->phc_index, 0);
}

TEST_F(TimestampingTest, ABondByItsActiveMember) {
  nics_.nics["eth1"].phc_index = 1;
  nics_.nics["bond0"].driver = "bonding";
  nics_.nics["bond0"].bond_mode = BOND_MODE_ACTIVEBACKUP;
  nics_.nics["bond0"].members = {"eth1", "eth0"};
  nics_.nics["bond0.9"].driver = "802.1Q VLAN Support";
  nics_.nics["bond0.9"].below = "bond0";
  const auto plan = Plan(WantedStamps::kHardware, "bond0.9");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->device, "eth1");
  EXPECT_EQ(plan->phc_index, 1);

  // When the bond switches over, another clock stamps.
  auto stamping = HardwareStamping::Enable(*plan, nics_.ioctl());
  ASSERT_TRUE(stamping.ok());
  nics_.nics["bond0"].members = {"eth0", "eth1"};
  const auto checked = stamping->Check("bond0.9");
  EXPECT_TRUE(absl::IsUnavailable(checked.status()));
  EXPECT_EQ(checked.status().message(), "bond0.9 goes over eth0 instead of eth1");
}

TEST_F(TimestampingTest, ABondWhoseMembersAllSendIsNotStampedByOneClock) {
  nics_.nics["bond0"].driver = "bonding";
  nics_.nics["bond0"].bond_mode = BOND_MODE_8023AD;
  nics_.nics["bond0"].members = {"eth0"};
  const auto plan = Plan(WantedStamps::kAuto, "bond0");
  EXPECT_EQ(plan->source, StampSource::kSoftware);
  EXPECT_THAT(plan->why, HasSubstr("bond in mode 4"));
  nics_.nics["bond0"].bond_mode = BOND_MODE_ACTIVEBACKUP;
  nics_.nics["bond0"].members = {};
  EXPECT_EQ(Plan(WantedStamps::kAuto, "bond0")->why, "bond0 is a bond without an active member");
}

TEST_F(TimestampingTest, StampingIsSwitchedOn) {
  ASSERT_TRUE(Enable().ok());
  EXPECT_EQ(nic_.config.tx_type, HWTSTAMP_TX_ON);
  EXPECT_EQ(nic_.config.rx_filter, HWTSTAMP_FILTER_PTP_V2_L4_EVENT);
}

TEST_F(TimestampingTest, WhatSufficesIsLeftAsAnotherProgramSetIt) {
  nic_.config = {0, HWTSTAMP_TX_ON, HWTSTAMP_FILTER_ALL};
  ASSERT_TRUE(Enable().ok());
  EXPECT_EQ(nic_.times_set, 0);
}

TEST_F(TimestampingTest, ADeviceThatCannotOrMayNotBeSwitchedOnIsNamed) {
  nic_.set_error = EPERM;
  absl::Status status = Enable().status();
  EXPECT_TRUE(absl::IsPermissionDenied(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("CAP_NET_ADMIN"));
  nic_.set_error = EBUSY;
  status = Enable().status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("eth0: SIOCSHWTSTAMP"));
}

TEST_F(TimestampingTest, WhatAnotherProgramChangedIsSetBackAndSaid) {
  auto stamping = Enable();
  ASSERT_TRUE(stamping.ok());
  EXPECT_EQ(stamping->Check("eth0").value(), std::nullopt);
  nic_.config = {0, HWTSTAMP_TX_OFF, HWTSTAMP_FILTER_NONE};
  const auto repaired = stamping->Check("eth0");
  ASSERT_TRUE(repaired.ok());
  ASSERT_TRUE(repaired->has_value());
  EXPECT_THAT(**repaired, HasSubstr("eth0 was changed (tx_type 0, rx_filter 0)"));
  EXPECT_EQ(nic_.config.tx_type, HWTSTAMP_TX_ON);
  EXPECT_EQ(stamping->Check("eth0").value(), std::nullopt);
}

TEST_F(TimestampingTest, ATransmitTypeForOneStepIsNotOurs) {
  auto stamping = Enable();
  ASSERT_TRUE(stamping.ok());
  nic_.config.tx_type = HWTSTAMP_TX_ONESTEP_SYNC;  // Sync would come back without a stamp
  EXPECT_TRUE(stamping->Check("eth0")->has_value());
}

TEST_F(TimestampingTest, ADriversWiderFilterIsNoChange) {
  nic_.widened_filter = HWTSTAMP_FILTER_SOME;
  auto stamping = Enable();
  ASSERT_TRUE(stamping.ok());
  EXPECT_EQ(stamping->Check("eth0").value(), std::nullopt);
  EXPECT_EQ(nic_.times_set, 1);
}

TEST_F(TimestampingTest, ADriverThatCannotTellIsBelieved) {
  nic_.can_tell = false;
  auto stamping = Enable();
  ASSERT_TRUE(stamping.ok());
  EXPECT_EQ(nic_.times_set, 1);
  EXPECT_EQ(stamping->Check("eth0").value(), std::nullopt);
}

TEST_F(TimestampingTest, ADeviceThatIsGoneIsUnavailable) {
  auto stamping = Enable();
  ASSERT_TRUE(stamping.ok());
  nics_.nics.clear();
  EXPECT_TRUE(absl::IsUnavailable(stamping->Check("eth0").status()));
}

}  // namespace
}  // namespace ptpcore::net
