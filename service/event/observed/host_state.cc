// See host_state.h.
#include "service/event/observed/host_state.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/event/observed/words.h"
#include "service/host_time/timestamp.h"
#include "service/precision_clock/judge.h"

namespace hostctl::event {
namespace {

// `INTERFACE_NO_LINK` -> `no link`; empty: it is not about the state of an interface.
std::string Trouble(const std::string& code) {
  if (code == "INTERFACE_MISSING") return "missing";
  if (code == "INTERFACE_DOWN") return "down";
  if (code == "INTERFACE_NO_LINK") return "no link";
  if (code == "INTERFACE_NO_ADDRESS") return "no address";
  return "";
}

// The conditions of watched interfaces name them in their words.
bool IsAbout(const reconcile::Condition& condition, const std::string& interface) {
  const std::string start = absl::StrCat("the interface to watch ", interface);
  return absl::StartsWith(condition.message, start + ":") ||
         absl::StartsWith(condition.message, start + " ");
}

void TakeInterfaces(const reconcile::PtpView& ptp, HostState& state) {
  state.interfaces.clear();
  if (!ptp.settings.enabled) return;
  constexpr char kWatch[] = "WATCH_";
  state.interfaces[ptp.settings.interface];
  for (const std::string& name : ptp.settings.watch_interfaces) state.interfaces[name];
  for (const reconcile::Condition& condition : ptp.conditions) {
    if (!absl::StartsWith(condition.code, kWatch)) {
      std::string& trouble = state.interfaces[ptp.settings.interface];
      if (trouble.empty()) trouble = Trouble(condition.code);
      continue;
    }
    for (const std::string& name : ptp.settings.watch_interfaces) {
      if (!IsAbout(condition, name)) continue;
      std::string& trouble = state.interfaces[name];
      if (trouble.empty()) trouble = Trouble(condition.code.substr(sizeof(kWatch) - 1));
    }
  }
}

void TakeEngineEvents(const v1::PtpStats& stats, absl::Time born, HostState& state) {
  const absl::Time start = host_time::FromTimestamp(stats.engine_start_time());
  if (start != state.engine_start) {
    const bool seen_first = state.engine_start == absl::InfinitePast();
    state.engine_start = start;
    // Nobody knows which of them an earlier hostd told.
    const bool old = seen_first && start < born && !stats.events().empty();
    state.engine_event = old ? stats.events().rbegin()->sequence() : 0;
  }
  for (const v1::PtpEvent& event : stats.events()) {
    if (event.sequence() <= state.engine_event) continue;
    state.engine_events.push_back(event);
    state.engine_event = event.sequence();
  }
}

void TakePtp(const v1::PtpStats& stats, absl::Time born, HostState& state) {
  state.system_clock = stats.clock() == "system";
  if (stats.has_parent()) {
    const std::string master = PortText(stats.parent().parent_port_identity());
    if (!master.empty()) {
      state.ptp_master = master;
      state.grandmaster = stats.parent().grandmaster_identity();
      state.clock_class = stats.parent().grandmaster_clock_class();
    }
  }
  state.distrusted.clear();
  for (const v1::MasterView& master : stats.masters()) {
    const std::string name = PortText(master.port_identity());
    if (!name.empty()) {
      state.distrusted[name] = master.standing() == v1::MASTER_STANDING_DISTRUSTED;
    }
  }
  const uint64_t mismatches = stats.faults().domain_mismatches();
  if (mismatches > (mismatches < state.domain_mismatches ? 0 : state.domain_mismatches)) {
    state.mismatch_at = state.steady;
  }
  state.domain_mismatches = mismatches;
  TakeEngineEvents(stats, born, state);
}

// What a virtual machine that asks for a protocol would get.
void TakePrecisionClock(const v1::TimeStatus& status, HostState& state) {
  state.served = "none";
  for (const auto& [protocol, name] :
       {std::pair(v1::TIME_PROTOCOL_PTP, "PTP"), std::pair(v1::TIME_PROTOCOL_NTP, "NTP")}) {
    const auto answer = precision_clock::Judge(status, {protocol, {}});
    if (answer.compatible()) state.served = name;
  }
  state.served_reason = precision_clock::Judge(status, {v1::TIME_PROTOCOL_ANY, {}}).message();
}

}  // namespace

HostState StateOf(const host_time::Observation& seen, const HostState& before, absl::Time born) {
  HostState state = before;
  state.engine_events.clear();
  state.steady = seen.steady;
  state.ptp_wanted = seen.ptp.settings.enabled;
  state.ptp_events = !seen.ptp.settings.disable_events;
  if (seen.status.health() != v1::TIME_HEALTH_UNSPECIFIED) {
    state.health = seen.status.health();
    state.reason = seen.status.reason();
    state.in_fallback = seen.status.fallback().in_fallback();
    state.fallback_reason = seen.status.fallback().reason();
    TakePrecisionClock(seen.status, state);
  }
  TakeInterfaces(seen.ptp, state);
  if (seen.stats.has_value()) TakePtp(*seen.stats, born, state);
  if (seen.ntp.has_value() && !seen.ntp->reference().empty()) {
    state.ntp_server = seen.ntp->reference();
  }
  return state;
}

HostState StateFrom(const std::vector<v1::Event>& events) {
  HostState state;
  for (const v1::Event& event : events) {
    const std::string& subject = event.subject();
    const std::string& value = event.new_value();
    switch (event.code()) {
      case v1::EVENT_CODE_SYNC_ESTABLISHED:
      case v1::EVENT_CODE_SYNC_LOST:
      case v1::EVENT_CODE_HOLDOVER_ENTERED:
      case v1::EVENT_CODE_HOLDOVER_LEFT:
        state.health = HealthFrom(value);
        break;
      case v1::EVENT_CODE_FALLBACK_ENTERED:
      case v1::EVENT_CODE_FALLBACK_LEFT:
        state.in_fallback = event.code() == v1::EVENT_CODE_FALLBACK_ENTERED;
        break;
      case v1::EVENT_CODE_MASTER_CHANGED:
        (subject == kNtpSubject ? state.ntp_server : state.ptp_master) = value;
        break;
      case v1::EVENT_CODE_CLOCK_CLASS_CHANGED: {
        uint32_t number = 0;
        if (absl::SimpleAtoi(value, &number)) state.clock_class = number;
        break;
      }
      case v1::EVENT_CODE_INTERFACE_LOST:
        state.interfaces[subject.substr(sizeof(kInterfaceSubject) - 1)] = value;
        break;
      case v1::EVENT_CODE_INTERFACE_BACK:
        state.interfaces[subject.substr(sizeof(kInterfaceSubject) - 1)].clear();
        break;
      case v1::EVENT_CODE_MASTER_DISTRUSTED:
      case v1::EVENT_CODE_MASTER_TRUSTED:
        state.distrusted[subject.substr(sizeof(kMasterSubject) - 1)] =
            event.code() == v1::EVENT_CODE_MASTER_DISTRUSTED;
        break;
      case v1::EVENT_CODE_PRECISION_CLOCK_CHANGED:
        state.served = value;
        break;
      default:
        break;
    }
  }
  return state;
}

}  // namespace hostctl::event
