#include "ptpcore/servo/noise_model.h"

#include <cmath>

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::servo {
namespace {

// Shows the model `count` excesses from a generator, with the edge known well.
template <typename Draw>
NoiseModel Taught(int count, double sigma_ns, Draw draw) {
  NoiseModel model;
  for (int i = 0; i < count; ++i) {
    model.Learn(model.Read(draw() / sigma_ns, sigma_ns).shares, 1);
  }
  return model;
}

TEST(NoiseModel, LearnsTheMedianOfExponentialNoise) {
  sim::Random random(1);
  for (const double mean : {30.0, 2'000.0, 30'000.0, 1e6}) {
    const NoiseModel model = Taught(3'000, mean / 20, [&] { return random.Exponential(mean); });
    EXPECT_NEAR(model.MedianExcess() / (mean * std::log(2)), 1, 0.25) << mean;
  }
}

TEST(NoiseModel, TellsOrdinaryNoiseFromBursts) {
  sim::Random random(2);
  const NoiseModel model =
      Taught(3'000, 100, [&] { return random.Exponential(random.Chance(0.1) ? 100'000 : 2'000); });
  EXPECT_LT(model.MedianExcess(), 3'000);
  EXPECT_NEAR(model.Survival(20'000), 0.1 * std::exp(-0.2), 0.05);
}

TEST(NoiseModel, AnOutlierTeachesNothingAndMovesNothing) {
  sim::Random random(3);
  NoiseModel model = Taught(500, 20, [&] { return random.Exponential(2'000); });
  const double before = model.MedianExcess();
  const NoiseModel::Reading reading = model.Read(-1e4, 20);
  EXPECT_GT(reading.outlier, 0.999);
  EXPECT_NEAR(reading.moments.mean, 0, 1e-3);
  model.Learn(reading.shares, 1);
  EXPECT_EQ(model.MedianExcess(), before);
}

TEST(NoiseModel, SurvivalFallsFromOneToZero) {
  const NoiseModel model;
  EXPECT_NEAR(model.Survival(0), 1, 1e-9);
  EXPECT_GT(model.Survival(1'000), model.Survival(10'000));
  EXPECT_LT(model.Survival(1e10), 1e-9);
}

}  // namespace
}  // namespace ptpcore::servo
