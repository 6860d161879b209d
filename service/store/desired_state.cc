// The stored document: writing it, and reading it with nothing taken on trust.
#include "service/store/desired_state.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "firewall/allowed_ip.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

// The kernel's longest alternative name (ALTIFNAMSIZ less its NUL).
constexpr size_t kLongestName = 127;

struct StepPolicyWord {
  StepPolicy policy;
  const char* word;
};
constexpr std::array<StepPolicyWord, 3> kStepPolicyWords = {{
    {StepPolicy::kFirstLock, "first_lock"},
    {StepPolicy::kNever, "never"},
    {StepPolicy::kAlways, "always"},
}};

const char* WordOf(StepPolicy policy) {
  for (const StepPolicyWord& entry : kStepPolicyWords) {
    if (entry.policy == policy) return entry.word;
  }
  return "";
}

// What can be the name of an interface, ruleset or kind of device.
bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= kLongestName &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) {
           return c == '/' || std::iscntrl(c) != 0 || std::isspace(c) != 0;
         });
}

// Empty, or `02:00:00:00:00:01` (6, 8 or 20 bytes).
bool IsMac(const std::string& text) {
  if (text.empty()) return true;
  const size_t bytes = (text.size() + 1) / 3;
  if (text.size() % 3 != 2 || (bytes != 6 && bytes != 8 && bytes != 20)) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (i % 3 == 2 ? text[i] != ':' : !digit) return false;
  }
  return true;
}

// A value as it may stand in a message: short, and always valid UTF-8.
std::string Shown(const json& value) {
  std::string text = value.is_primitive() ? value.dump(-1, ' ', /*ensure_ascii=*/true,
                                                       json::error_handler_t::replace)
                                          : std::string(value.type_name());
  if (text.size() > 60) text = absl::StrCat(text.substr(0, 60), "...");
  return text;
}

// An integer that is not negative. A parsed one is of an unsigned type in this
// library, one that a program put into the document may be of a signed one.
std::optional<uint64_t> ReadUnsigned(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (!value.is_number_unsigned() && value.get<int64_t>() < 0) return std::nullopt;
  return value.get<uint64_t>();
}

// Reads the members of one object. The first error of all readers that share
// `status` stays; after it, reading does nothing.
class Members {
 public:
  Members(const json& object, std::string path, absl::Status& status)
      : object_(object), path_(std::move(path)), status_(status) {
    if (!object_.is_object()) {
      Refuse(path_.empty() ? "the document" : path_, absl::StrCat("is ", Shown(object_)),
             "an object");
    }
  }

  // Whether the object has the member; for those that older documents lack.
  bool Has(const std::string& name) {
    asked_.insert(name);
    return status_.ok() && object_.contains(name);
  }

  // The member; null after an error.
  const json* Get(const std::string& name) {
    asked_.insert(name);
    if (!status_.ok()) return nullptr;
    const auto found = object_.find(name);
    if (found != object_.end()) return &*found;
    status_ = absl::InvalidArgumentError(absl::StrCat("`", PathOf(name), "` is missing"));
    return nullptr;
  }

  void Read(const std::string& name, bool& out) {
    const json* value = Get(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return RefuseMember(name, *value, "true or false");
    out = value->get<bool>();
  }

  void Read(const std::string& name, std::string& out) {
    const json* value = Get(name);
    if (value == nullptr) return;
    if (!value->is_string()) return RefuseMember(name, *value, "a string");
    out = value->get<std::string>();
  }

  void Read(const std::string& name, uint8_t& out) {
    const json* value = Get(name);
    if (value == nullptr) return;
    const std::optional<uint64_t> number = ReadUnsigned(*value);
    if (!number.has_value() || *number > 255) {
      return RefuseMember(name, *value, "an integer from 0 to 255");
    }
    out = static_cast<uint8_t>(*number);
  }

  // An integer from `low` to `high`, which is at most 2^63-1.
  void Read(const std::string& name, int64_t low, int64_t high, int64_t& out) {
    const json* value = Get(name);
    if (value == nullptr) return;
    // What is unsigned may be too large for the signed type.
    const bool fits = value->is_number_unsigned()
                          ? value->get<uint64_t>() <= static_cast<uint64_t>(high)
                          : value->is_number_integer() && value->get<int64_t>() <= high;
    if (!fits || value->get<int64_t>() < low) {
      return RefuseMember(name, *value, absl::StrCat("an integer from ", low, " to ", high));
    }
    out = value->get<int64_t>();
  }

  // A string that `valid` accepts.
  template <typename Valid>
  void Read(const std::string& name, std::string& out, Valid valid, const char* expected) {
    std::string text;
    Read(name, text);
    if (!status_.ok()) return;
    if (!valid(text)) return RefuseMember(name, text, expected);
    out = std::move(text);
  }

  void RefuseMember(const std::string& name, const json& value, const std::string& expected) {
    Refuse(absl::StrCat("`", PathOf(name), "`"), absl::StrCat("is ", Shown(value)), expected);
  }

  // To be called last: members that nobody asked for are an error.
  void RefuseOthers() {
    if (!status_.ok()) return;
    for (const auto& item : object_.items()) {
      if (asked_.count(item.key()) != 0) continue;
      status_ = absl::InvalidArgumentError(absl::StrCat(
          "the member ", Shown(item.key()), path_.empty() ? "" : absl::StrCat(" of `", path_, "`"),
          " is not known to this release"));
      return;
    }
  }

  std::string PathOf(const std::string& name) const {
    return path_.empty() ? name : absl::StrCat(path_, ".", name);
  }

 private:
  void Refuse(const std::string& what, const std::string& is, const std::string& expected) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(absl::StrCat(what, " ", is, ", must be ", expected));
  }

