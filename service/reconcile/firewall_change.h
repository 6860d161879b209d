// From what a user asks of the firewall to the desired state that results, or to
// the reason why not. Pure: nothing is applied here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "firewall/ruleset.h"
#include "service/reconcile/condition.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

// The firewall as a whole. Members that are absent stay as they are, as everywhere.
struct FirewallUpdate {
  std::optional<bool> enabled;
  std::optional<firewall::DefaultAction> default_action;
};

// One ruleset.
struct RulesetUpdate {
  std::string ruleset_id;
  std::optional<bool> enabled;
  std::optional<bool> allow_all;
  std::optional<std::vector<std::string>> allowed_ips;
};

// Entries of one ruleset's list.
struct AllowedIpsChange {
  enum class Kind { kAdd, kRemove };
  Kind kind = Kind::kAdd;
  std::string ruleset_id;
  std::vector<std::string> addresses;
};

// Whether our rules are in the kernel at all.
struct LoadChange {
  bool load = true;
};

using FirewallChange = std::variant<FirewallUpdate, RulesetUpdate, AllowedIpsChange, LoadChange>;

struct ChangedFirewall {
  store::DesiredState state;
  std::vector<Condition> notes;  // what to know although it can be done
};

// `current` changed as asked. `boot_id` of the running host: an unloaded firewall is
// loaded again after a reboot. Errors and notes as documented in
// proto/hostctl/v1/firewall.proto.
absl::StatusOr<ChangedFirewall> ApplyFirewallChange(
    const store::DesiredState& current, const std::vector<firewall::RulesetDefinition>& definitions,
    const std::string& boot_id, const FirewallChange& change);

// NOT_FOUND RULESET_NOT_FOUND, with the ids there are; `field` of the request named it.
absl::Status UnknownRuleset(const std::vector<firewall::RulesetDefinition>& definitions,
                            const std::string& id, const std::string& field);

// What the kernel is to hold: all passes while the firewall is unloaded.
firewall::Policy PolicyInForce(const store::DesiredState& state);

// How things stand with one ruleset.
struct RulesetView {
  firewall::RulesetDefinition definition;
  bool managed = false;  // somebody, or its service, has set it
  // As set; of an unmanaged one, what the default action makes of it.
  firewall::RulesetPolicy policy;
  bool passes = false;  // packets of at least one address pass now
};
RulesetView ViewOf(const firewall::RulesetDefinition& definition, const store::DesiredState& state);

}  // namespace hostctl::reconcile
