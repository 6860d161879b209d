#include "service/reconcile/update.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/host/resolve.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/fingerprint.h"
#include "service/reconcile/interface_update.h"
#include "service/reconcile/ntp_update.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;

// That the interface is one to run PTP on; `field` of the request named it.
absl::Status CheckUsable(const std::string& name, const std::string& field,
                         const store::DesiredState& wanted, const host::Snapshot& snapshot) {
  const auto found = host::ResolveInterface(snapshot, name);
  if (found.ok()) return absl::OkStatus();
  const std::string message(found.status().message());
  if (absl::IsInvalidArgument(found.status())) {
    return Failure(StatusCode::kInvalidArgument, message,
                   {"INTERFACE_IS_LOOPBACK", field, "hostctl network ip interface list"});
  }
  const bool remembered =
      std::any_of(wanted.bindings.begin(), wanted.bindings.end(),
                  [&](const host::Binding& binding) { return binding.name == name; });
  if (remembered) return absl::OkStatus();  // its device is away; the conditions say so
  return Failure(StatusCode::kNotFound, message,
                 {"INTERFACE_NOT_FOUND", field, "hostctl network ip interface list"});
}

absl::Status CheckInterface(const store::DesiredState& wanted, const host::Snapshot& snapshot) {
  const std::string& name = wanted.ptp.interface;
  constexpr char kField[] = "config.interface";
  if (!name.empty()) return CheckUsable(name, kField, wanted, snapshot);
  if (!wanted.ptp.enabled) return absl::OkStatus();
  return Failure(
      StatusCode::kInvalidArgument, "PTP cannot be enabled without an interface",
      {"INTERFACE_REQUIRED", kField, "hostctl system ptp set --enable --interface vmk0"});
}

absl::Status WatchInterfacesInvalid(const std::string& message) {
  return Failure(StatusCode::kInvalidArgument, message,
                 {"WATCH_INTERFACES_INVALID", "config.watch_interfaces",
                  "hostctl system ptp set --watch-interface vmk1 --watch-interface vmk2"});
}

// The watched interfaces of `wanted`: each one like `interface`, and all of them
// different devices. Those of `current` were accepted before and may be away.
absl::Status CheckWatchInterfaces(const store::DesiredState& current,
                                  const store::DesiredState& wanted,
                                  const host::Snapshot& snapshot) {
  const std::vector<std::string>& names = wanted.ptp.watch_interfaces;
  const std::vector<std::string>& before = current.ptp.watch_interfaces;
  if (names.size() > store::kMaxWatchInterfaces) {
    return WatchInterfacesInvalid(absl::StrCat(names.size(), " interfaces to watch are more than ",
                                               store::kMaxWatchInterfaces));
  }
  // Device (or, while it is away, name) -> the name it was given by.
  std::map<std::string, std::string> taken;
  const auto device_of = [&snapshot](const std::string& name) {
    const host::Device* device = snapshot.Find(name);
    return device == nullptr ? name : device->name;
  };
  if (!wanted.ptp.interface.empty()) {
    taken[device_of(wanted.ptp.interface)] =
        absl::StrCat("the interface PTP runs on, ", wanted.ptp.interface);
  }
  for (const std::string& name : names) {
    if (name.empty()) return WatchInterfacesInvalid("an interface to watch has an empty name");
    if (std::find(before.begin(), before.end(), name) == before.end()) {
      absl::Status usable = CheckUsable(name, "config.watch_interfaces", wanted, snapshot);
      if (!usable.ok()) return usable;
    }
    const auto [other, is_new] = taken.emplace(device_of(name), name);
    if (!is_new) {
      return WatchInterfacesInvalid(
          absl::StrCat("the interface to watch ", name, " is the same device as ", other->second));
    }
  }
  return absl::OkStatus();
}

