// Between the firewall's messages of hostctl.v1 and the reconciler's own types.
// Pure; no gRPC.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "hostctl/v1/firewall.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

// INVALID_ARGUMENT FIELD_MASK_INVALID, DEFAULT_ACTION_INVALID.
absl::StatusOr<reconcile::FirewallUpdate> FromProto(const v1::UpdateFirewallRequest& request);
// INVALID_ARGUMENT FIELD_MASK_INVALID.
absl::StatusOr<reconcile::RulesetUpdate> FromProto(const v1::UpdateRulesetRequest& request);
reconcile::AllowedIpsChange FromProto(const v1::AddAllowedIpsRequest& request);
reconcile::AllowedIpsChange FromProto(const v1::RemoveAllowedIpsRequest& request);

// Cut to the longest that milliseconds can tell, so that a check of its range sees it.
std::chrono::milliseconds FromProto(const google::protobuf::Duration& duration);

// How the change is to be made.
template <typename Request>
reconcile::ChangeMode ModeOf(const Request& request) {
  reconcile::ChangeMode mode;
  mode.validate_only = request.validate_only();
  mode.force = request.force();
  if (request.has_confirm_within()) mode.confirm_within = FromProto(request.confirm_within());
  return mode;
}

v1::Firewall ToProto(const reconcile::FirewallView& view);
v1::Ruleset ToProto(const reconcile::RulesetView& view);
v1::Rule ToProto(const std::string& ruleset_id, const firewall::Rule& rule);
// The two of the default action: no ruleset decided.
v1::Rule DefaultActionRule(firewall::Direction direction);
void AddCount(const firewall::RuleCount& count, v1::Rule& rule);
v1::SiteFileProblem ToProto(const firewall::SiteProblem& problem);

}  // namespace hostctl::rpc
