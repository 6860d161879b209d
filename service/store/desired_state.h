// What the user has set: the one document that hostd stores. Everything the
// reconciler does follows from this and from what the host looks like.
//
//   {"schema_version": 2, "checksum": "crc32 0f3a91c2",
//    "ptp": {"enabled": true, "interface": "vmk0", "domain_number": 0,
//            "read_only": false, "step_policy": "first_lock",
//            "servo": "adaptive", "delay_asymmetry_ns": 0,
//            "ingress_latency_ns": 0, "egress_latency_ns": 0,
//            "holdover_limit_s": 3600, "watch_interfaces": ["vmk1"],
//            "fallback": "ntp", "fallback_after_s": 60,
//            "fallback_return_after_s": 30, "disable_events": false,
//            "profile": "slaveonly", ...},        see protocol_document.h
//    "firewall": {"enabled": true, "default_action": "pass",
//                 "rulesets": {"ptpd": {"enabled": true, "allow_all": false,
//                                       "allowed_ips": ["192.0.2.0/24"]}}},
//    "ntp": {"enabled": false, "servers": [], ...},       see ntp_settings.h
//    "services": {"chronyd": {"policy": "off"}, "ptpd": {"policy": "on"}},
//    "bindings": [{"name": "vmk0", "permanent_mac": "02:00:00:00:00:01",
//                  "device": "eth0", "kind": "physical"}],
//    "interfaces": {"vmk0": {"mtu": 9000}},      see interface_settings.h
//    "adopt_interfaces": true}
//
// The rule by which a schema version grows: a release may add members, each with
// a default that means "as before". A document without them is read with the
// defaults; one with members that this release does not know is refused. Version 1
// grew by the members of `ptp` from `servo` on, `services`, `interfaces`,
// `adopt_interfaces` and `ntp`; and of `firewall`, while they mean something:
//
//   "unloaded_boot_id": "4bb2...",
//   "unconfirmed": {"former": {"enabled": true, ...}, "former_unloaded_boot_id": "",
//                   "boot_id": "4bb2...", "deadline_ms": 86400000}
//
// Version 2 is version 1 with a checksum (checksum.h), without which it is refused. A
// document of every earlier shape is read; what is written is of the newest.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"
#include "ptpcore/profile/settings.h"
#include "service/host/binding.h"
#include "service/store/interface_settings.h"
#include "service/store/ntp_settings.h"
#include "service/store/ptp_limits.h"
#include "service/store/service_policy.h"
#include "service/store/unconfirmed_firewall.h"

namespace hostctl::store {

enum class StepPolicy { kFirstLock, kNever, kAlways };
// What takes over when PTP is not synchronized.
enum class Fallback { kNone, kNtp };

struct PtpSettings {
  bool enabled = false;
  std::string interface;  // `vmk0` or a device name; empty: not chosen
  uint8_t domain_number = 0;
  bool read_only = false;
  StepPolicy step_policy = StepPolicy::kFirstLock;
  std::string servo = kServos.front();  // one of kServos
  // IEEE 1588-2019 7.4.2 and 7.3.4.2, each within +-kMaxLatencyNs.
  int64_t delay_asymmetry_ns = 0;
  int64_t ingress_latency_ns = 0;
  int64_t egress_latency_ns = 0;
  uint32_t holdover_limit_s = kDefaultHoldoverLimitS;  // 0..kMaxHoldoverLimitS
  // Names as in `interface`; at most kMaxWatchInterfaces, none twice, none of them `interface`.
  std::vector<std::string> watch_interfaces;
  Fallback fallback = Fallback::kNone;
  // kMinFallbackTimeS..kMaxFallbackTimeS: how long PTP is not synchronized before it takes
  // over, and good again before it gives back.
  uint32_t fallback_after_s = kDefaultFallbackAfterS;
  uint32_t fallback_return_after_s = kDefaultFallbackReturnAfterS;
  bool disable_events = false;  // changes of PTP are no events
  // How PTP speaks: canonical, and right by ptpcore::profile::Check() with domain_number.
  ptpcore::profile::Settings protocol;

  bool operator==(const PtpSettings& o) const;
};

struct DesiredState {
  PtpSettings ptp;
  NtpSettings ntp;
  firewall::Policy firewall;
  // The start of the host (boot id) in which our rules were taken out of the kernel;
  // empty: they are to be there. Means nothing after another start.
  std::string firewall_unloaded_boot_id;
  std::optional<UnconfirmedFirewall> unconfirmed_firewall;  // changes to be confirmed
  ServicePolicies services = DefaultServicePolicies();
  std::vector<host::Binding> bindings;
  Interfaces interfaces;
  // Whether a host without VMkernel interfaces is given its first ones; ends with the
  // first one that the user removes.
  bool adopt_interfaces = true;

  bool operator==(const DesiredState& o) const;
};

// Schema version of the stored document; a document with a higher one is not read.
inline constexpr int kSchemaVersion = 2;

// Without its checksum.
nlohmann::json ToJson(const DesiredState& state);

// INVALID_ARGUMENT names the member that is missing (but for those added later,
// see above), of the wrong type or out of range; FAILED_PRECONDITION names a schema version newer
// than ours. Unknown members of the same schema version are refused: they would be lost on the next
// write.
absl::StatusOr<DesiredState> FromJson(const nlohmann::json& document);

// The document as text, with its checksum, for people to read: indented, ends with a
// line break.
std::string ToText(const DesiredState& state);

// FromJson of the text; INVALID_ARGUMENT also for text that is empty, no JSON, names a
// member twice or is not what its checksum says.
absl::StatusOr<DesiredState> FromText(const std::string& text);

}  // namespace hostctl::store
