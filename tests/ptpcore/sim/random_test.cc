#include "ptpcore/sim/random.h"

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

TEST(Random, SameSeedSameNumbers) {
  Random a(42);
  Random b(42);
  Random other(43);
  EXPECT_EQ(a.Bits(), b.Bits());
  EXPECT_NE(a.Bits(), other.Bits());
}

TEST(Random, UniformStaysBelowItsBound) {
  Random random(1);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double x = random.Uniform(10);
    ASSERT_GE(x, 0);
    ASSERT_LT(x, 10);
    sum += x;
  }
  EXPECT_NEAR(sum / 100'000, 5, 0.05);
}

TEST(Random, ExponentialAndGaussianHaveTheirMoments) {
  Random random(2);
  double exponential = 0;
  double mean = 0;
  double square = 0;
  constexpr int kCount = 200'000;
  for (int i = 0; i < kCount; ++i) {
    exponential += random.Exponential(2'000);
    const double g = random.Gaussian();
    mean += g;
    square += g * g;
  }
  EXPECT_NEAR(exponential / kCount, 2'000, 20);
  EXPECT_NEAR(mean / kCount, 0, 0.01);
  EXPECT_NEAR(square / kCount, 1, 0.01);
}

}  // namespace
}  // namespace ptpcore::sim
