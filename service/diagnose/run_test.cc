#include "service/diagnose/run_test.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/diagnose/chain.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/patience.h"
#include "service/reconcile/failure.h"

namespace hostctl::diagnose {
namespace {

constexpr double kProbingS = 4;

void SetDuration(double seconds, google::protobuf::Duration* out) {
  const absl::Duration duration = absl::Seconds(seconds);
  out->set_seconds(absl::ToInt64Seconds(duration));
  out->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(duration - absl::Seconds(absl::ToInt64Seconds(duration)))));
}

// One test on its way.
class Run {
 public:
  Run(Probes& probes, std::optional<absl::Duration> observe, Listener& listener)
      : probes_(probes), listener_(listener) {
    if (observe) asked_s_ = absl::ToDoubleSeconds(*observe);
  }

  void Go() {
    probes_.ReadConfiguration(facts_);
    if (facts_.ptp.settings.enabled) probes_.ReadInterface(facts_);
    bool observed = false;
    for (const Link& link : Links()) {
      // Behind a cause that is known at once there is nothing to wait for.
      const bool observes = link.observed && !observed && !chain_.broken();
      const bool probes = !chain_.broken() && WantsProbe(link);
      TellStarted(link, observes ? ExpectedObservation(facts_, asked_s_) : probes ? kProbingS : 0);
      const absl::Time begun = absl::Now();
      if (link.observed && !observed) {
        if (observes) Observe();
        if (facts_.ptp.settings.enabled) probes_.ReadClock(facts_);
        observed = true;
      }
      if (probes) probes_.ProbeMulticast(facts_);
      if (!listener_.Listens()) return;
      v1::TestStep step = chain_.Judge(link, facts_);
      SetDuration(absl::ToDoubleSeconds(absl::Now() - begun), step.mutable_took());
      v1::TestProgress progress;
      *progress.mutable_step() = std::move(step);
      listener_.Tell(progress);
    }
    v1::TestProgress progress;
    *progress.mutable_verdict() = chain_.Verdict(facts_);
    listener_.Tell(progress);
  }

 private:
  void TellStarted(const Link& link, double expected_s) {
    const v1::TestStep step = link.judge(facts_);  // for its words
    v1::TestProgress progress;
    progress.mutable_started()->set_code(step.code());
    progress.mutable_started()->set_title(step.title());
    if (expected_s > 0) SetDuration(expected_s, progress.mutable_started()->mutable_expected());
    listener_.Tell(progress);
  }

  void Observe() {
    probes_.StartObserving(facts_);
    do {
      probes_.Observe(facts_);
      facts_.observed_s = probes_.observed_s();
    } while (listener_.Listens() && GoesOnObserving(facts_, facts_.observed_s, asked_s_));
    probes_.ReadInterface(facts_);  // as it is now
  }

  // The step of the multicast's way is worth trying things when nothing came at all.
  bool WantsProbe(const Link& link) const {
    return link.probes_multicast && facts_.wire.available && Heard(facts_).empty() &&
           Follows(facts_) && !IsMaster(facts_) && !NegotiatesUnicast(facts_) && !facts_.simulated;
  }

  Probes& probes_;
  Listener& listener_;
  std::optional<double> asked_s_;
  Facts facts_;
  Chain chain_;
};

}  // namespace

void RunTest(Probes& probes, std::optional<absl::Duration> observe, Listener& listener) {
  Run(probes, observe, listener).Go();
}

absl::Status Tester::Run(std::optional<absl::Duration> observe, Listener& listener) {
  if (observe && (*observe < absl::Seconds(1) || *observe > absl::Minutes(5))) {
    return reconcile::Failure(
        absl::StatusCode::kInvalidArgument,
        absl::StrCat("the network cannot be observed for ", absl::FormatDuration(*observe),
                     ": 1 s to 5 min can be asked for"),
        {"OBSERVE_OUT_OF_RANGE", "observe", ""});
  }
  if (running_.exchange(true)) {
    return reconcile::Failure(absl::StatusCode::kFailedPrecondition,
                              "a test of PTP runs already; there is one at a time",
                              {"TEST_RUNNING", "", "try again in some seconds"});
  }
  const std::unique_ptr<Probes> probes = make_();
  RunTest(*probes, observe, listener);
  running_ = false;
  return absl::OkStatus();
}

}  // namespace hostctl::diagnose
