#include "stability.h"

#include <cmath>

#include "gtest/gtest.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::bench {
namespace {

// The frequencies of the NBS14 test suite (NIST SP 1065, 12.4), as phases.
std::vector<double> Nbs14() {
  std::vector<double> phase = {0};
  for (const double frequency : {892, 809, 823, 798, 671, 644, 883, 903, 677}) {
    phase.push_back(phase.back() + frequency);
  }
  return phase;
}

TEST(AllanDeviation, IsThatOfTheHandbooksTestSuite) {
  EXPECT_NEAR(AllanDeviation(Nbs14(), 1, 1), 91.22945, 1e-5);
  EXPECT_NEAR(AllanDeviation(Nbs14(), 1, 2), 85.95287, 1e-5);
}

TEST(TimeDeviation, IsThatOfTheHandbooksTestSuite) {
  EXPECT_NEAR(TimeDeviation(Nbs14(), 1), 52.67135, 1e-5);
  EXPECT_NEAR(TimeDeviation(Nbs14(), 2), 86.35831, 1e-5);
}

TEST(AllanDeviation, OfADriftGrowsWithTau) {
  std::vector<double> phase;  // 2 ppb per second: x = t^2
  for (int t = 0; t < 100; ++t) phase.push_back(t * t);
  EXPECT_NEAR(AllanDeviation(phase, 1, 4), 2 * 4 / std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(AllanDeviation(phase, 0.5, 4), 2 * AllanDeviation(phase, 1, 4), 1e-9);
}

TEST(TimeDeviation, OfWhitePhaseNoiseFallsWithTheSquareRootOfTau) {
  sim::Random random(1);
  std::vector<double> phase;
  for (int i = 0; i < 100'000; ++i) phase.push_back(30 * random.Gaussian());
  EXPECT_NEAR(TimeDeviation(phase, 1), 30, 0.5);
  EXPECT_NEAR(TimeDeviation(phase, 16), 30 / 4.0, 0.3);
}

TEST(Deviations, AreNothingWithoutEnoughPhases) {
  EXPECT_EQ(AllanDeviation({1, 2}, 1, 1), 0);
  EXPECT_EQ(TimeDeviation({1, 2, 3}, 2), 0);
  EXPECT_EQ(TimeDeviation({1, 2, 3}, 0), 0);
}

TEST(Track, TellsRmsAndConvergence) {
  const Track track = {{0, 100}, {1, -50}, {2, 3}, {3, -4}, {4, 1'000}};
  EXPECT_NEAR(Rms({track.begin(), track.begin() + 4}, 2), std::sqrt(12.5), 1e-12);
  EXPECT_EQ(ConvergedAfter(track, 10, 4), 1);
  EXPECT_EQ(ConvergedAfter(track, 10, 5), 4);
  EXPECT_EQ(Phase(track, 3), (std::vector<double>{-4, 1'000}));
}

}  // namespace
}  // namespace ptpcore::bench
