#include "ptpcore/servo/one_sided.h"

#include <cmath>

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

// The same moments by summing over the belief, point by point.
Moments ByIntegration(double surprise, double sharpness) {
  double weight = 0;
  double mean = 0;
  double square = 0;
  constexpr double kStride = 1e-4;
  for (double y = -12; y <= std::min(surprise, 12.0); y += kStride) {
    const double p = std::exp(-y * y / 2 + sharpness * (y - surprise)) * sharpness * kStride /
                     std::sqrt(2 * 3.14159265358979);
    weight += p;
    mean += p * y;
    square += p * y * y;
  }
  return {std::log(weight), mean / weight, square / weight - (mean / weight) * (mean / weight)};
}

TEST(OneSided, AgreesWithNumericalIntegration) {
  for (const double surprise : {-6.0, -2.0, -0.5, 0.0, 0.7, 3.0, 8.0}) {
    for (const double sharpness : {0.01, 0.3, 1.0, 3.0}) {
      const Moments exact = ByIntegration(surprise, sharpness);
      const Moments seen = SeeDelayed(surprise, sharpness);
      EXPECT_NEAR(seen.log_evidence, exact.log_evidence, 2e-3) << surprise << " " << sharpness;
      EXPECT_NEAR(seen.mean, exact.mean, 2e-3) << surprise << " " << sharpness;
      EXPECT_NEAR(seen.variance, exact.variance, 2e-3) << surprise << " " << sharpness;
    }
  }
}

TEST(OneSided, AnEarlyPacketSaysMuchAndALateOneNearlyNothing) {
  EXPECT_LT(SeeDelayed(-3, 0.1).variance, 0.1);
  EXPECT_LT(SeeDelayed(-3, 0.1).mean, -3);
  EXPECT_GT(SeeDelayed(10, 0.1).variance, 0.99);
  EXPECT_NEAR(SeeDelayed(10, 0.1).mean, 0.1, 1e-3);
}

TEST(OneSided, SeriesForTheFarTailJoinsTheFormula) {
  const Moments before = SeeDelayed(-29.999, 1e-6);
  const Moments after = SeeDelayed(-30.001, 1e-6);
  EXPECT_NEAR(before.mean, after.mean, 4e-3);
  EXPECT_NEAR(before.variance, after.variance, 1e-4);
}

TEST(OneSided, IsFiniteOverTheWholeRange) {
  for (double surprise = -1e6; surprise <= 1e6; surprise += 12'345.6) {
    for (double sharpness = 1e-9; sharpness <= 1e9; sharpness *= 7) {
      const Moments seen = SeeDelayed(surprise, sharpness);
      ASSERT_TRUE(std::isfinite(seen.mean)) << surprise << " " << sharpness;
      ASSERT_FALSE(std::isnan(seen.log_evidence)) << surprise << " " << sharpness;
      ASSERT_GT(seen.variance, 0) << surprise << " " << sharpness;
      ASSERT_LE(seen.variance, 1) << surprise << " " << sharpness;
    }
  }
}

TEST(OneSided, ScaledErfcMatchesItsDefinitionAndItsAsymptote) {
  EXPECT_DOUBLE_EQ(ScaledErfc(0), 1);
  EXPECT_NEAR(ScaledErfc(3), std::exp(9) * std::erfc(3), 1e-12);
  EXPECT_NEAR(ScaledErfc(9.9999) / ScaledErfc(10.0001), 1, 1e-4);
  EXPECT_NEAR(ScaledErfc(1e6) * 1e6 * std::sqrt(3.14159265358979), 1, 1e-9);
}

}  // namespace
}  // namespace ptpcore::servo