// Takes over what says how the clock is estimated, each value within its range.
absl::Status TakeServoSettings(const PtpUpdate& update, store::PtpSettings& ptp) {
  if (update.servo.has_value()) {
    if (!store::IsServo(*update.servo)) {
      return Failure(StatusCode::kInvalidArgument,
                     absl::StrCat("there is no servo '", *update.servo,
                                  "'; known are: ", absl::StrJoin(store::kServos, ", ")),
                     {"SERVO_UNKNOWN", "config.servo", "hostctl system ptp set --servo adaptive"});
    }
    ptp.servo = *update.servo;
  }
  struct Latency {
    const char* field;
    const char* option;
    const std::optional<int64_t>& wanted;
    int64_t& setting;
  };
  for (const Latency& latency : {Latency{"delay_asymmetry_ns", "--delay-asymmetry",
                                         update.delay_asymmetry_ns, ptp.delay_asymmetry_ns},
                                 Latency{"ingress_latency_ns", "--ingress-latency",
                                         update.ingress_latency_ns, ptp.ingress_latency_ns},
                                 Latency{"egress_latency_ns", "--egress-latency",
                                         update.egress_latency_ns, ptp.egress_latency_ns}}) {
    if (!latency.wanted.has_value()) continue;
    if (!store::IsLatency(*latency.wanted)) {
      return Failure(StatusCode::kInvalidArgument,
                     absl::StrCat(latency.field, " ", *latency.wanted, " is not within ",
                                  -store::kMaxLatencyNs, " to ", store::kMaxLatencyNs),
                     {"LATENCY_OUT_OF_RANGE", absl::StrCat("config.", latency.field),
                      absl::StrCat("hostctl system ptp set ", latency.option, " 0")});
    }
    latency.setting = *latency.wanted;
  }
  if (update.holdover_limit_s.has_value()) {
    if (*update.holdover_limit_s < 0 || *update.holdover_limit_s > store::kMaxHoldoverLimitS) {
      return HoldoverLimitOutOfRange(absl::StrCat(*update.holdover_limit_s, " s"));
    }
    ptp.holdover_limit_s = static_cast<uint32_t>(*update.holdover_limit_s);
  }
  return absl::OkStatus();
}

// Takes over what is to be when PTP fails.
absl::Status TakeFallback(const PtpUpdate& update, store::PtpSettings& ptp) {
  if (update.fallback.has_value()) ptp.fallback = *update.fallback;
  struct Time {
    const char* field;
    const std::optional<int64_t>& wanted;
    uint32_t& setting;
  };
  for (const Time& time : {Time{"fallback_after", update.fallback_after_s, ptp.fallback_after_s},
                           Time{"fallback_return_after", update.fallback_return_after_s,
                                ptp.fallback_return_after_s}}) {
    if (!time.wanted.has_value()) continue;
    if (*time.wanted < store::kMinFallbackTimeS || *time.wanted > store::kMaxFallbackTimeS) {
      return FallbackTimeOutOfRange(time.field, absl::StrCat(*time.wanted, " s"));
    }
    time.setting = static_cast<uint32_t>(*time.wanted);
  }
  if (update.disable_events.has_value()) ptp.disable_events = *update.disable_events;
  return absl::OkStatus();
}

bool FallsBack(const store::PtpSettings& ptp) {
  return ptp.enabled && ptp.fallback == store::Fallback::kNtp;
}

}  // namespace

std::string EtagOf(const store::PtpSettings& settings) {
  std::vector<std::string> texts = {
      settings.interface,
      absl::StrCat(settings.enabled ? 1 : 0, " ", static_cast<int>(settings.domain_number), " ",
                   settings.read_only ? 1 : 0, " ", static_cast<int>(settings.step_policy)),
      settings.servo,
      absl::StrCat(settings.delay_asymmetry_ns, " ", settings.ingress_latency_ns, " ",
                   settings.egress_latency_ns, " ", settings.holdover_limit_s)};
  texts.insert(texts.end(), settings.watch_interfaces.begin(), settings.watch_interfaces.end());
  texts.push_back(absl::StrCat(settings.fallback == store::Fallback::kNtp ? 1 : 0, " ",
                               settings.fallback_after_s, " ", settings.fallback_return_after_s,
                               " ", settings.disable_events ? 1 : 0));
  texts.push_back(FingerprintText(settings.protocol));
  return Fingerprint(texts);
}

bool NeedsRuleset(const store::PtpSettings& settings) {
  const auto in_force =
      ptpcore::profile::Effective(settings.protocol.profile, settings.protocol.values);
  return in_force.network_protocol() != v1::NETWORK_PROTOCOL_ETHERNET;
}

