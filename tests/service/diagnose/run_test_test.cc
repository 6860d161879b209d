// The test as a whole, on a host that is made up: what is told, in which order, and when it ends.
#include "service/diagnose/run_test.h"

#include <functional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"
#include "working_host.h"

namespace hostctl::diagnose {
namespace {

using ::testing::ElementsAre;

// Hands out made-up facts; time passes by a quarter of a second per look.
class FakeProbes final : public Probes {
 public:
  explicit FakeProbes(Facts facts) : found_(std::move(facts)) {}

  void ReadConfiguration(Facts& facts) override {
    facts.ptp = found_.ptp;
    facts.protocol = found_.protocol;
    facts.before = facts.after = found_.before;
  }
  void ReadInterface(Facts& facts) override { facts.interface = found_.interface; }
  void StartObserving(const Facts& /*facts*/) override { ++observations; }
  void Observe(Facts& facts) override {
    observed_ += 0.25;
    if (on_look) on_look();
    facts.wire = found_.wire;
    facts.firewall = found_.firewall;
    facts.after = found_.after;
  }
  double observed_s() const override { return observed_; }
  void ProbeMulticast(Facts& facts) override {
    ++probes;
    facts.multicast = found_.multicast;
  }
  void ReadClock(Facts& facts) override {
    facts.clock_programs = found_.clock_programs;
    facts.kernel_clock = found_.kernel_clock;
  }

  int observations = 0;
  int probes = 0;
  std::function<void()> on_look;

 private:
  Facts found_;
  double observed_ = 0;
};

class Recorder final : public Listener {
 public:
  bool Listens() override { return listens; }
  void Tell(const v1::TestProgress& progress) override {
    if (progress.has_started()) {
      started.push_back(progress.started().code());
      if (progress.started().has_expected()) expected.push_back(progress.started().code());
    } else if (progress.has_step()) {
      steps.push_back(progress.step().code());
    } else {
      verdict = progress.verdict();
    }
  }
  bool listens = true;
  std::vector<std::string> started;
  std::vector<std::string> expected;  // of those, which take their time
  std::vector<std::string> steps;
  std::optional<v1::TestVerdict> verdict;
};

TEST(RunTest, GoesThroughTheWholeChainOfAHostThatWorks) {
  FakeProbes probes(WorkingHost());
  Recorder told;
  RunTest(probes, {}, told);
  EXPECT_THAT(told.steps,
              ElementsAre("CONFIGURATION", "SERVICE", "INTERFACE", "MULTICAST_GROUPS", "ENGINE",
                          "NETWORK", "MULTICAST_PATH", "FIREWALL", "PROTOCOL", "MASTER", "SYNC",
                          "DELAY", "TIMESTAMPS", "TIMESCALE", "CLOCK_OWNER", "CLOCK", "SERVO"));
  EXPECT_EQ(told.started, told.steps);
  EXPECT_THAT(told.expected, ElementsAre("ENGINE"));
  ASSERT_TRUE(told.verdict.has_value());
  EXPECT_TRUE(told.verdict->working_normally());
  EXPECT_EQ(probes.probes, 0);
  EXPECT_EQ(probes.observed_s(), 3);  // no longer than it takes
}

TEST(RunTest, ObservesForAsLongAsItIsAsked) {
  FakeProbes probes(WorkingHost());
  Recorder told;
  RunTest(probes, absl::Seconds(20), told);
  EXPECT_EQ(probes.observed_s(), 20);
}

TEST(RunTest, TriesThingsWhereNothingArrives) {
  Facts facts = WorkingHost();
  facts.wire.traffic = {};
  ForgetMaster(facts, v1::PORT_REASON_NO_ANNOUNCE);
  facts.multicast.came_after_report = true;
  FakeProbes probes(facts);
  Recorder told;
  RunTest(probes, {}, told);
  EXPECT_EQ(probes.probes, 1);
  EXPECT_THAT(told.expected, ElementsAre("ENGINE", "MULTICAST_PATH"));
  ASSERT_TRUE(told.verdict.has_value());
  EXPECT_EQ(told.verdict->findings(0).code(), "MEMBERSHIP_LOST");
}

TEST(RunTest, WaitsForNothingWherePtpIsOff) {
  Facts facts = WorkingHost();
  facts.ptp.settings.enabled = false;
  FakeProbes probes(facts);
  Recorder told;
  RunTest(probes, {}, told);
  EXPECT_EQ(probes.observations, 0);
  EXPECT_TRUE(told.expected.empty());
  ASSERT_TRUE(told.verdict.has_value());
  EXPECT_EQ(told.verdict->findings(0).code(), "PTP_DISABLED");
}

TEST(RunTest, EndsWhenNobodyListensAnyMore) {
  FakeProbes probes(WorkingHost());
  Recorder told;
  probes.on_look = [&] { told.listens = false; };
  RunTest(probes, absl::Minutes(5), told);
  EXPECT_EQ(probes.observed_s(), 0.25);
  EXPECT_FALSE(told.verdict.has_value());
}

TEST(Tester, RunsOneTestAtATime) {
  FakeProbes* looking = nullptr;
  Tester tester([&] {
    auto probes = std::make_unique<FakeProbes>(WorkingHost());
    looking = probes.get();
    looking->on_look = [&] {
      Recorder second;
      const absl::Status refused = tester.Run({}, second);
      EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
      EXPECT_EQ(reconcile::DetailOf(refused).reason, "TEST_RUNNING");
      EXPECT_TRUE(second.steps.empty());
    };
    return probes;
  });
  Recorder told;
  ASSERT_TRUE(tester.Run({}, told).ok());
  EXPECT_TRUE(told.verdict.has_value());
  Recorder next;
  EXPECT_TRUE(tester.Run(absl::Seconds(1), next).ok());
}

TEST(Tester, RefusesToObserveForTooShortOrTooLong) {
  Tester tester([] { return std::make_unique<FakeProbes>(WorkingHost()); });
  for (const absl::Duration wrong :
       {absl::Milliseconds(999), absl::Seconds(301), absl::Seconds(-5), absl::InfiniteDuration()}) {
    Recorder told;
    const absl::Status refused = tester.Run(wrong, told);
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(reconcile::DetailOf(refused).reason, "OBSERVE_OUT_OF_RANGE");
  }
}

}  // namespace
}  // namespace hostctl::diagnose
