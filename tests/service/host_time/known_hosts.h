// Hosts whose time is as the name says, for tests of what follows.
#pragma once

#include "service/host_time/known.h"

namespace hostctl::host_time {

inline constexpr char kGrandmaster[] = "00005efffe005301";
inline constexpr char kOtherMaster[] = "00005efffe005302";
inline constexpr int64_t kNow = 1'795'381'200;  // 2026-11-22T21:00:00Z

// Neither PTP nor NTP is wanted.
inline Known Idle() {
  Known known;
  known.at = absl::FromUnixSeconds(kNow);
  known.time_zone = "Europe/Berlin";
  known.host_name = "host1";
  known.ntp.stats = absl::UnavailableError("the service chronyd does not run");
  return known;
}

// PTP is enabled and its engine answers: it has just begun.
inline Known Listening() {
  Known known = Idle();
  known.ptp.settings.enabled = true;
  known.ptp.settings.interface = "vmk0";
  known.ptp.settings.holdover_limit_s = 3600;
  known.ptp.service_state = reconcile::ServiceState::kRunning;
  v1::PtpStats stats;
  stats.set_interface("vmk0");
  stats.set_clock("system");
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.set_reason(v1::PORT_REASON_NO_ANNOUNCE);
  stats.set_state_reason("no Announce message came");
  stats.set_clock_state(v1::CLOCK_STATE_FREE_RUNNING);
  stats.mutable_local_time()->set_seconds(kNow + 5);
  known.stats = stats;
  return known;
}

// PTP follows a grandmaster within 2 us, 40 us on any path.
inline Known PtpLocked() {
  Known known = Listening();
  v1::PtpStats& stats = *known.stats;
  stats.set_port_state(v1::PORT_STATE_SLAVE);
  stats.set_reason(v1::PORT_REASON_NONE);
  stats.clear_state_reason();
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.set_clock_synchronized(true);
  stats.set_clock_in_control(true);
  stats.mutable_parent()->set_grandmaster_identity(kGrandmaster);
  stats.mutable_parent()->set_grandmaster_clock_class(6);
  stats.mutable_uncertainty()->set_bound_95_ns(2000);
  stats.mutable_uncertainty()->set_maximum_error_ns(40000);
  stats.mutable_offset_from_master_ns()->set_last(-23.5);
  return known;
}

// It did, until 12 s ago.
inline Known PtpHoldover() {
  Known known = PtpLocked();
  v1::PtpStats& stats = *known.stats;
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.set_reason(v1::PORT_REASON_MASTER_LOST);
  stats.set_state_reason("the Announce messages of the master ended");
  stats.set_clock_state(v1::CLOCK_STATE_HOLDOVER);
  stats.set_holdover_s(12);
  stats.clear_parent();
  stats.mutable_uncertainty()->set_bound_95_ns(5000);
  stats.mutable_uncertainty()->set_maximum_error_ns(43000);
  return known;
}

inline void AddServer(v1::NtpStats& ntp, const std::string& address, v1::NtpSourceState state,
                      uint32_t reach) {
  v1::NtpSource& source = *ntp.add_sources();
  source.set_address(address);
  source.set_state(state);
  source.set_reach(reach);
}

// chronyd follows one of three servers within 8 ms.
inline NtpView NtpGood() {
  NtpView view;
  view.wanted = true;
  view.servers = 3;
  v1::NtpStats ntp;
  ntp.set_synchronized(true);
  ntp.set_reference("192.0.2.10");
  ntp.set_stratum(2);
  ntp.set_offset_ns(150000);
  ntp.set_maximum_error_ns(8e6);
  AddServer(ntp, "192.0.2.10", v1::NTP_SOURCE_STATE_SELECTED, 255);
  AddServer(ntp, "192.0.2.11", v1::NTP_SOURCE_STATE_COMBINED, 255);
  AddServer(ntp, "192.0.2.12", v1::NTP_SOURCE_STATE_UNSELECTED, 255);
  view.stats = ntp;
  return view;
}

inline Known NtpLocked() {
  Known known = Idle();
  known.ntp = NtpGood();
  return known;
}

// NTP keeps time in PTP's place.
inline Known InFallback() {
  Known known = PtpHoldover();
  known.stats->set_clock_state(v1::CLOCK_STATE_HOLDOVER_EXPIRED);
  known.stats->set_clock_synchronized(false);
  known.ntp = NtpGood();
  known.fallback.wanted = v1::FALLBACK_NTP;
  known.fallback.status.set_in_fallback(true);
  known.fallback.status.set_reason("PTP is not synchronized for 60 s");
  return known;
}

}  // namespace hostctl::host_time
