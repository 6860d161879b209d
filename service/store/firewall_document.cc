#include "service/store/firewall_document.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "firewall/allowed_ip.h"
#include "service/store/members.h"

namespace hostctl::store {

using nlohmann::json;

namespace {

firewall::RulesetPolicy ReadRuleset(const json& value, const std::string& path,
                                    absl::Status& status) {
  firewall::RulesetPolicy ruleset;
  Members members(value, path, status);
  members.Read("enabled", ruleset.enabled);
  members.Read("allow_all", ruleset.allow_all);
  const json* addresses = members.Get("allowed_ips");
  if (addresses != nullptr && !addresses->is_array()) {
    members.RefuseMember("allowed_ips", *addresses, "an array");
  }
  members.RefuseOthers();
  if (!status.ok()) return ruleset;
  for (const json& address : *addresses) {
    const std::string text = address.is_string() ? address.get<std::string>() : "";
    const absl::StatusOr<std::string> canonical = firewall::ParseAllowedIp(text);
    if (!canonical.ok() || *canonical != text) {
      members.RefuseMember("allowed_ips[]", address, "an address or network in canonical form");
      return ruleset;
    }
    ruleset.allowed_ips.push_back(text);
  }
  return ruleset;
}

// The members of a policy among others of the same object.
firewall::Policy ReadPolicy(Members& members, absl::Status& status) {
  firewall::Policy policy;
  members.Read("enabled", policy.enabled);
  std::string action;
  members.Read(
      "default_action", action, [](const std::string& s) { return s == "pass" || s == "drop"; },
      "pass or drop");
  policy.default_action =
      action == "drop" ? firewall::DefaultAction::kDrop : firewall::DefaultAction::kPass;
  const json* rulesets = members.Get("rulesets");
  if (!status.ok()) return policy;
  if (!rulesets->is_object()) {
    members.RefuseMember("rulesets", *rulesets, "an object");
    return policy;
  }
  for (const auto& item : rulesets->items()) {
    if (!IsName(item.key())) {
      members.RefuseMember("rulesets", item.key(), "an object whose members are ruleset names");
      return policy;
    }
    policy.rulesets[item.key()] =
        ReadRuleset(item.value(), members.PathOf(absl::StrCat("rulesets.", item.key())), status);
  }
  return policy;
}

UnconfirmedFirewall ReadUnconfirmed(const json& value, absl::Status& status) {
  UnconfirmedFirewall unconfirmed;
  Members members(value, "firewall.unconfirmed", status);
  if (const json* former = members.Get("former")) {
    Members policy(*former, "firewall.unconfirmed.former", status);
    unconfirmed.former = ReadPolicy(policy, status);
    policy.RefuseOthers();
  }
  members.Read("former_unloaded_boot_id", unconfirmed.former_unloaded_boot_id);
  members.Read("boot_id", unconfirmed.boot_id);
  members.Read("deadline_ms", 0, std::numeric_limits<int64_t>::max(), unconfirmed.deadline_ms);
  members.RefuseOthers();
  return unconfirmed;
}

json ToJson(const firewall::Policy& policy) {
  json rulesets = json::object();
  for (const auto& [id, ruleset] : policy.rulesets) {
    rulesets[id] = {{"enabled", ruleset.enabled},
                    {"allow_all", ruleset.allow_all},
                    {"allowed_ips", ruleset.allowed_ips}};
  }
  const bool drop = policy.default_action == firewall::DefaultAction::kDrop;
  return {{"enabled", policy.enabled},
          {"default_action", drop ? "drop" : "pass"},
          {"rulesets", std::move(rulesets)}};
}

}  // namespace

json FirewallToJson(const DesiredState& state) {
  json firewall = ToJson(state.firewall);
  if (!state.firewall_unloaded_boot_id.empty()) {
    firewall["unloaded_boot_id"] = state.firewall_unloaded_boot_id;
  }
  if (const auto& unconfirmed = state.unconfirmed_firewall; unconfirmed.has_value()) {
    firewall["unconfirmed"] = {{"former", ToJson(unconfirmed->former)},
                               {"former_unloaded_boot_id", unconfirmed->former_unloaded_boot_id},
                               {"boot_id", unconfirmed->boot_id},
                               {"deadline_ms", unconfirmed->deadline_ms}};
  }
  return firewall;
}

void ReadFirewall(const json& value, absl::Status& status, DesiredState& state) {
  Members members(value, "firewall", status);
  state.firewall = ReadPolicy(members, status);
  if (members.Has("unloaded_boot_id")) {
    members.Read("unloaded_boot_id", state.firewall_unloaded_boot_id);
  }
  if (members.Has("unconfirmed")) {
    if (const json* unconfirmed = members.Get("unconfirmed")) {
      state.unconfirmed_firewall = ReadUnconfirmed(*unconfirmed, status);
    }
  }
  members.RefuseOthers();
}

}  // namespace hostctl::store
