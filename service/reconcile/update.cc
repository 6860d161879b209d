#include "service/reconcile/update.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "firewall/allowed_ip.h"
#include "firewall/catalogue.h"
#include "service/host/resolve.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;

absl::Status CheckInterface(const store::DesiredState& wanted, const host::Snapshot& snapshot) {
  const std::string& name = wanted.ptp.interface;
  constexpr char kField[] = "config.interface";
  if (name.empty()) {
    if (!wanted.ptp.enabled) return absl::OkStatus();
    return Failure(
        StatusCode::kInvalidArgument, "PTP cannot be enabled without an interface",
        {"INTERFACE_REQUIRED", kField, "hostctl system ptp set --enable --interface vmk0"});
  }
  const auto found = host::ResolveInterface(snapshot, name);
  if (found.ok()) return absl::OkStatus();
  const std::string message(found.status().message());
  if (absl::IsInvalidArgument(found.status())) {
    return Failure(StatusCode::kInvalidArgument, message,
                   {"INTERFACE_IS_LOOPBACK", kField, "hostctl network ip interface list"});
  }
  const bool remembered =
      std::any_of(wanted.bindings.begin(), wanted.bindings.end(),
                  [&](const host::Binding& binding) { return binding.name == name; });
  if (remembered) return absl::OkStatus();  // its device is away; the conditions say so
  return Failure(StatusCode::kNotFound, message,
                 {"INTERFACE_NOT_FOUND", kField, "hostctl network ip interface list"});
}

void HashInto(uint64_t& hash, const std::string& text) {
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  hash *= 0x100000001b3ULL;  // a border, so that "ab","c" is not "a","bc"
}

}  // namespace

std::string EtagOf(const store::PtpSettings& settings) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
  HashInto(hash, settings.interface);
  HashInto(hash, absl::StrCat(
                     settings.enabled ? 1 : 0, " ", static_cast<int>(settings.domain_number), " ",
                     settings.read_only ? 1 : 0, " ", static_cast<int>(settings.step_policy)));
  return absl::StrFormat("%016x", hash);
}

bool RulesetPasses(const firewall::Policy& policy, const std::string& id) {
  if (!policy.enabled) return true;
  const auto found = policy.rulesets.find(id);
  if (found == policy.rulesets.end() || !found->second.enabled) return false;
  return found->second.allow_all || !found->second.allowed_ips.empty();
}

absl::Status UnknownRuleset(const std::string& id, const std::string& field) {
  const auto append_id = [](std::string* out, const firewall::RulesetDefinition& known) {
    out->append(known.id);
  };
  return Failure(StatusCode::kNotFound,
                 absl::StrCat("there is no ruleset '", id, "'; known are: ",
                              absl::StrJoin(firewall::Catalogue(), ", ", append_id)),
                 {"RULESET_NOT_FOUND", field, "hostctl network firewall ruleset list"});
}

absl::StatusOr<store::DesiredState> ApplyPtpUpdate(const store::DesiredState& current,
                                                   const PtpUpdate& update,
                                                   const host::Snapshot& snapshot,
                                                   bool clock_adjustable) {
  if (update.etag.has_value() && *update.etag != EtagOf(current.ptp)) {
    return Failure(StatusCode::kAborted,
                   absl::StrCat("the PTP configuration was changed by somebody else: its etag is ",
                                EtagOf(current.ptp), ", not ", *update.etag),
                   {"ETAG_MISMATCH", "etag", "hostctl system ptp get"});
  }
  store::DesiredState wanted = current;
  store::PtpSettings& ptp = wanted.ptp;
  if (update.reset_to_defaults) ptp = store::PtpSettings();
  if (update.domain_number.has_value()) {
    if (*update.domain_number < 0 || *update.domain_number > 255) {
      return Failure(
          StatusCode::kInvalidArgument,
          absl::StrCat("PTP domain ", *update.domain_number, " is not within 0 to 255"),
          {"DOMAIN_OUT_OF_RANGE", "config.domain_number", "hostctl system ptp set --domain 0"});
    }
    ptp.domain_number = static_cast<uint8_t>(*update.domain_number);
  }
  if (update.enabled.has_value()) ptp.enabled = *update.enabled;
  if (update.interface.has_value()) ptp.interface = *update.interface;
  if (update.read_only.has_value()) ptp.read_only = *update.read_only;
  if (update.step_policy.has_value()) ptp.step_policy = *update.step_policy;

  // An interface that was accepted before may be away for a while: that must not
  // stand in the way of changing something else.
  if (ptp.interface != current.ptp.interface || (ptp.enabled && !current.ptp.enabled)) {
    absl::Status checked = CheckInterface(wanted, snapshot);
    if (!checked.ok()) return checked;
  }
  if (ptp.enabled && !ptp.read_only && !clock_adjustable) {
    return Failure(StatusCode::kFailedPrecondition,
                   "hostd may not adjust the system clock (it lacks CAP_SYS_TIME)",
                   {"CLOCK_NOT_ADJUSTABLE", "config.read_only",
                    "run hostd as root, or `hostctl system ptp set --read-only=true`"});
  }
  if (update.enabled.has_value() || update.reset_to_defaults) {
    // operator[]: a ruleset that is not named yet is a closed one.
    wanted.firewall.rulesets[kPtpRuleset].enabled = ptp.enabled;
  }
  return wanted;
}

absl::StatusOr<store::DesiredState> ApplyRulesetUpdate(const store::DesiredState& current,
                                                       const RulesetUpdate& update) {
  const firewall::RulesetDefinition* definition = firewall::FindRuleset(update.ruleset_id);
  if (definition == nullptr) {
    return UnknownRuleset(update.ruleset_id, "ruleset.ruleset_id");
  }
  store::DesiredState wanted = current;
  firewall::RulesetPolicy& policy = wanted.firewall.rulesets[update.ruleset_id];
  if (update.enabled.has_value()) policy.enabled = *update.enabled;
  if (update.allow_all.has_value()) policy.allow_all = *update.allow_all;
  if (update.allowed_ips.has_value()) {
    std::vector<std::string> canonical;
    for (const std::string& text : *update.allowed_ips) {
      auto address = firewall::ParseAllowedIp(text);
      if (!address.ok()) {
        return Failure(StatusCode::kInvalidArgument, std::string(address.status().message()),
                       {"ALLOWED_IP_INVALID", "ruleset.allowed_ips", ""});
      }
      canonical.push_back(*std::move(address));
    }
    std::sort(canonical.begin(), canonical.end());
    canonical.erase(std::unique(canonical.begin(), canonical.end()), canonical.end());
    policy.allowed_ips = std::move(canonical);
  }
  return wanted;
}

}  // namespace hostctl::reconcile
