#include "ptpcore/sim/link.h"

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

struct Observed {
  double mean = 0;
  double smallest = 1e300;
  int lost = 0;
};

Observed Send(const LinkModel& link, int count) {
  Random random(5);
  Observed observed;
  for (int i = 0; i < count; ++i) {
    const auto delay = Travel(link, random);
    if (!delay) {
      ++observed.lost;
      continue;
    }
    observed.mean += *delay;
    observed.smallest = std::min(observed.smallest, *delay);
  }
  observed.mean /= std::max(1, count - observed.lost);
  return observed;
}

TEST(Link, AnEmptyLinkTakesItsConstant) {
  LinkModel link;
  link.constant_ns = 50'000;
  const Observed observed = Send(link, 10);
  EXPECT_EQ(observed.mean, 50'000);
  EXPECT_EQ(observed.lost, 0);
}

TEST(Link, QueueingOnlyEverAdds) {
  LinkModel link;
  link.constant_ns = 50'000;
  link.queue_ns = 2'000;
  const Observed observed = Send(link, 100'000);
  EXPECT_NEAR(observed.mean, 52'000, 50);
  EXPECT_GE(observed.smallest, 50'000);
  EXPECT_LT(observed.smallest, 50'010);
}

TEST(Link, BurstsSpikesAndLoadHaveTheirMeans) {
  LinkModel burst;
  burst.burst_chance = 0.1;
  burst.burst_ns = 500'000;
  EXPECT_NEAR(Send(burst, 200'000).mean, 0.1 * 500'000 * 0.05, 100);
  LinkModel spike;
  spike.spike_chance = 0.01;
  spike.spike_ns = 200'000;
  EXPECT_NEAR(Send(spike, 400'000).mean, 0.01 * 200'000 * 0.5, 60);
  LinkModel load;
  load.extra_chance = 0.5;
  load.extra_ns = 50'000;
  EXPECT_NEAR(Send(load, 100'000).mean, 0.5 * 25'000, 150);
}

TEST(Link, LosesItsShare) {
  LinkModel link;
  link.loss = 0.2;
  EXPECT_NEAR(Send(link, 100'000).lost, 20'000, 600);
}

}  // namespace
}  // namespace ptpcore::sim
