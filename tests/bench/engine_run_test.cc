#include "engine_run.h"

#include "gtest/gtest.h"
#include "ptpcore/sim/servo_run.h"

namespace ptpcore::bench {
namespace {

TEST(EngineRun, LocksTheEngineToTheMasterThroughItsPackets) {
  EngineRun run(sim::FindWorld("lan"), 1);
  run.RunUntil(600);
  EXPECT_EQ(run.engine().port().state(), protocol::PortState::kSlave);
  EXPECT_EQ(run.engine().clock_steps(), 1u);
  EXPECT_GT(run.engine().port().counters().sync_received, 590u);
  EXPECT_NEAR(static_cast<double>(run.engine().port().counters().delay_resp_received), 600, 90);
  EXPECT_LT(Rms(run.track(), 300), 200);
  EXPECT_LE(ConvergedAfter(run.track(), 10'000, 600), 10);
}

// The engine adds packets to its servo, no error: over a few seeds both are alike.
TEST(EngineRun, GivesTheFigureOfTheServoAlone) {
  double engine = 0;
  double alone = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    const sim::World lan = sim::FindWorld("lan");
    EngineRun run(lan, seed);
    run.RunUntil(2'000);
    engine += Rms(run.track(), 500);
    const auto servo = servo::NewServo({});
    sim::ServoRun servo_run(lan, *servo, seed);
    servo_run.RunUntil(2'000);
    alone += servo_run.Rms(500);
  }
  EXPECT_NEAR(engine / alone, 1, 0.2);
}

TEST(EngineRun, IsTheSameForTheSameSeed) {
  const sim::World busy = sim::FindWorld("busy");
  EngineRun a(busy, 3);
  EngineRun b(busy, 3);
  EngineRun other(busy, 4);
  for (EngineRun* run : {&a, &b, &other}) run->RunUntil(60);
  EXPECT_EQ(a.track().back().offset_ns, b.track().back().offset_ns);
  EXPECT_NE(a.track().back().offset_ns, other.track().back().offset_ns);
}

TEST(EngineRun, AsksAtTheIntervalThatTheMasterStates) {
  sim::World fast = sim::FindWorld("lan");
  fast.interval_s = 0.125;
  EngineRun run(fast, 1);
  run.RunUntil(100);
  EXPECT_GT(run.engine().port().counters().sync_received, 780u);
  EXPECT_NEAR(static_cast<double>(run.engine().port().counters().delay_req_sent), 780, 120);
}

}  // namespace
}  // namespace ptpcore::bench
