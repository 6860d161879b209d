// What the events that follow from observations are about, at one moment: of two such
// states observation_events.h makes the events in between. Pure.
//
// What an observation does not tell (the engine does not answer) stays as it was known.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "hostctl/v1/event.pb.h"
#include "hostctl/v1/time.pb.h"
#include "service/host_time/observation.h"

namespace hostctl::event {

struct HostState {
  std::chrono::steady_clock::time_point steady;
  v1::TimeHealth health = v1::TIME_HEALTH_UNSPECIFIED;  // UNSPECIFIED: not known yet
  std::string reason;                                   // of `health`
  bool in_fallback = false;
  std::string fallback_reason;
  // Whom PTP follows: the port that sends us Sync, and the grandmaster behind it; and
  // whom NTP does. The last one, where there is none; empty: there was none.
  std::string ptp_master;
  std::string grandmaster;
  std::string ntp_server;
  std::optional<uint32_t> clock_class;  // of the grandmaster
  // Interface that PTP uses -> what is wrong with it: `no link`; empty: nothing.
  std::map<std::string, std::string> interfaces;
  // Master that is heard -> whether it contradicts the others.
  std::map<std::string, bool> distrusted;
  uint64_t domain_mismatches = 0;
  std::optional<std::chrono::steady_clock::time_point> mismatch_at;  // when they last grew
  // What precision clocks are served with: `PTP`, `NTP`, `none`; empty: not known.
  std::string served;
  std::string served_reason;
  // The newest of the engine's own events, and which engine it is.
  absl::Time engine_start = absl::InfinitePast();
  uint64_t engine_event = 0;
  std::vector<v1::PtpEvent> engine_events;  // those that came with this observation
  bool system_clock = true;                 // the engine's events are told by the system's clock
  // Whether changes of these protocols are events; and which one `health` is about.
  bool ptp_events = true;
  bool ntp_events = true;
  bool ptp_wanted = false;
};

// What `seen` says, on top of `before`. Events of an engine that started before `born`
// (hostd itself) and is seen for the first time are old.
HostState StateOf(const host_time::Observation& seen, const HostState& before, absl::Time born);

// What the log's events, oldest first, come to: so that a hostd that was restarted tells
// what changed while it was away, and nothing twice.
HostState StateFrom(const std::vector<v1::Event>& events);

}  // namespace hostctl::event
