#include "service/rpc/firewall_service.h"

#include <map>
#include <utility>
#include <vector>

#include "service/rpc/configuration_events.h"
#include "service/rpc/convert.h"
#include "service/rpc/firewall_convert.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// The ruleset `id`, or all for an empty one.
absl::StatusOr<std::vector<reconcile::RulesetView>> Select(const reconcile::FirewallView& view,
                                                           const std::string& id) {
  if (id.empty()) return view.rulesets;
  std::vector<firewall::RulesetDefinition> definitions;
  for (const reconcile::RulesetView& ruleset : view.rulesets) {
    if (ruleset.definition.id == id) return std::vector<reconcile::RulesetView>{ruleset};
    definitions.push_back(ruleset.definition);
  }
  return reconcile::UnknownRuleset(definitions, id, "ruleset_id");
}

template <typename Response>
void AddChanges(const std::vector<reconcile::Change>& changes, Response& response) {
  for (const reconcile::Change& change : changes) *response.add_changes() = ToProto(change);
}

template <typename Response>
void AddChangesAndNotes(const reconcile::FirewallSetResult& done, Response& response) {
  AddChanges(done.changes, response);
  for (const reconcile::Condition& note : done.notes) *response.add_notes() = ToProto(note);
}

// Makes the change and answers with the firewall as a whole.
template <typename Response>
absl::Status ChangeWhole(reconcile::Reconciler& reconciler, const reconcile::FirewallChange& change,
                         const reconcile::ChangeMode& mode, Response& response) {
  const auto done = reconciler.ChangeFirewall(change, mode);
  if (!done.ok()) return done.status();
  *response.mutable_firewall() = ToProto(done->firewall);
  AddChangesAndNotes(*done, response);
  return absl::OkStatus();
}

// Makes the change and answers with the ruleset.
template <typename Change, typename Response>
absl::Status ChangeRuleset(reconcile::Reconciler& reconciler, const Change& change,
                           const reconcile::ChangeMode& mode, Response& response) {
  const auto done = reconciler.ChangeFirewall(change, mode);
  if (!done.ok()) return done.status();
  const auto ruleset = Select(done->firewall, change.ruleset_id);
  if (!ruleset.ok()) return ruleset.status();
  *response.mutable_ruleset() = ToProto(ruleset->front());
  AddChangesAndNotes(*done, response);
  return absl::OkStatus();
}

}  // namespace

ServerUnaryReactor* FirewallService::GetFirewall(CallbackServerContext* context,
                                                 const v1::GetFirewallRequest* /*request*/,
                                                 v1::Firewall* response) {
  *response = ToProto(reconciler_.Firewall());
  return Finish(context, absl::OkStatus());
}

ServerUnaryReactor* FirewallService::UpdateFirewall(CallbackServerContext* context,
                                                    const v1::UpdateFirewallRequest* request,
                                                    v1::UpdateFirewallResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  return FinishSet(context, events_, ChangeWhole(reconciler_, *update, ModeOf(*request), *response),
                   *request, *response);
}

ServerUnaryReactor* FirewallService::ConfirmFirewall(CallbackServerContext* context,
                                                     const v1::ConfirmFirewallRequest* /*request*/,
                                                     v1::ConfirmFirewallResponse* response) {
  const auto done = reconciler_.ConfirmFirewall();
  if (!done.ok()) return Finish(context, done.status());
  *response->mutable_firewall() = ToProto(done->firewall);
  AddChanges(done->changes, *response);
  return Finish(context, absl::OkStatus());
}

ServerUnaryReactor* FirewallService::LoadFirewall(CallbackServerContext* context,
                                                  const v1::LoadFirewallRequest* request,
                                                  v1::LoadFirewallResponse* response) {
  return FinishSet(
      context, events_,
      ChangeWhole(reconciler_, reconcile::LoadChange{true}, ModeOf(*request), *response), *request,
      *response);
}

ServerUnaryReactor* FirewallService::UnloadFirewall(CallbackServerContext* context,
                                                    const v1::UnloadFirewallRequest* request,
                                                    v1::UnloadFirewallResponse* response) {
  reconcile::ChangeMode mode;
  mode.validate_only = request->validate_only();
  return FinishSet(context, events_,
                   ChangeWhole(reconciler_, reconcile::LoadChange{false}, mode, *response),
                   *request, *response);
}

