#include "service/store/firewall_document.h"

#include <string>

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

}  // namespace

firewall::Policy ReadPolicy(const json& value, const std::string& path, absl::Status& status) {
  firewall::Policy policy;
  Members members(value, path, status);
  members.Read("enabled", policy.enabled);
  std::string action;
  members.Read(
      "default_action", action, [](const std::string& s) { return s == "pass" || s == "drop"; },
      "pass or drop");
  policy.default_action =
      action == "drop" ? firewall::DefaultAction::kDrop : firewall::DefaultAction::kPass;
  const json* rulesets = members.Get("rulesets");
  members.RefuseOthers();
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
        ReadRuleset(item.value(), absl::StrCat(path, ".rulesets.", item.key()), status);
  }
  return policy;
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

}  // namespace hostctl::store
