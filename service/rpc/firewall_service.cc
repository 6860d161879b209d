#include "service/rpc/firewall_service.h"

#include <vector>

#include "firewall/catalogue.h"
#include "service/rpc/convert.h"
#include "service/rpc/errors.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

// The ruleset `id`, or all for an empty one.
absl::StatusOr<std::vector<firewall::RulesetDefinition>> Select(const std::string& id) {
  if (id.empty()) return firewall::Catalogue();
  const firewall::RulesetDefinition* found = firewall::FindRuleset(firewall::Catalogue(), id);
  if (found == nullptr) return reconcile::UnknownRuleset(id, "ruleset_id");
  return std::vector<firewall::RulesetDefinition>{*found};
}

}  // namespace

grpc::ServerUnaryReactor* FirewallService::GetFirewall(grpc::CallbackServerContext* context,
                                                       const v1::GetFirewallRequest* /*request*/,
                                                       v1::Firewall* response) {
  *response = ToProto(reconciler_.Firewall());
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FirewallService::ListRulesets(grpc::CallbackServerContext* context,
                                                        const v1::ListRulesetsRequest* request,
                                                        v1::ListRulesetsResponse* response) {
  const auto selected = Select(request->ruleset_id());
  if (!selected.ok()) return Finish(context, selected.status());
  const auto rulesets = reconciler_.Firewall().policy.rulesets;
  for (const firewall::RulesetDefinition& definition : *selected) {
    const auto policy = rulesets.find(definition.id);
    *response->add_rulesets() =
        ToProto(definition, policy == rulesets.end() ? firewall::RulesetPolicy() : policy->second);
  }
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FirewallService::ListRules(grpc::CallbackServerContext* context,
                                                     const v1::ListRulesRequest* request,
                                                     v1::ListRulesResponse* response) {
  const auto selected = Select(request->ruleset_id());
  if (!selected.ok()) return Finish(context, selected.status());
  for (const firewall::RulesetDefinition& definition : *selected) {
    for (const firewall::Rule& rule : definition.rules) {
      *response->add_rules() = ToProto(definition.id, rule);
    }
  }
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* FirewallService::UpdateRuleset(grpc::CallbackServerContext* context,
                                                         const v1::UpdateRulesetRequest* request,
                                                         v1::UpdateRulesetResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  const auto done = reconciler_.UpdateRuleset(*update, request->validate_only());
  if (!done.ok()) return Finish(context, done.status());
  *response->mutable_ruleset() =
      ToProto(*firewall::FindRuleset(firewall::Catalogue(), update->ruleset_id), done->policy);
  for (const reconcile::Change& change : done->changes) *response->add_changes() = ToProto(change);
  return Finish(context, absl::OkStatus());
}

}  // namespace hostctl::rpc
