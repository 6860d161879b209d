// What the user has set: the one document that hostd stores. Everything the
// reconciler does follows from this and from what the host looks like.
//
//   {"schema_version": 1,
//    "ptp": {"enabled": true, "interface": "vmk0", "domain_number": 0,
//            "read_only": false, "step_policy": "first_lock"},
//    "firewall": {"enabled": true, "default_action": "pass",
//                 "rulesets": {"ptpd": {"enabled": true, "allow_all": false,
//                                       "allowed_ips": ["192.0.2.0/24"]}}},
//    "bindings": [{"name": "vmk0", "permanent_mac": "02:00:00:00:00:01",
//                  "device": "eth0", "kind": "physical"}]}
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "firewall/ruleset.h"
#include "nlohmann/json.hpp"
#include "service/host/binding.h"

namespace hostctl::store {

enum class StepPolicy { kFirstLock, kNever, kAlways };

struct PtpSettings {
  bool enabled = false;
  std::string interface;  // `vmk0` or a device name; empty: not chosen
  uint8_t domain_number = 0;
  bool read_only = false;
  StepPolicy step_policy = StepPolicy::kFirstLock;

  bool operator==(const PtpSettings& o) const;
};

struct DesiredState {
  PtpSettings ptp;
  firewall::Policy firewall;
  std::vector<host::Binding> bindings;

  bool operator==(const DesiredState& o) const;
};

// Schema version of the stored document; a document with a higher one is not read.
inline constexpr int kSchemaVersion = 1;

nlohmann::json ToJson(const DesiredState& state);

// INVALID_ARGUMENT names the member that is missing, of the wrong type or out of
// range; FAILED_PRECONDITION names a schema version newer than ours. Unknown
// members of the same schema version are refused: they would be lost on the next write.
absl::StatusOr<DesiredState> FromJson(const nlohmann::json& document);

// The document as text, for people to read: indented, ends with a line break.
std::string ToText(const DesiredState& state);

// FromJson of the text; INVALID_ARGUMENT also for text that is empty, no JSON
// or names a member twice.
absl::StatusOr<DesiredState> FromText(const std::string& text);

}  // namespace hostctl::store