bool FollowsMasters(const store::PtpSettings& settings) {
  const auto in_force =
      ptpcore::profile::Effective(settings.protocol.profile, settings.protocol.values);
  return in_force.role() != v1::CLOCK_ROLE_SERVER;
}

bool RulesetPasses(const firewall::Policy& policy, const std::string& id) {
  if (!policy.enabled) return true;
  const auto found = policy.rulesets.find(id);
  if (found == policy.rulesets.end() || !found->second.enabled) return false;
  return found->second.allow_all || !found->second.allowed_ips.empty();
}

absl::Status HoldoverLimitOutOfRange(const std::string& got) {
  return Failure(
      StatusCode::kInvalidArgument,
      absl::StrCat("the holdover limit of ", got, " is not a whole number of seconds ",
                   "within 0 to ", store::kMaxHoldoverLimitS, " (30 days)"),
      {"HOLDOVER_LIMIT_OUT_OF_RANGE", "config.holdover_limit",
       absl::StrCat("hostctl system ptp set --holdover-limit ", store::kDefaultHoldoverLimitS)});
}

absl::Status FallbackTimeOutOfRange(const std::string& field, const std::string& got) {
  const bool after = field == "fallback_after";
  return Failure(
      StatusCode::kInvalidArgument,
      absl::StrCat(field, " of ", got, " is not a whole number of seconds within ",
                   store::kMinFallbackTimeS, " to ", store::kMaxFallbackTimeS, " (1 day)"),
      {"FALLBACK_TIME_OUT_OF_RANGE", absl::StrCat("config.", field),
       after
           ? absl::StrCat("hostctl system ptp set --fallback-after ", store::kDefaultFallbackAfterS)
           : absl::StrCat("hostctl system ptp set --fallback-return-after ",
                          store::kDefaultFallbackReturnAfterS)});
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
  absl::Status taken = TakeServoSettings(update, ptp);
  if (taken.ok()) taken = TakeFallback(update, ptp);
  if (taken.ok()) taken = TakeProtocol(update.protocol, update.domain_number.has_value(), ptp);
  if (!taken.ok()) return taken;
  if (update.enabled.has_value()) ptp.enabled = *update.enabled;
  if (update.interface.has_value()) ptp.interface = *update.interface;
  if (update.read_only.has_value()) ptp.read_only = *update.read_only;
  if (update.step_policy.has_value()) ptp.step_policy = *update.step_policy;
  if (update.watch_interfaces.has_value()) ptp.watch_interfaces = *update.watch_interfaces;

  if (ptp.enabled && ptp.interface.empty()) {
    auto tagged = InterfaceTaggedFor(current, store::kPtpService);
    if (!tagged.ok()) return tagged.status();
    ptp.interface = *std::move(tagged);
  }

  // An interface that was accepted before may be away for a while: that must not
  // stand in the way of changing something else.
  if (ptp.interface != current.ptp.interface || (ptp.enabled && !current.ptp.enabled)) {
    absl::Status checked = CheckInterface(wanted, snapshot);
    if (!checked.ok()) return checked;
  }
  if (ptp.interface != current.ptp.interface ||
      ptp.watch_interfaces != current.ptp.watch_interfaces) {
    absl::Status checked = CheckWatchInterfaces(current, wanted, snapshot);
    if (!checked.ok()) return checked;
  }
  if (ptp.enabled && !ptp.read_only && !clock_adjustable) {
    return Failure(StatusCode::kFailedPrecondition,
                   "hostd may not adjust the system clock (it lacks CAP_SYS_TIME)",
                   {"CLOCK_NOT_ADJUSTABLE", "config.read_only",
                    "run hostd as root, or `hostctl system ptp set --read-only=true`"});
  }
  // As when NTP itself is switched on and off.
  if (FallsBack(ptp) != FallsBack(current.ptp) && !wanted.ntp.enabled) {
    wanted.firewall.rulesets[kNtpRuleset].enabled = FallsBack(ptp);
  }
  return wanted;
}

}  // namespace hostctl::reconcile
