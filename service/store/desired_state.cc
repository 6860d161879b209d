// The stored document: writing it, and reading it with nothing taken on trust.
#include "service/store/desired_state.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/store/checksum.h"
#include "service/store/firewall_document.h"
#include "service/store/members.h"
#include "service/store/protocol_document.h"
#include "service/store/service_document.h"

namespace hostctl::store {
namespace {

using nlohmann::json;

struct StepPolicyWord {
  StepPolicy policy;
  const char* word;
};
constexpr std::array<StepPolicyWord, 3> kStepPolicyWords = {{
    {StepPolicy::kFirstLock, "first_lock"},
    {StepPolicy::kNever, "never"},
    {StepPolicy::kAlways, "always"},
}};

// Since which version a document carries a checksum.
constexpr uint64_t kChecksumSince = 2;

constexpr char kFallbackNone[] = "none";
constexpr char kFallbackNtp[] = "ntp";

const char* WordOf(StepPolicy policy) {
  for (const StepPolicyWord& entry : kStepPolicyWords) {
    if (entry.policy == policy) return entry.word;
  }
  return "";
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

void ReadFallback(Members& members, PtpSettings& ptp) {
  if (members.Has("fallback")) {
    std::string word;
    members.Read(
        "fallback", word,
        [](const std::string& text) { return text == kFallbackNone || text == kFallbackNtp; },
        "none or ntp");
    ptp.fallback = word == kFallbackNtp ? Fallback::kNtp : Fallback::kNone;
  }
  for (const auto& [name, out] :
       {std::pair("fallback_after_s", &ptp.fallback_after_s),
        std::pair("fallback_return_after_s", &ptp.fallback_return_after_s)}) {
    if (!members.Has(name)) continue;
    int64_t seconds = *out;
    members.Read(name, kMinFallbackTimeS, kMaxFallbackTimeS, seconds);
    *out = static_cast<uint32_t>(seconds);
  }
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
  ReadFallback(members, ptp);
  if (members.Has("disable_events")) members.Read("disable_events", ptp.disable_events);
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
  ptp.protocol = ReadProtocol(members, status);
  members.RefuseOthers();
  const auto problem = Check(ptp.protocol, ptp.domain_number);
  if (status.ok() && problem.has_value()) {
    status =
        absl::InvalidArgumentError(absl::StrCat("`ptp.", problem->field, "`: ", problem->message));
  }
  return ptp;
}

json ToJson(const PtpSettings& ptp) {
  json document = {{"enabled", ptp.enabled},
                   {"interface", ptp.interface},
                   {"domain_number", ptp.domain_number},
                   {"read_only", ptp.read_only},
                   {"step_policy", WordOf(ptp.step_policy)},
                   {"servo", ptp.servo},
                   {"delay_asymmetry_ns", ptp.delay_asymmetry_ns},
                   {"ingress_latency_ns", ptp.ingress_latency_ns},
                   {"egress_latency_ns", ptp.egress_latency_ns},
                   {"holdover_limit_s", ptp.holdover_limit_s},
                   {"watch_interfaces", ptp.watch_interfaces},
                   {"fallback", ptp.fallback == Fallback::kNtp ? kFallbackNtp : kFallbackNone},
                   {"fallback_after_s", ptp.fallback_after_s},
                   {"fallback_return_after_s", ptp.fallback_return_after_s},
                   {"disable_events", ptp.disable_events}};
  AddProtocol(ptp.protocol, document);
  return document;
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

bool HasChecksum(const json& document) {
  if (!document.is_object() || !document.contains("schema_version")) return false;
  const uint64_t version = ReadUnsigned(document["schema_version"]).value_or(0);
  return version >= kChecksumSince && version <= static_cast<uint64_t>(kSchemaVersion);
}

}  // namespace

bool PtpSettings::operator==(const PtpSettings& o) const {
  return enabled == o.enabled && interface == o.interface && domain_number == o.domain_number &&
         read_only == o.read_only && step_policy == o.step_policy && servo == o.servo &&
         delay_asymmetry_ns == o.delay_asymmetry_ns && ingress_latency_ns == o.ingress_latency_ns &&
         egress_latency_ns == o.egress_latency_ns && holdover_limit_s == o.holdover_limit_s &&
         watch_interfaces == o.watch_interfaces && fallback == o.fallback &&
         fallback_after_s == o.fallback_after_s &&
         fallback_return_after_s == o.fallback_return_after_s &&
         disable_events == o.disable_events && protocol == o.protocol;
}

bool DesiredState::operator==(const DesiredState& o) const {
  return ptp == o.ptp && ntp == o.ntp && firewall == o.firewall &&
         firewall_unloaded_boot_id == o.firewall_unloaded_boot_id &&
         unconfirmed_firewall == o.unconfirmed_firewall && services == o.services &&
         bindings == o.bindings && interfaces == o.interfaces &&
         adopt_interfaces == o.adopt_interfaces;
}

json ToJson(const DesiredState& state) {
  json bindings = json::array();
  for (const host::Binding& binding : state.bindings) {
    bindings.push_back({{"name", binding.name},
                        {"permanent_mac", binding.permanent_mac},
                        {"device", binding.device},
                        {"kind", binding.kind}});
  }
  return {{"schema_version", kSchemaVersion},
          {"ptp", ToJson(state.ptp)},
          {"ntp", ToJson(state.ntp)},
          {"firewall", FirewallToJson(state)},
          {"services", ToJson(state.services)},
          {"bindings", std::move(bindings)},
          {"interfaces", ToJson(state.interfaces)},
          {"adopt_interfaces", state.adopt_interfaces}};
}

absl::StatusOr<DesiredState> FromJson(const json& document) {
  absl::Status status;
  Members members(document, "", status);
  // First of all: a newer document may differ in everything else.
  if (const json* version = members.Get("schema_version")) status = CheckVersion(*version);
  const json* ptp = members.Get("ptp");
  const json* firewall = members.Get("firewall");
  const json* bindings = members.Get("bindings");
  DesiredState state;
  // Added later.
  const json* interfaces = members.Has("interfaces") ? members.Get("interfaces") : nullptr;
  if (members.Has("adopt_interfaces")) members.Read("adopt_interfaces", state.adopt_interfaces);
  const json* services = members.Has("services") ? members.Get("services") : nullptr;
  const json* ntp = members.Has("ntp") ? members.Get("ntp") : nullptr;
  members.RefuseOthers();
  if (!status.ok()) return status;

  state.ptp = ReadPtp(*ptp, status);
  if (ntp != nullptr) state.ntp = ReadNtp(*ntp, status);
  ReadFirewall(*firewall, status, state);
  if (services != nullptr) state.services = ReadServices(*services, "services", status);
  state.bindings = ReadBindings(*bindings, status);
  if (interfaces != nullptr) state.interfaces = ReadInterfaces(*interfaces, status);
  if (!status.ok()) return status;
  return state;
}

std::string ToText(const DesiredState& state) {
  json document = ToJson(state);
  AddChecksum(document);
  // Text that is not UTF-8 must not throw; it reads back different, and Save refuses it.
  return document.dump(2, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace) + "\n";
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
  json document = json::parse(text, watch, /*allow_exceptions=*/false);
  if (document.is_discarded()) {
    return absl::InvalidArgumentError("the document is cut off or is not JSON");
  }
  if (!repeated.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("the document names ", repeated, " twice"));
  }
  // That of a version we do not know may be another one: FromJson() names the version.
  if (HasChecksum(document)) {
    absl::Status intact = TakeChecksum(document);
    if (!intact.ok()) return intact;
  }
  return FromJson(document);
}

}  // namespace hostctl::store
