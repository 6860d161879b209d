// The reconciler's part for the fallback: what the policy (fallback.h) is fed with, and what
// becomes of its decisions. The clock itself changes hands in Match(): chronyd is stopped
// first, then the engine is told who has the clock, and only then chronyd is started.
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {

using daemon::RunState;

FallbackSettings Reconciler::FallbackSettingsOf(const Wanted& all) const {
  return {FallbackArmed(all.state, all.by_hand),
          std::chrono::seconds(all.state.ptp.fallback_after_s),
          std::chrono::seconds(all.state.ptp.fallback_return_after_s)};
}

void Reconciler::ResumeFallback() {
  const auto& remembered = parts_.runtime.fallback();
  if (!remembered.has_value() || !FallbackArmed(desired_, by_hand_)) return;
  fallback_ = ResumedFallback(absl::FromUnixMillis(remembered->since_ms), remembered->why);
}

std::string Reconciler::NtpTrouble() {
  if (desired_.ntp.servers.empty()) return "NTP has no time servers";
  const auto by_hand = by_hand_.find(kNtpService);
  if (by_hand != by_hand_.end() && by_hand->second == store::ByHand::kStopped) {
    return "the service chronyd was stopped by hand";
  }
  const auto status = parts_.services.State(kNtpService);
  if (!status.ok()) return std::string(status.status().message());
  return status->installed ? "" : status->why_not_installed;
}

void Reconciler::Observe(const std::optional<v1::PtpStats>& stats, absl::Time at) {
  const Work work(*this);
  const FallbackSettings settings = FallbackSettingsOf({desired_, by_hand_});
  if (!settings.armed) return;  // SettleFallback() has seen to it
  const bool was = fallback_.in_fallback;
  FallbackInputs inputs{parts_.now(), at, JudgePtp(stats), ""};
  // Nobody needs to ask while PTP does its work.
  if (was || !inputs.ptp.synchronized) inputs.ntp_trouble = NtpTrouble();
  fallback_ = NextFallback(std::move(fallback_), settings, inputs);
  if (fallback_.in_fallback == was) return;
  Log(was ? absl::StrCat("PTP takes the clock back from NTP",
                         fallback_.ntp_failure.empty() ? "" : ": " + fallback_.ntp_failure)
          : absl::StrCat("NTP takes the clock over: ", fallback_.why));
  RememberFallback();
  fallback_pending_ = true;
  if (on_set_ != nullptr) on_set_();
}

void Reconciler::SettleFallback() {
  const Wanted all{desired_, by_hand_};
  const FallbackSettings settings = FallbackSettingsOf(all);
  const bool was = fallback_.in_fallback;
  if (!settings.armed) {
    fallback_ = NextFallback(std::move(fallback_), settings, {parts_.now(), {}, {}, ""});
    if (was) RememberFallback();
    return;  // Match() knew that it is not armed
  }
  if (!was) return;
  const auto status = parts_.services.State(kNtpService);
  if (status.ok() && status->state != RunState::kStopped) {
    fallback_ = AfterNtpStart(std::move(fallback_));
    return;
  }
  std::string failure = NtpTrouble();
  const auto trouble = troubles_.find(kNtpService);
  if (failure.empty() && trouble != troubles_.end()) failure = trouble->second.what;
  if (failure.empty()) failure = "the service chronyd does not run";
  Log(absl::StrCat("NTP cannot keep the clock, which is PTP's again: ", failure));
  fallback_ = AfterNtpFailure(std::move(fallback_), failure, parts_.now());
  RememberFallback();
  absl::Status matched = Match(all, Cause::kRepair);
  if (!matched.ok()) Log(std::string(matched.message()));
}

void Reconciler::RememberFallback() {
  std::optional<store::RememberedFallback> remembered;
  if (fallback_.in_fallback) {
    remembered = store::RememberedFallback{absl::ToUnixMillis(fallback_.since), fallback_.why};
  }
  // The next hostd would think otherwise, and find out by itself after the policy's time.
  absl::Status saved = parts_.runtime.SaveFallback(remembered);
  if (!saved.ok()) Log(absl::StrCat("who has the clock was not stored: ", saved.message()));
}

bool Reconciler::EngineSteers() const {
  const auto config = parts_.engine.config();
  return parts_.engine.pid() != 0 && config.has_value() && MaySteer(*config);
}

absl::Status Reconciler::LendWaiting(const EngineConfig& planned) {
  auto config = parts_.engine.config();
  if (parts_.engine.pid() == 0 || !config.has_value()) return absl::OkStatus();
  if (config->clock_lent() == planned.clock_lent()) return absl::OkStatus();
  config->set_clock_lent(planned.clock_lent());
  return parts_.engine.Configure(*config);
}

}  // namespace hostctl::reconcile
