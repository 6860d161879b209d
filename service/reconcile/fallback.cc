#include "service/reconcile/fallback.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::reconcile {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{10'000};
constexpr milliseconds kLongestPause{300'000};

std::string StateInWords(const v1::PtpStats& stats) {
  switch (stats.clock_state()) {
    case v1::CLOCK_STATE_LOCKED:
      return "";
    case v1::CLOCK_STATE_HOLDOVER:
      return "PTP has lost its master and holds the clock over";
    case v1::CLOCK_STATE_HOLDOVER_EXPIRED:
      return "PTP has lost its master, and the limit of holdover has passed";
    case v1::CLOCK_STATE_ACQUIRING:
      return "PTP measures a master and is not settled";
    default:
      return "PTP follows no master";
  }
}

// PTP does what is waited for: it fails (owner PTP), or it is good (owner NTP).
bool Changing(const FallbackState& state, const PtpJudgement& ptp) {
  return state.in_fallback ? ptp.good : !ptp.synchronized;
}

void HandBack(FallbackState& state) {
  state.in_fallback = state.took_over = false;
  state.changing_since.reset();
  state.why.clear();
}

}  // namespace

PtpJudgement JudgePtp(const std::optional<v1::PtpStats>& stats) {
  PtpJudgement ptp;
  if (!stats.has_value()) {
    ptp.trouble = "the service ptpd does not answer";
    return ptp;
  }
  ptp.trouble = StateInWords(*stats);
  ptp.synchronized = ptp.trouble.empty();
  if (!ptp.synchronized) {
    if (!stats->state_reason().empty()) absl::StrAppend(&ptp.trouble, ": ", stats->state_reason());
    return ptp;
  }
  const double offset_ns = stats->offset_from_master_ns().last();
  if (stats->port_state() != v1::PORT_STATE_SLAVE) {
    ptp.trouble = "PTP follows no master";
  } else if (!stats->has_uncertainty() || !stats->has_offset_from_master_ns()) {
    ptp.trouble = "PTP does not know how sure it is";
  } else if (!(std::abs(offset_ns) <= kGrossNs)) {
    ptp.trouble = absl::StrFormat("PTP and NTP contradict each other by %.3f s", offset_ns * 1e-9);
  }
  ptp.good = ptp.trouble.empty();
  return ptp;
}

FallbackState NextFallback(FallbackState state, const FallbackSettings& settings,
                           const FallbackInputs& inputs) {
  if (!settings.armed) {
    HandBack(state);
    state.trouble.clear();
    state.ntp_failure.clear();
    state.ntp_retry_at.reset();
    state.ntp_pause = milliseconds(0);
    return state;
  }
  state.trouble = inputs.ptp.trouble;
  if (state.in_fallback && !inputs.ntp_trouble.empty()) {
    state = AfterNtpFailure(std::move(state), inputs.ntp_trouble, inputs.now);
  }
  if (!Changing(state, inputs.ptp)) {
    state.changing_since.reset();
    // PTP works, or NTP does and PTP is not good: what once failed is over.
    if (!state.in_fallback) {
      state.ntp_failure.clear();
      state.ntp_retry_at.reset();
      state.ntp_pause = milliseconds(0);
    }
    return state;
  }
  if (!state.changing_since) state.changing_since = inputs.now;
  if (!state.in_fallback) {
    if (!inputs.ntp_trouble.empty()) {
      state.ntp_failure = inputs.ntp_trouble;
      return state;
    }
    // It was not even tried: what stood in its way is gone.
    if (!state.ntp_retry_at) state.ntp_failure.clear();
  }
  const auto deadline = FallbackDeadline(state, settings);
  if (!deadline || inputs.now < *deadline) return state;
  if (state.in_fallback) {
    HandBack(state);
    return state;
  }
  state.in_fallback = true;
  state.since = inputs.at;
  state.why = state.trouble;
  state.changing_since.reset();
  state.ntp_failure.clear();
  state.ntp_retry_at.reset();
  return state;
}

FallbackState AfterNtpStart(FallbackState state) {
  if (!state.in_fallback || state.took_over) return state;
  state.took_over = true;
  ++state.times;
  return state;
}

FallbackState AfterNtpFailure(FallbackState state, const std::string& failure, FallbackTime now) {
  if (state.in_fallback) {
    HandBack(state);
    state.changing_since = now;
  }
  state.ntp_pause = std::clamp(state.ntp_pause * 2, kFirstPause, kLongestPause);
  state.ntp_retry_at = now + state.ntp_pause;
  state.ntp_failure = failure;
  return state;
}

FallbackState ResumedFallback(absl::Time since, const std::string& why) {
  FallbackState state;
  state.in_fallback = state.took_over = true;
  state.since = since;
  state.why = why;
  return state;
}

std::optional<FallbackTime> FallbackDeadline(const FallbackState& state,
                                             const FallbackSettings& settings) {
  if (!settings.armed || !state.changing_since) return std::nullopt;
  if (state.in_fallback) return *state.changing_since + settings.return_after;
  FallbackTime deadline = *state.changing_since + settings.after;
  if (state.ntp_retry_at) deadline = std::max(deadline, *state.ntp_retry_at);
  return deadline;
}

v1::FallbackStatus StatusOf(const FallbackState& state, const FallbackSettings& settings,
                            FallbackTime now) {
  v1::FallbackStatus status;
  status.set_times(state.times);
  if (!settings.armed) return status;
  status.set_in_fallback(state.in_fallback);
  if (state.in_fallback) {
    const int64_t since_ns = absl::ToUnixNanos(state.since);
    status.mutable_since()->set_seconds(since_ns / 1'000'000'000);
    status.mutable_since()->set_nanos(static_cast<int32_t>(since_ns % 1'000'000'000));
    status.set_reason(state.changing_since    ? absl::StrCat(state.why, "; PTP is good again")
                      : state.trouble.empty() ? state.why
                                              : state.trouble);
  } else if (state.changing_since) {
    status.set_reason(state.trouble);
    if (!state.ntp_failure.empty()) {
      status.set_reason(absl::StrCat(state.trouble, "; NTP cannot take over: ", state.ntp_failure));
    }
  }
  // While something stands in NTP's way no time tells when it takes over.
  const bool stuck = !state.in_fallback && !state.ntp_failure.empty() &&
                     !(state.ntp_retry_at && *state.ntp_retry_at > now);
  if (const auto deadline = FallbackDeadline(state, settings); deadline && !stuck) {
    const int64_t left_ms =
        std::max<int64_t>(0, std::chrono::ceil<milliseconds>(*deadline - now).count());
    status.mutable_changes_in()->set_seconds(left_ms / 1000);
    status.mutable_changes_in()->set_nanos(static_cast<int32_t>(left_ms % 1000) * 1'000'000);
  }
  return status;
}

}  // namespace hostctl::reconcile
