// What is known of the host's time at one moment: the input of StatusOf() (time_status.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "hostctl/v1/fallback.pb.h"
#include "hostctl/v1/ntp.pb.h"
#include "hostctl/v1/ptp_stats.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::host_time {

// NTP as hostd runs it.
struct NtpView {
  bool wanted = false;  // as the source of time, or started by hand
  bool steers = true;   // it was not told to leave the clock alone
  size_t servers = 0;   // configured
  std::vector<reconcile::Condition> conditions;
  // What chronyd measures; an error says in words why there is nothing.
  absl::StatusOr<v1::NtpStats> stats = absl::UnavailableError("chronyd does not run");
};

// What takes over from PTP, and where that stands.
struct FallbackView {
  v1::Fallback wanted = v1::FALLBACK_NONE;
  absl::Duration after = absl::Seconds(60);
  v1::FallbackStatus status;
};

// How often something happened of late, see recent.h.
struct Lately {
  uint64_t engine_restarts = 0;      // in the last ten minutes
  uint64_t firewall_repairs = 0;     // in the last ten minutes
  uint64_t syncs = 0;                // of the last minute, as all that follows
  uint64_t lost_timestamps = 0;      // of received and of sent messages
  uint64_t delay_requests = 0;       // sent
  uint64_t unanswered_requests = 0;  // of them
};

struct Known {
  absl::Time at;
  bool virtual_clock = false;  // the clock that PTP disciplines is not the system's
  reconcile::PtpView ptp;
  absl::StatusOr<v1::PtpStats> stats = absl::UnavailableError("the service ptpd does not run");
  NtpView ntp;
  FallbackView fallback;
  Lately lately;
  std::string time_zone;
  std::string host_name;
};

}  // namespace hostctl::host_time
