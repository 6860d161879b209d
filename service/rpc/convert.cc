#include "service/rpc/convert.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/reconcile/failure.h"
#include "service/rpc/convert_service.h"
#include "service/rpc/protocol_convert.h"

namespace hostctl::rpc {
namespace {

using absl::StatusCode;
using reconcile::Failure;

absl::StatusOr<store::StepPolicy> StepPolicyOf(v1::StepPolicy policy) {
  switch (policy) {
    case v1::STEP_POLICY_UNSPECIFIED:
    case v1::STEP_POLICY_FIRST_LOCK:
      return store::StepPolicy::kFirstLock;
    case v1::STEP_POLICY_NEVER:
      return store::StepPolicy::kNever;
    case v1::STEP_POLICY_ALWAYS:
      return store::StepPolicy::kAlways;
    default:
      return Failure(StatusCode::kInvalidArgument,
                     absl::StrCat("step_policy ", static_cast<int>(policy), " is not known"),
                     {"STEP_POLICY_INVALID", "config.step_policy", ""});
  }
}

// Seconds, not yet checked against their range.
absl::StatusOr<int64_t> HoldoverLimitOf(const v1::PtpConfig& config) {
  if (!config.has_holdover_limit()) return store::kDefaultHoldoverLimitS;
  const google::protobuf::Duration& limit = config.holdover_limit();
  if (limit.nanos() == 0) return limit.seconds();
  return reconcile::HoldoverLimitOutOfRange(
      absl::StrCat(limit.seconds(), " s and ", limit.nanos(), " ns"));
}

absl::StatusOr<int64_t> FallbackTimeOf(const std::string& field, bool given,
                                       const google::protobuf::Duration& time, int64_t usual_s) {
  if (!given) return usual_s;
  if (time.nanos() == 0) return time.seconds();
  return reconcile::FallbackTimeOutOfRange(
      field, absl::StrCat(time.seconds(), " s and ", time.nanos(), " ns"));
}

v1::StepPolicy ToProto(store::StepPolicy policy) {
  switch (policy) {
    case store::StepPolicy::kNever:
      return v1::STEP_POLICY_NEVER;
    case store::StepPolicy::kAlways:
      return v1::STEP_POLICY_ALWAYS;
    case store::StepPolicy::kFirstLock:
      break;
  }
  return v1::STEP_POLICY_FIRST_LOCK;
}

}  // namespace

absl::StatusOr<std::set<std::string>> FieldsOf(const google::protobuf::FieldMask& mask,
                                               const std::set<std::string>& known,
                                               bool empty_means_all) {
  if (mask.paths().empty()) return empty_means_all ? known : std::set<std::string>();
  std::set<std::string> fields;
  for (const std::string& path : mask.paths()) {
    if (known.count(path) == 0) {
      return Failure(StatusCode::kInvalidArgument,
                     absl::StrCat("update_mask names '", path, "', which is not one of ",
                                  absl::StrJoin(known, ", ")),
                     {"FIELD_MASK_INVALID", "update_mask", ""});
    }
    fields.insert(path);
  }
  return fields;
}

absl::StatusOr<reconcile::PtpUpdate> FromProto(const v1::UpdatePtpRequest& request) {
  std::set<std::string> known = {
      "enabled",           "interface",      "domain_number",        "read_only",
      "step_policy",       "servo",          "delay_asymmetry_ns",   "ingress_latency_ns",
      "egress_latency_ns", "holdover_limit", "watch_interfaces",     "fallback",
      "fallback_after",    "disable_events", "fallback_return_after"};
  known.merge(ProtocolPaths());
  const auto fields = FieldsOf(request.update_mask(), known,
                               /*empty_means_all=*/!request.reset_to_defaults());
  if (!fields.ok()) return fields.status();
  const v1::PtpConfig& config = request.config();
  reconcile::PtpUpdate update;
  update.reset_to_defaults = request.reset_to_defaults();
  if (fields->count("enabled") > 0) update.enabled = config.enabled();
  if (fields->count("interface") > 0) update.interface = config.interface();
  if (fields->count("domain_number") > 0) update.domain_number = config.domain_number();
  if (fields->count("read_only") > 0) update.read_only = config.read_only();
  if (fields->count("step_policy") > 0) {
    auto policy = StepPolicyOf(config.step_policy());
    if (!policy.ok()) return policy.status();
    update.step_policy = *policy;
  }
  if (fields->count("servo") > 0) {
    update.servo = config.servo().empty() ? store::kServos.front() : config.servo();
  }
  if (fields->count("delay_asymmetry_ns") > 0) {
    update.delay_asymmetry_ns = config.delay_asymmetry_ns();
  }
  if (fields->count("ingress_latency_ns") > 0) {
    update.ingress_latency_ns = config.ingress_latency_ns();
  }
  if (fields->count("egress_latency_ns") > 0) {
    update.egress_latency_ns = config.egress_latency_ns();
  }
  if (fields->count("holdover_limit") > 0) {
    auto seconds = HoldoverLimitOf(config);
    if (!seconds.ok()) return seconds.status();
    update.holdover_limit_s = *seconds;
  }
  if (fields->count("watch_interfaces") > 0) {
    update.watch_interfaces.emplace(config.watch_interfaces().begin(),
                                    config.watch_interfaces().end());
  }
  if (fields->count("fallback") > 0) {
    update.fallback =
        config.fallback() == v1::FALLBACK_NTP ? store::Fallback::kNtp : store::Fallback::kNone;
  }
  if (fields->count("fallback_after") > 0) {
    auto seconds = FallbackTimeOf("fallback_after", config.has_fallback_after(),
                                  config.fallback_after(), store::kDefaultFallbackAfterS);
    if (!seconds.ok()) return seconds.status();
    update.fallback_after_s = *seconds;
  }
  if (fields->count("fallback_return_after") > 0) {
    auto seconds =
        FallbackTimeOf("fallback_return_after", config.has_fallback_return_after(),
                       config.fallback_return_after(), store::kDefaultFallbackReturnAfterS);
    if (!seconds.ok()) return seconds.status();
    update.fallback_return_after_s = *seconds;
  }
  if (fields->count("disable_events") > 0) update.disable_events = config.disable_events();
  update.protocol = ProtocolUpdateOf(config, *fields);
  if (!request.etag().empty()) update.etag = request.etag();
  return update;
}

v1::Condition ToProto(const reconcile::Condition& condition) {
  v1::Condition out;
  out.set_code(condition.code);
  out.set_message(condition.message);
  out.set_remedy(condition.remedy);
  return out;
}

v1::Change ToProto(const reconcile::Change& change) {
  v1::Change out;
  out.set_subject(change.subject);
  out.set_before(change.before);
  out.set_after(change.after);
  return out;
}

v1::Ptp ToProto(const reconcile::PtpView& view) {
  v1::Ptp out;
  v1::PtpConfig& config = *out.mutable_config();
  config.set_enabled(view.settings.enabled);
  config.set_interface(view.settings.interface);
  config.set_domain_number(view.settings.domain_number);
  config.set_read_only(view.settings.read_only);
  config.set_step_policy(ToProto(view.settings.step_policy));
  config.set_servo(view.settings.servo);
  config.set_delay_asymmetry_ns(view.settings.delay_asymmetry_ns);
  config.set_ingress_latency_ns(view.settings.ingress_latency_ns);
  config.set_egress_latency_ns(view.settings.egress_latency_ns);
  config.mutable_holdover_limit()->set_seconds(view.settings.holdover_limit_s);
  for (const std::string& name : view.settings.watch_interfaces) config.add_watch_interfaces(name);
  config.set_fallback(view.settings.fallback == store::Fallback::kNtp ? v1::FALLBACK_NTP
                                                                      : v1::FALLBACK_NONE);
  config.mutable_fallback_after()->set_seconds(view.settings.fallback_after_s);
  config.mutable_fallback_return_after()->set_seconds(view.settings.fallback_return_after_s);
  config.set_disable_events(view.settings.disable_events);
  SetProtocol(view.settings.protocol, out);
  v1::PtpRuntime& runtime = *out.mutable_runtime();
  runtime.set_service_state(ToProto(view.service_state));
  runtime.set_engine_pid(static_cast<uint32_t>(view.engine_pid));
  runtime.set_device(view.device);
  runtime.set_ipv4_address(view.ipv4_address);
  runtime.set_ruleset_enabled(view.ruleset_enabled);
  runtime.set_engine_restarts(view.engine_restarts);
  *runtime.mutable_fallback() = view.fallback;
  for (const reconcile::Condition& condition : view.conditions) {
    *runtime.add_conditions() = ToProto(condition);
  }
  out.set_etag(view.etag);
  return out;
}

}  // namespace hostctl::rpc