ServerUnaryReactor* FirewallService::RefreshFirewall(CallbackServerContext* context,
                                                     const v1::RefreshFirewallRequest* request,
                                                     v1::RefreshFirewallResponse* response) {
  const auto done = reconciler_.RefreshFirewall(request->validate_only());
  if (!done.ok()) return Finish(context, done.status());
  *response->mutable_firewall() = ToProto(done->firewall);
  AddChanges(done->changes, *response);
  for (const firewall::SiteProblem& problem : done->problems) {
    *response->add_problems() = ToProto(problem);
  }
  return FinishSet(context, events_, absl::OkStatus(), *request, *response);
}

ServerUnaryReactor* FirewallService::ListRulesets(CallbackServerContext* context,
                                                  const v1::ListRulesetsRequest* request,
                                                  v1::ListRulesetsResponse* response) {
  const auto selected = Select(reconciler_.Firewall(), request->ruleset_id());
  if (!selected.ok()) return Finish(context, selected.status());
  for (const reconcile::RulesetView& ruleset : *selected) {
    *response->add_rulesets() = ToProto(ruleset);
  }
  return Finish(context, absl::OkStatus());
}

ServerUnaryReactor* FirewallService::ListRules(CallbackServerContext* context,
                                               const v1::ListRulesRequest* request,
                                               v1::ListRulesResponse* response) {
  const auto selected = Select(reconciler_.Firewall(), request->ruleset_id());
  if (!selected.ok()) return Finish(context, selected.status());
  std::map<std::pair<std::string, size_t>, firewall::RuleCount> counts;
  if (request->counters()) {
    const auto counters = reconciler_.FirewallCounters();
    if (!counters.ok()) return Finish(context, counters.status());
    for (const firewall::RuleCount& count : *counters) {
      counts[{count.ruleset_id, count.rule_index}] = count;
    }
  }
  const auto add = [&](const std::string& id, size_t index, v1::Rule rule) {
    const auto count = counts.find({id, index});
    if (count != counts.end()) AddCount(count->second, rule);
    *response->add_rules() = std::move(rule);
  };
  for (const reconcile::RulesetView& ruleset : *selected) {
    const firewall::RulesetDefinition& definition = ruleset.definition;
    for (size_t i = 0; i < definition.rules.size(); ++i) {
      add(definition.id, i, ToProto(definition.id, definition.rules[i]));
    }
  }
  if (request->counters() && request->ruleset_id().empty()) {
    add("", 0, DefaultActionRule(firewall::Direction::kInbound));
    add("", 1, DefaultActionRule(firewall::Direction::kOutbound));
  }
  return Finish(context, absl::OkStatus());
}

ServerUnaryReactor* FirewallService::GetRulesetClients(CallbackServerContext* context,
                                                       const v1::GetRulesetClientsRequest* request,
                                                       v1::GetRulesetClientsResponse* response) {
  const auto clients = reconciler_.RulesetClients(request->ruleset_id());
  if (!clients.ok()) return Finish(context, clients.status());
  response->set_ruleset_id(request->ruleset_id());
  for (const reconcile::RulesetClient& client : *clients) {
    v1::RulesetClient& out = *response->add_clients();
    out.set_service(client.service);
    out.set_running(client.running);
  }
  return Finish(context, absl::OkStatus());
}

ServerUnaryReactor* FirewallService::UpdateRuleset(CallbackServerContext* context,
                                                   const v1::UpdateRulesetRequest* request,
                                                   v1::UpdateRulesetResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  return FinishSet(context, events_,
                   ChangeRuleset(reconciler_, *update, ModeOf(*request), *response), *request,
                   *response);
}

ServerUnaryReactor* FirewallService::AddAllowedIps(CallbackServerContext* context,
                                                   const v1::AddAllowedIpsRequest* request,
                                                   v1::AddAllowedIpsResponse* response) {
  return FinishSet(context, events_,
                   ChangeRuleset(reconciler_, FromProto(*request), ModeOf(*request), *response),
                   *request, *response);
}

ServerUnaryReactor* FirewallService::RemoveAllowedIps(CallbackServerContext* context,
                                                      const v1::RemoveAllowedIpsRequest* request,
                                                      v1::RemoveAllowedIpsResponse* response) {
  return FinishSet(context, events_,
                   ChangeRuleset(reconciler_, FromProto(*request), ModeOf(*request), *response),
                   *request, *response);
}

}  // namespace hostctl::rpc
