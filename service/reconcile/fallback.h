// Who owns the system clock: PTP, or NTP in its place while PTP fails. Pure.
//
//            not synchronized for `after`, and NTP can
//      PTP ────────────────────────────────────────────▶ NTP
//       ▲                                                 │
//       └──── good for `return_after`, or NTP fails ──────┘
//
// Synchronized means LOCKED: `after` counts from the moment at which the engine is not
// (master lost, never found, faulty, measurements unsettled, engine dead), and until it has
// passed a lost master is held over. Good means that the engine, which goes on measuring
// the clock that NTP steers, is LOCKED, that its port is SLAVE, that it knows how sure it
// is, and that it does not contradict NTP grossly. Each of the two must hold without a
// break, so that whatever flaps keeps its owner.
//
//   FallbackState state;
//   state = NextFallback(state, settings, {now, wall_time, JudgePtp(stats), ""});
//   if (state.in_fallback) ...
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "hostctl/v1/fallback.pb.h"
#include "hostctl/v1/ptp_stats.pb.h"
#include "service/daemon/backoff.h"

namespace hostctl::reconcile {

using FallbackTime = std::chrono::steady_clock::time_point;

struct FallbackSettings {
  bool armed = false;  // NTP is to take over, and PTP is to steer the system clock
  std::chrono::seconds after{60};
  std::chrono::seconds return_after{30};
};

// What PTP is worth now.
struct PtpJudgement {
  bool synchronized = false;
  bool good = false;    // to take the clock back
  std::string trouble;  // why not; empty when it is
};
// `stats`: nothing when the engine does not answer, or does not run.
PtpJudgement JudgePtp(const std::optional<v1::PtpStats>& stats);

// PTP that contradicts NTP by more is not good: whole seconds (a wrong offset of UTC, a
// wrong day) and faulty masters, not what NTP is usually off by.
inline constexpr double kGrossNs = 500e6;

struct FallbackInputs {
  FallbackTime now;
  absl::Time at;  // now, for people
  PtpJudgement ptp;
  std::string ntp_trouble;  // why NTP cannot take over; empty when it can
};

struct FallbackState {
  bool in_fallback = false;
  absl::Time since;        // of being in fallback
  std::string why;         // PTP's trouble when it was entered
  bool took_over = false;  // NTP runs in PTP's place
  uint32_t times = 0;      // that it did
  // Since when PTP is not synchronized (owner PTP) or good (owner NTP), without a break.
  std::optional<FallbackTime> changing_since;
  std::string trouble;  // PTP's, as last judged
  // NTP was to take over and could not; it is tried again then.
  std::string ntp_failure;
  std::optional<FallbackTime> ntp_retry_at;
  std::chrono::milliseconds ntp_pause{0};
};

FallbackState NextFallback(FallbackState state, const FallbackSettings& settings,
                           const FallbackInputs& inputs);
// chronyd runs in PTP's place.
FallbackState AfterNtpStart(FallbackState state);
// chronyd could not be started, or has ended and does not come back: PTP owns the clock
// again, and NTP is tried again after 10 s, doubling to 5 min.
FallbackState AfterNtpFailure(FallbackState state, const std::string& failure, FallbackTime now);
// hostd starts in a host in which an earlier one was in fallback.
FallbackState ResumedFallback(absl::Time since, const std::string& why);

// When NextFallback() may change the owner though nothing else happens; nothing: never.
std::optional<FallbackTime> FallbackDeadline(const FallbackState& state,
                                             const FallbackSettings& settings);
v1::FallbackStatus StatusOf(const FallbackState& state, const FallbackSettings& settings,
                            FallbackTime now);

}  // namespace hostctl::reconcile
