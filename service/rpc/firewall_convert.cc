#include "service/rpc/firewall_convert.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"
#include "service/rpc/convert.h"

namespace hostctl::rpc {
namespace {

using firewall::DefaultAction;
using std::chrono::milliseconds;

// Longer than any time that is accepted, and far from overflow.
constexpr int64_t kLongestSeconds = 1'000'000'000;

template <typename Request>
reconcile::AllowedIpsChange ChangeOf(reconcile::AllowedIpsChange::Kind kind,
                                     const Request& request) {
  return {
      kind, request.ruleset_id(), {request.ip_addresses().begin(), request.ip_addresses().end()}};
}

v1::Direction ToProto(firewall::Direction direction) {
  return direction == firewall::Direction::kInbound ? v1::DIRECTION_INBOUND
                                                    : v1::DIRECTION_OUTBOUND;
}

google::protobuf::Duration ToProto(milliseconds time) {
  google::protobuf::Duration duration;
  duration.set_seconds(time.count() / 1000);
  duration.set_nanos(static_cast<int32_t>(time.count() % 1000) * 1'000'000);
  return duration;
}

}  // namespace

absl::StatusOr<reconcile::FirewallUpdate> FromProto(const v1::UpdateFirewallRequest& request) {
  const auto fields =
      FieldsOf(request.update_mask(), {"enabled", "default_action"}, /*empty_means_all=*/true);
  if (!fields.ok()) return fields.status();
  reconcile::FirewallUpdate update;
  if (fields->count("enabled") > 0) update.enabled = request.firewall().enabled();
  if (fields->count("default_action") == 0) return update;
  switch (request.firewall().default_action()) {
    case v1::DEFAULT_ACTION_PASS:
      update.default_action = DefaultAction::kPass;
      return update;
    case v1::DEFAULT_ACTION_DROP:
      update.default_action = DefaultAction::kDrop;
      return update;
    default:
      return reconcile::Failure(
          absl::StatusCode::kInvalidArgument,
          absl::StrCat("default_action ", static_cast<int>(request.firewall().default_action()),
                       " is neither PASS nor DROP"),
          {"DEFAULT_ACTION_INVALID", "firewall.default_action", ""});
  }
}

absl::StatusOr<reconcile::RulesetUpdate> FromProto(const v1::UpdateRulesetRequest& request) {
  const auto fields = FieldsOf(request.update_mask(), {"enabled", "allow_all", "allowed_ips"},
                               /*empty_means_all=*/true);
  if (!fields.ok()) return fields.status();
  const v1::Ruleset& ruleset = request.ruleset();
  reconcile::RulesetUpdate update;
  update.ruleset_id = ruleset.ruleset_id();
  if (fields->count("enabled") > 0) update.enabled = ruleset.enabled();
  if (fields->count("allow_all") > 0) update.allow_all = ruleset.allow_all();
  if (fields->count("allowed_ips") > 0) {
    update.allowed_ips.emplace(ruleset.allowed_ips().begin(), ruleset.allowed_ips().end());
  }
  return update;
}

reconcile::AllowedIpsChange FromProto(const v1::AddAllowedIpsRequest& request) {
  return ChangeOf(reconcile::AllowedIpsChange::Kind::kAdd, request);
}

reconcile::AllowedIpsChange FromProto(const v1::RemoveAllowedIpsRequest& request) {
  return ChangeOf(reconcile::AllowedIpsChange::Kind::kRemove, request);
}

milliseconds FromProto(const google::protobuf::Duration& duration) {
  const int64_t seconds = std::clamp(duration.seconds(), -kLongestSeconds, kLongestSeconds);
  return milliseconds(seconds * 1000 + duration.nanos() / 1'000'000);
}

v1::Firewall ToProto(const reconcile::FirewallView& view) {
  v1::Firewall out;
  out.set_default_action(view.policy.default_action == DefaultAction::kPass
                             ? v1::DEFAULT_ACTION_PASS
                             : v1::DEFAULT_ACTION_DROP);
  out.set_enabled(view.policy.enabled);
  out.set_loaded(view.loaded);
  out.set_repairs(view.repairs);
  out.set_backend(view.backend);
  if (view.pending.has_value()) {
    v1::PendingConfirmation& pending = *out.mutable_pending_confirmation();
    *pending.mutable_time_left() = ToProto(view.pending->time_left);
    for (const reconcile::Change& change : view.pending->changes) {
      *pending.add_changes() = ToProto(change);
    }
  }
  for (const reconcile::Condition& condition : view.conditions) {
    *out.add_conditions() = ToProto(condition);
  }
  return out;
}

v1::Ruleset ToProto(const reconcile::RulesetView& view) {
  v1::Ruleset out;
  out.set_ruleset_id(view.definition.id);
  out.set_enabled(view.policy.enabled);
  out.set_allow_all(view.policy.allow_all);
  for (const std::string& address : view.policy.allowed_ips) out.add_allowed_ips(address);
  out.set_enable_disable_configurable(view.definition.enable_disable_configurable);
  out.set_allowed_ip_configurable(view.definition.allowed_ip_configurable);
  out.set_description(view.definition.description);
  out.set_managed(view.managed);
  out.set_owner_service(view.definition.owner_service);
  out.set_source(view.definition.source);
  out.set_passes(view.passes);
  return out;
}

v1::Rule ToProto(const std::string& ruleset_id, const firewall::Rule& rule) {
  v1::Rule out;
  out.set_ruleset_id(ruleset_id);
  out.set_direction(ToProto(rule.direction));
  out.set_protocol(rule.protocol == firewall::Protocol::kTcp ? v1::PROTOCOL_TCP : v1::PROTOCOL_UDP);
  out.set_port_type(rule.port_type == firewall::PortType::kSrc ? v1::PORT_TYPE_SRC
                                                               : v1::PORT_TYPE_DST);
  out.set_port_begin(rule.port_begin);
  out.set_port_end(rule.port_end);
  return out;
}

v1::Rule DefaultActionRule(firewall::Direction direction) {
  v1::Rule out;
  out.set_direction(ToProto(direction));
  return out;
}

void AddCount(const firewall::RuleCount& count, v1::Rule& rule) {
  rule.set_packets_passed(count.passed.packets);
  rule.set_bytes_passed(count.passed.bytes);
  rule.set_packets_dropped(count.dropped.packets);
  rule.set_bytes_dropped(count.dropped.bytes);
}

v1::SiteFileProblem ToProto(const firewall::SiteProblem& problem) {
  v1::SiteFileProblem out;
  out.set_file(problem.file);
  out.set_line(static_cast<uint32_t>(problem.line));
  out.set_reason(problem.reason);
  return out;
}

}  // namespace hostctl::rpc
