#include "ptpcore/clock/phc_comparison.h"

#include "gtest/gtest.h"
#include "simulated_phc.h"

namespace ptpcore::clock {
namespace {

TEST(PhcComparisonTest, TakesTheBestMethodThatTheDeviceHas) {
  const struct {
    bool precise;
    bool extended;
    PhcMethod expected;
  } kDevices[] = {{true, true, PhcMethod::kPrecise},
                  {true, false, PhcMethod::kPrecise},
                  {false, true, PhcMethod::kExtended},
                  {false, false, PhcMethod::kPlain}};
  for (const auto& [precise, extended, expected] : kDevices) {
    SimulatedHost host;
    host.has_precise = precise;
    host.has_extended = extended;
    SimulatedPhc device(host);
    PhcComparison comparison(device);
    EXPECT_EQ(comparison.method(), std::nullopt);
    ASSERT_TRUE(comparison.Compare().ok());
    EXPECT_EQ(comparison.method(), expected);
  }
}

TEST(PhcComparisonTest, TheReadingIsTheQuickestOfSeveral) {
  EXPECT_EQ(Quickest({{0, 37, 9}, {10, 47, 14}, {20, 57, 30}}).system_before_ns, 10);
}

TEST(PhcComparisonTest, TheTruthLiesWithinWhatItTook) {
  SimulatedHost host;
  SimulatedPhc device(host);
  PhcComparison comparison(device);
  for (int i = 0; i < 100; ++i) {
    host.Advance(SimulatedHost::kSecond);
    const PhcReading reading = comparison.Compare().value();
    const double middle_ns =
        static_cast<double>(reading.system_before_ns) + static_cast<double>(reading.delay_ns()) / 2;
    const double offset_ns =
        middle_ns - static_cast<double>(reading.phc_ns - 37 * SimulatedHost::kSecond);
    EXPECT_NEAR(offset_ns, host.SystemErrorNs() - host.PhcErrorNs(),
                static_cast<double>(reading.delay_ns()) / 2 + 256)  // a double's grain at 10^18
        << i;
    EXPECT_GE(reading.delay_ns(), 2 * host.bus_ns);
  }
}

TEST(PhcComparisonTest, ADeviceThatIsGoneIsUnavailableAndComesBack) {
  SimulatedHost host;
  host.gone = true;
  SimulatedPhc device(host);
  PhcComparison comparison(device);
  EXPECT_TRUE(absl::IsUnavailable(comparison.Compare().status()));
  host.gone = false;
  EXPECT_TRUE(comparison.Compare().ok());
}

}  // namespace
}  // namespace ptpcore::clock
