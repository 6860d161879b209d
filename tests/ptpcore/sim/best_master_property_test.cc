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
  World(uint64_t seed, TopologyOptions options) : random_(seed), network_(seed) {
    options.clocks = 2 + random_.Bits() % 29;
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

  // Nothing passes any more over about a third of the segments, until Disturb().
  void CutAny() {
    SegmentModel cut;
    cut.link.loss = 1;
    for (size_t i = 0; i < network_.segments(); ++i) {
      if (random_.Chance(0.3)) network_.SetModel(i, cut);
    }
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
      TopologyOptions options;
      options.path_trace = path_trace;
      World world(seed, options);
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

// Cables are cut and mended: each part has a grandmaster, and then all have one again.
TEST(BestMasterTest, ANetworkThatIsCutAndMendedSettles) {
  InEveryWorld([](World& world) {
    world.StartAll();
    world.RunFor(seconds(20));
    world.CutAny();
    world.RunFor(seconds(30));
    world.Calm();
    world.ExpectSettles();
    world.ExpectStays();
  });
}

// ITU-T G.8275.1 6.3: of several equal grandmasters each clock has the nearest.
TEST(BestMasterTest, ATelecomNetworkSettlesAndStays) {
  for (uint64_t seed = 1; seed <= kTopologies; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TopologyOptions options;
    options.telecom = true;
    World world(seed, options);
    world.StartAll();
    world.ExpectSettles();
    world.ExpectStays();
    for (int i = 0; i < 20; ++i) world.StopOrStartAny();
    world.ExpectSettles();
    if (HasFailure()) return;
  }
}

// A ring of boundary clocks whose grandmaster, behind one of them, stops: what is left of its
// Announce messages could go round, one step farther each time.
class RingTest : public ::testing::Test {
 protected:
  // Seconds until the rest has settled.
  static int SecondsToSettle(size_t clocks, bool path_trace) {
    Network network(clocks);
    protocol::PortConfig port;
    port.intervals.log_announce = 0;
    for (size_t i = 0; i < clocks; ++i) {
      protocol::ClockConfig config;
      config.own.clock_identity.octets[7] = static_cast<uint8_t>(i + 1);
      config.path_trace = path_trace;
      network.AddClock(config);
    }
    for (size_t i = 0; i < clocks; ++i) {
      const size_t cable = network.AddSegment({});
      network.Attach(i, cable, port);
      network.Attach((i + 1) % clocks, cable, port);
    }
    protocol::ClockConfig best;
    best.own.clock_identity.octets[7] = 0xFF;
    best.own.priority1 = 1;
    const size_t grandmaster = network.AddClock(best);
    const size_t cable = network.AddSegment({});
    network.Attach(grandmaster, cable, port);
    network.Attach(0, cable, port);

    for (size_t i = 0; i < network.clocks(); ++i) network.Start(i);
    const auto settled = [&] { return WhatIsNotSettled(network).empty(); };
    EXPECT_TRUE(network.RunUntil(settled, seconds(1000))) << Describe(network);
    network.Stop(grandmaster);
    const protocol::MonoTime stopped = network.now();
    EXPECT_TRUE(network.RunUntil(settled, seconds(1000))) << Describe(network);
    return static_cast<int>((network.now() - stopped) / seconds(1));
  }
};

// Three announce intervals until it is missed, and one for each step to the far side. The
// qualification time of a master is what keeps old messages from going round (9.2.6.11).
TEST_F(RingTest, ForgetsAGrandmasterThatStopped) {
  for (const size_t clocks : {3U, 4U, 8U, 16U, 30U}) {
    const int limit = 4 + static_cast<int>(clocks) / 2;
    EXPECT_LE(SecondsToSettle(clocks, /*path_trace=*/true), limit) << clocks;
    EXPECT_LE(SecondsToSettle(clocks, /*path_trace=*/false), limit) << clocks;
  }
}

}  // namespace
}  // namespace ptpcore::sim
