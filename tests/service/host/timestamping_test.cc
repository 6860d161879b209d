// The kernel's bits as what a device can do.
#include "service/host/timestamping.h"

#include <linux/net_tstamp.h>

#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

TEST(TimestampingTest, ACardWithAClock) {
  const Timestamping can = TimestampingOf(
      SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_RAW_HARDWARE |
          SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE,
      3);
  EXPECT_TRUE(can.hardware_transmit);
  EXPECT_TRUE(can.hardware_receive);
  EXPECT_TRUE(can.software_transmit);
  EXPECT_TRUE(can.software_receive);
  EXPECT_EQ(can.phc_index, 3u);
}

TEST(TimestampingTest, ADriverThatStampsOnlyWhatItReceives) {
  const Timestamping can =
      TimestampingOf(SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE, -1);
  EXPECT_FALSE(can.hardware_transmit);
  EXPECT_FALSE(can.hardware_receive);
  EXPECT_FALSE(can.software_transmit);
  EXPECT_TRUE(can.software_receive);
  EXPECT_EQ(can.phc_index, std::nullopt);
}

TEST(TimestampingTest, AStampThatIsTakenButNotReportedIsNone) {
  EXPECT_FALSE(TimestampingOf(SOF_TIMESTAMPING_RX_HARDWARE, 0).hardware_receive);
  EXPECT_FALSE(TimestampingOf(SOF_TIMESTAMPING_TX_SOFTWARE, 0).software_transmit);
}

TEST(TimestampingTest, TheLoopbackDeviceIsStampedBySoftware) {
  const auto can = AskTimestamping("lo");
  ASSERT_TRUE(can.ok()) << can.status();
  EXPECT_TRUE(can->software_receive);
  EXPECT_EQ(can->phc_index, std::nullopt);
}

TEST(TimestampingTest, NoSuchDevice) {
  EXPECT_TRUE(absl::IsNotFound(AskTimestamping("no-such-device").status()));
  EXPECT_TRUE(absl::IsNotFound(AskTimestamping("").status()));
  EXPECT_TRUE(absl::IsNotFound(AskTimestamping("a-name-that-is-too-long").status()));
}

}  // namespace
}  // namespace hostctl::host
