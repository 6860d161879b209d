// Whatever the topology, the best master clock algorithm settles to one grandmaster, the best
// one, without loops: with and without path trace, while packets are lost, reordered and
// doubled, and after clocks have stopped and started again.
#include <functional>
#include <string>

#include "gtest/gtest.h"
#include "topology.h"

namespace ptpcore::sim {
namespace {

using protocol::Duration;
using std::chrono::seconds;

// With one Announce in a second, and chains of up to 30 clocks.
constexpr Duration kSettles = seconds(60);
constexpr uint64_t kTopologies = 100;

// A random network of 2 to 30 clocks, and what befalls it.
class World {
 public:
  World(uint64_t seed, bool path_trace) : random_(seed), network_(seed) {
    TopologyOptions options;
    options.clocks = 2 + random_.Bits() % 29;
    options.path_trace = path_trace;
    BuildRandom(options, random_, network_);
  }

  void StartAll() {
    for (size_t clock = 0; clock < network_.clocks(); ++clock) {
      if (network_.running(clock)) continue;
      network_.Start(clock);
      RunForUpTo(seconds(2) / network_.clocks());
    }
  }

  void StopOrStartAny() {
    const size_t clock = random_.Bits() % network_.clocks();
    if (network_.running(clock)) {
      network_.Stop(clock);
    } else {
      network_.Start(clock);
    }
    RunForUpTo(seconds(5));
  }

  void Disturb(double loss, double duplication) {
    SegmentModel model;
    model.link.queue_ns = 2e8;  // of messages that leave at once any may come first
    model.link.loss = loss;
    model.duplication = duplication;
    for (size_t i = 0; i < network_.segments(); ++i) network_.SetModel(i, model);
  }

  // Until nobody gives up any more for what was lost last.
  void Calm() {
    Disturb(0, 0);
    RunFor(seconds(10));
  }

  void RunFor(Duration duration) { network_.RunFor(duration); }

  void ExpectSettles() {
    const auto settled = [&] { return WhatIsNotSettled(network_).empty(); };
    ASSERT_TRUE(network_.RunUntil(settled, kSettles)) << WhatIsNotSettled(network_) << '\n'
                                                      << Describe(network_);
  }

  void ExpectStays() {
    const uint64_t transitions = StateTransitions(network_);
    const std::string before = Describe(network_);
    network_.RunFor(seconds(20));
    ASSERT_EQ(WhatIsNotSettled(network_), "") << Describe(network_);
    ASSERT_EQ(StateTransitions(network_), transitions) << before << "became\n"
                                                       << Describe(network_);
  }

 private:
  void RunForUpTo(Duration limit) {
    network_.RunFor(
        Duration(static_cast<int64_t>(random_.Uniform(static_cast<double>(limit.count())))));
  }

  Random random_;
  Network network_;
};

void InEveryWorld(const std::function<void(World&)>& story) {
  for (uint64_t seed = 1; seed <= kTopologies; ++seed) {
    for (const bool path_trace : {false, true}) {
      SCOPED_TRACE("seed " + std::to_string(seed) + (path_trace ? " with path trace" : ""));
      World world(seed, path_trace);
      story(world);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(BestMasterTest, AQuietNetworkSettlesAndStays) {
  InEveryWorld([](World& world) {
    world.StartAll();
    world.ExpectSettles();
    world.ExpectStays();
  });
}

TEST(BestMasterTest, ANoisyNetworkSettles) {
  InEveryWorld([](World& world) {
    world.Disturb(/*loss=*/0.1, /*duplication=*/0.1);
    world.StartAll();
    world.ExpectSettles();
    // A time-out by loss alone is rare, and mends.
    world.RunFor(seconds(30));
    world.ExpectSettles();
    world.Calm();
    world.ExpectSettles();
    world.ExpectStays();
  });
}

TEST(BestMasterTest, ANetworkSettlesAgainAfterClocksHaveStoppedAndStarted) {
  InEveryWorld([](World& world) {
    world.StartAll();
    world.RunFor(seconds(20));
    world.Disturb(/*loss=*/0.05, /*duplication=*/0.05);
    for (int i = 0; i < 20; ++i) world.StopOrStartAny();
    world.Calm();
    world.ExpectSettles();
    world.ExpectStays();
    world.StartAll();
    world.ExpectSettles();
    world.ExpectStays();
  });
}

}  // namespace
}  // namespace ptpcore::sim
