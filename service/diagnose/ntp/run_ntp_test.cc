#include "service/diagnose/ntp/run_ntp_test.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "service/diagnose/ntp/ntp_chain.h"
#include "service/reconcile/failure.h"

namespace hostctl::diagnose {
namespace {

// chronyd sends its burst of four requests within 6 s of its start, and waits for each
// answer; a source has to be measured three times before it is selected.
constexpr double kMostMeasuringS = 12;

void SetDuration(absl::Duration duration, google::protobuf::Duration* out) {
  const int64_t ns = absl::ToInt64Nanoseconds(duration);
  out->set_seconds(ns / 1000000000);
  out->set_nanos(static_cast<int32_t>(ns % 1000000000));
}

}  // namespace

void RunNtpTest(NtpProbes& probes, Listener& listener) {
  NtpFacts facts;
  NtpChain chain;
  bool measured = false;
  bool resolved = false;
  probes.ReadConfiguration(facts);
  for (const NtpLink& link : NtpLinks()) {
    const bool measures = link.measured && !measured && !chain.broken();
    v1::TestProgress started;
    const v1::TestStep words = link.judge(facts);
    started.mutable_started()->set_code(words.code());
    started.mutable_started()->set_title(words.title());
    if (measures) {
      SetDuration(absl::Seconds(kMostMeasuringS), started.mutable_started()->mutable_expected());
    }
    listener.Tell(started);
    const absl::Time begun = absl::Now();
    if (&link != &NtpLinks().front() && !resolved && !chain.broken()) {
      probes.Resolve(facts);
      resolved = true;
    }
    if (measures) {
      measured = true;
      do {
        probes.Measure(facts);
      } while (listener.Listens() && !MeasuredEnough(facts) && probes.Wait() < kMostMeasuringS);
    }
    if (!listener.Listens()) return;
    v1::TestProgress done;
    *done.mutable_step() = chain.Judge(link, facts);
    SetDuration(absl::Now() - begun, done.mutable_step()->mutable_took());
    listener.Tell(done);
  }
  v1::TestProgress progress;
  *progress.mutable_verdict() = chain.Verdict(facts);
  listener.Tell(progress);
}

absl::Status NtpTester::Run(Listener& listener) {
  if (running_.exchange(true)) {
    return reconcile::Failure(absl::StatusCode::kFailedPrecondition,
                              "a test of NTP runs already; there is one at a time",
                              {"TEST_RUNNING", "", "try again in some seconds"});
  }
  const std::unique_ptr<NtpProbes> probes = make_();
  RunNtpTest(*probes, listener);
  running_ = false;
  return absl::OkStatus();
}

}  // namespace hostctl::diagnose