  const json& object_;
  const std::string path_;
  absl::Status& status_;
  std::set<std::string> asked_;
};

std::vector<std::string> ReadWatchInterfaces(const std::string& interface, Members& members) {
  std::vector<std::string> names;
  const json* list = members.Get("watch_interfaces");
  if (list == nullptr) return names;
  if (!list->is_array() || list->size() > kMaxWatchInterfaces) {
    members.RefuseMember("watch_interfaces", *list,
                         absl::StrCat("an array of at most ", kMaxWatchInterfaces));
    return names;
  }
  for (const json& entry : *list) {
    const std::string name = entry.is_string() ? entry.get<std::string>() : "";
    if (!IsName(name)) {
      members.RefuseMember("watch_interfaces[]", entry, "the name of an interface");
    } else if (name == interface || std::count(names.begin(), names.end(), name) > 0) {
      members.RefuseMember("watch_interfaces[]", entry, "named only once, and not as interface");
    }
    names.push_back(name);
  }
  return names;
}

// The members of `ptp` that version 1 did not have at first.
void ReadAddedLater(Members& members, PtpSettings& ptp) {
  if (members.Has("servo")) {
    const std::string expected = absl::StrCat("one of ", absl::StrJoin(kServos, ", "));
    members.Read("servo", ptp.servo, IsServo, expected.c_str());
  }
  for (const auto& [name, out] : {std::pair("delay_asymmetry_ns", &ptp.delay_asymmetry_ns),
                                  std::pair("ingress_latency_ns", &ptp.ingress_latency_ns),
                                  std::pair("egress_latency_ns", &ptp.egress_latency_ns)}) {
    if (members.Has(name)) members.Read(name, -kMaxLatencyNs, kMaxLatencyNs, *out);
  }
  if (members.Has("holdover_limit_s")) {
    int64_t seconds = 0;
    members.Read("holdover_limit_s", 0, kMaxHoldoverLimitS, seconds);
    ptp.holdover_limit_s = static_cast<uint32_t>(seconds);
  }
  if (members.Has("watch_interfaces")) {
    ptp.watch_interfaces = ReadWatchInterfaces(ptp.interface, members);
  }
}

PtpSettings ReadPtp(const json& value, absl::Status& status) {
  PtpSettings ptp;
  Members members(value, "ptp", status);
  members.Read("enabled", ptp.enabled);
  members.Read(
      "interface", ptp.interface, [](const std::string& s) { return s.empty() || IsName(s); },
      "empty or the name of an interface");
  members.Read("domain_number", ptp.domain_number);
  members.Read("read_only", ptp.read_only);
  std::string word;
  members.Read("step_policy", word);
  const auto* found = std::find_if(kStepPolicyWords.begin(), kStepPolicyWords.end(),
                                   [&word](const auto& entry) { return entry.word == word; });
  if (found != kStepPolicyWords.end()) {
    ptp.step_policy = found->policy;
  } else {
    members.RefuseMember("step_policy", word, "first_lock, never or always");
  }
  ReadAddedLater(members, ptp);
  members.RefuseOthers();
  return ptp;
}

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

firewall::Policy ReadFirewall(const json& value, absl::Status& status) {
  firewall::Policy policy;
  Members members(value, "firewall", status);
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
    const std::string path = absl::StrCat("firewall.rulesets.", item.key());
    policy.rulesets[item.key()] = ReadRuleset(item.value(), path, status);
  }
  return policy;
}

std::vector<host::Binding> ReadBindings(const json& value, absl::Status& status) {
  std::vector<host::Binding> bindings;
  if (!status.ok()) return bindings;
  if (!value.is_array()) {
    status = absl::InvalidArgumentError(
        absl::StrCat("`bindings` is ", Shown(value), ", must be an array"));
    return bindings;
  }
  std::set<std::string> names;
  for (const json& entry : value) {
    host::Binding binding;
    Members members(entry, absl::StrCat("bindings[", bindings.size(), "]"), status);
    members.Read("name", binding.name, host::IsVmkernelName, "vmk and a number");
    members.Read("permanent_mac", binding.permanent_mac, IsMac,
                 "empty or a MAC address in lower case");
    members.Read("device", binding.device, IsName, "the name of a network device");
    members.Read(
        "kind", binding.kind, [](const std::string& s) { return s.empty() || IsName(s); },
        "empty or a kind of network device");
    members.RefuseOthers();
    if (!status.ok()) return bindings;
    if (!names.insert(binding.name).second) {
      members.RefuseMember("name", binding.name, "bound only once");
      return bindings;
    }
    bindings.push_back(std::move(binding));
  }
  return bindings;
}

