#include "ptpcore/sim/servo_run.h"

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

// Records what it is shown and commands what it is told to.
class Recorder : public servo::Servo {
 public:
  void Reset(double, bool) override {}
  servo::Command OnSync(const servo::OneWay& sync) override {
    syncs.push_back(sync);
    servo::Command command;
    std::swap(command, next);
    return command;
  }
  servo::Command OnDelay(const servo::OneWay& delay) override {
    delays.push_back(delay);
    return {};
  }
  const servo::Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "recorder"; }

  std::vector<servo::OneWay> syncs;
  std::vector<servo::OneWay> delays;
  servo::Command next;

 private:
  servo::Estimate estimate_;
};

World Still() {
  World world;
  world.from_master.constant_ns = 50'000;
  world.to_master.constant_ns = 70'000;
  world.wander_ppb = 0;
  world.frequency_ppb = 0;
  world.offset_ns = 1'000;
  return world;
}

TEST(ServoRun, ShowsTheFlightsAsTheMasterAndTheClockSeeThem) {
  Recorder recorder;
  ServoRun run(Still(), recorder, 1);
  run.RunUntil(100.5);
  ASSERT_EQ(recorder.syncs.size(), 101u);
  for (const auto& sync : recorder.syncs) EXPECT_EQ(sync.local_ns - sync.master_ns, 51'000);
  EXPECT_NEAR(static_cast<double>(recorder.delays.size()), 100, 30);
  for (const auto& delay : recorder.delays) EXPECT_EQ(delay.master_ns - delay.local_ns, 69'000);
}

TEST(ServoRun, ShowsTheServoOnlyTheSyncsThatItsProgramUses) {
  Recorder recorder;
  ServoRun run(Still(), recorder, 1);
  int asked = 0;
  run.SetSyncFilter([&](double took_ns, const LinkModel& link) {
    EXPECT_EQ(took_ns, 50'000);
    EXPECT_EQ(link.constant_ns, 50'000);
    return ++asked % 2 == 0;
  });
  run.RunUntil(99.5);
  EXPECT_EQ(asked, 100);
  EXPECT_EQ(recorder.syncs.size(), 50u);
}

TEST(ServoRun, CarriesOutCommandsAndMeasuresTheTruth) {
  Recorder recorder;
  ServoRun run(Still(), recorder, 1);
  recorder.next.step_ns = -11'000;
  recorder.next.frequency_ppb = 100;
  run.RunUntil(10.00005);
  EXPECT_NEAR(run.Offset(), -10'000 + 1'000, 1);
  EXPECT_EQ(run.steps(), 1);
  EXPECT_EQ(run.backward_steps(), 1);
  EXPECT_EQ(run.largest_frequency_ppb(), 100);
  run.MasterJumps(500);
  EXPECT_NEAR(run.Offset(), -9'500, 1);
}

TEST(ServoRun, IsTheSameForTheSameSeed) {
  World world = FindWorld("busy");
  Recorder a;
  Recorder b;
  Recorder other;
  ServoRun run_a(world, a, 7);
  ServoRun run_b(world, b, 7);
  ServoRun run_other(world, other, 8);
  for (ServoRun* run : {&run_a, &run_b, &run_other}) run->RunUntil(50);
  EXPECT_EQ(a.syncs.back().local_ns, b.syncs.back().local_ns);
  EXPECT_NE(a.syncs.back().local_ns, other.syncs.back().local_ns);
}

TEST(ServoRun, StatesWhenTheOffsetStayedNear) {
  Recorder recorder;
  ServoRun run(Still(), recorder, 1);
  run.RunUntil(5.4);
  recorder.next.step_ns = -1'000;
  run.RunUntil(20);
  EXPECT_NEAR(run.ConvergedAfter(500), 6, 0.3);
  EXPECT_EQ(run.Rms(7), 0);
}

TEST(ServoRun, LetsIncidentsHappen) {
  World world = Still();
  Incident jump;
  jump.at_s = 10;
  jump.frequency_ppb = 1'000;
  Incident route;
  route.at_s = 20;
  route.from_master_ns = 5'000;
  route.to_master_ns = 3'000;
  world.incidents = {jump, route};
  Recorder recorder;
  ServoRun run(world, recorder, 1);
  run.RunUntil(15);
  EXPECT_NEAR(run.Offset(), 1'000 + 5'000, 1);
  run.RunUntil(30);
  EXPECT_NEAR(run.Offset(), 1'000 + 20'000, 1);
  const auto& sync = recorder.syncs.back();  // left at 29 s
  EXPECT_NEAR(static_cast<double>(sync.local_ns - sync.master_ns), 55'000 + 1'000 + 19'000, 1);
  EXPECT_EQ(run.world().to_master.constant_ns, 73'000);
}

TEST(ServoRun, ShowsAMastersLieButCountsTheTruth) {
  World world = Still();
  Incident lie;
  lie.at_s = 9.5;
  lie.master_ramp_ppb = 10'000;
  lie.master_ramp_for_s = 10;
  world.incidents = {lie};
  Recorder recorder;
  ServoRun run(world, recorder, 1);
  run.RunUntil(15.5);
  const auto lying = recorder.syncs.back();  // left at 15 s, 5.5 s into the lie
  EXPECT_EQ(lying.local_ns - lying.master_ns, 51'000 - 55'000);
  run.RunUntil(25.5);
  const auto honest = recorder.syncs.back();
  EXPECT_EQ(honest.local_ns - honest.master_ns, 51'000);
  EXPECT_NEAR(run.Offset(), 1'000, 1);
}

TEST(ServoRun, SendsRequestsWithTheSyncsWherePaired) {
  World world = Still();
  world.paired_requests = true;
  Recorder recorder;
  ServoRun run(world, recorder, 1);
  run.RunUntil(10.5);
  ASSERT_EQ(recorder.delays.size(), 11u);
  for (size_t i = 0; i < recorder.delays.size(); ++i) {
    EXPECT_EQ(recorder.delays[i].local_ns - 1'000, recorder.syncs[i].master_ns);
  }
}

}  // namespace
}  // namespace ptpcore::sim