absl::Status CheckVersion(const json& version) {
  const std::optional<uint64_t> number = ReadUnsigned(version);
  if (number.value_or(0) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`schema_version` is ", Shown(version), ", must be a positive integer"));
  }
  if (*number > static_cast<uint64_t>(kSchemaVersion)) {
    return absl::FailedPreconditionError(absl::StrCat("`schema_version` is ", Shown(version),
                                                      ", this release reads up to ", kSchemaVersion,
                                                      "; it was written by a newer release"));
  }
  return absl::OkStatus();
}

}  // namespace

bool PtpSettings::operator==(const PtpSettings& o) const {
  return enabled == o.enabled && interface == o.interface && domain_number == o.domain_number &&
         read_only == o.read_only && step_policy == o.step_policy && servo == o.servo &&
         delay_asymmetry_ns == o.delay_asymmetry_ns && ingress_latency_ns == o.ingress_latency_ns &&
         egress_latency_ns == o.egress_latency_ns && holdover_limit_s == o.holdover_limit_s &&
         watch_interfaces == o.watch_interfaces;
}

bool DesiredState::operator==(const DesiredState& o) const {
  return ptp == o.ptp && firewall == o.firewall && bindings == o.bindings;
}

json ToJson(const DesiredState& state) {
  json rulesets = json::object();
  for (const auto& [id, ruleset] : state.firewall.rulesets) {
    rulesets[id] = {{"enabled", ruleset.enabled},
                    {"allow_all", ruleset.allow_all},
                    {"allowed_ips", ruleset.allowed_ips}};
  }
  json bindings = json::array();
  for (const host::Binding& binding : state.bindings) {
    bindings.push_back({{"name", binding.name},
                        {"permanent_mac", binding.permanent_mac},
                        {"device", binding.device},
                        {"kind", binding.kind}});
  }
  const bool drop = state.firewall.default_action == firewall::DefaultAction::kDrop;
  return {{"schema_version", kSchemaVersion},
          {"ptp",
           {{"enabled", state.ptp.enabled},
            {"interface", state.ptp.interface},
            {"domain_number", state.ptp.domain_number},
            {"read_only", state.ptp.read_only},
            {"step_policy", WordOf(state.ptp.step_policy)},
            {"servo", state.ptp.servo},
            {"delay_asymmetry_ns", state.ptp.delay_asymmetry_ns},
            {"ingress_latency_ns", state.ptp.ingress_latency_ns},
            {"egress_latency_ns", state.ptp.egress_latency_ns},
            {"holdover_limit_s", state.ptp.holdover_limit_s},
            {"watch_interfaces", state.ptp.watch_interfaces}}},
          {"firewall",
           {{"enabled", state.firewall.enabled},
            {"default_action", drop ? "drop" : "pass"},
            {"rulesets", std::move(rulesets)}}},
          {"bindings", std::move(bindings)}};
}

absl::StatusOr<DesiredState> FromJson(const json& document) {
  absl::Status status;
  Members members(document, "", status);
  // First of all: a newer document may differ in everything else.
  if (const json* version = members.Get("schema_version")) status = CheckVersion(*version);
  const json* ptp = members.Get("ptp");
  const json* policy = members.Get("firewall");
  const json* bindings = members.Get("bindings");
  members.RefuseOthers();
  if (!status.ok()) return status;

  DesiredState state;
  state.ptp = ReadPtp(*ptp, status);
  state.firewall = ReadFirewall(*policy, status);
  state.bindings = ReadBindings(*bindings, status);
  if (!status.ok()) return status;
  return state;
}

std::string ToText(const DesiredState& state) {
  // Text that is not UTF-8 must not throw; it reads back different, and Save refuses it.
  return ToJson(state).dump(2, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace) + "\n";
}

absl::StatusOr<DesiredState> FromText(const std::string& text) {
  if (text.empty()) return absl::InvalidArgumentError("the document is empty");
  // The parser would silently take the last of two members of one name.
  std::vector<std::set<std::string>> open_objects;
  std::string repeated;
  const auto watch = [&](int /*depth*/, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open_objects.emplace_back();
    if (event == json::parse_event_t::object_end) open_objects.pop_back();
    if (event == json::parse_event_t::key &&
        !open_objects.back().insert(parsed.get<std::string>()).second && repeated.empty()) {
      repeated = Shown(parsed);
    }
    return true;
  };
  const json document = json::parse(text, watch, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return absl::InvalidArgumentError("the document is cut off or is not JSON");
  }
  if (!repeated.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the document names ", repeated, " twice"));
  }
  return FromJson(document);
}

}  // namespace hostctl::store
