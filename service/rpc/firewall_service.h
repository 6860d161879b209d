// hostctl.v1.FirewallService over the reconciler.
#pragma once

#include <utility>

#include "hostctl/v1/firewall.grpc.pb.h"
#include "service/event/event_sink.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class FirewallService final : public v1::FirewallService::CallbackService {
 public:
  // `reconciler` must outlive the service; who changed what is left in `events`.
  FirewallService(reconcile::Reconciler& reconciler, event::Sink events)
      : reconciler_(reconciler), events_(std::move(events)) {}

  grpc::ServerUnaryReactor* GetFirewall(grpc::CallbackServerContext* context,
                                        const v1::GetFirewallRequest* request,
                                        v1::Firewall* response) override;
  grpc::ServerUnaryReactor* UpdateFirewall(grpc::CallbackServerContext* context,
                                           const v1::UpdateFirewallRequest* request,
                                           v1::UpdateFirewallResponse* response) override;
  grpc::ServerUnaryReactor* ConfirmFirewall(grpc::CallbackServerContext* context,
                                            const v1::ConfirmFirewallRequest* request,
                                            v1::ConfirmFirewallResponse* response) override;
  grpc::ServerUnaryReactor* LoadFirewall(grpc::CallbackServerContext* context,
                                         const v1::LoadFirewallRequest* request,
                                         v1::LoadFirewallResponse* response) override;
  grpc::ServerUnaryReactor* UnloadFirewall(grpc::CallbackServerContext* context,
                                           const v1::UnloadFirewallRequest* request,
                                           v1::UnloadFirewallResponse* response) override;
  grpc::ServerUnaryReactor* RefreshFirewall(grpc::CallbackServerContext* context,
                                            const v1::RefreshFirewallRequest* request,
                                            v1::RefreshFirewallResponse* response) override;
  grpc::ServerUnaryReactor* ListRulesets(grpc::CallbackServerContext* context,
                                         const v1::ListRulesetsRequest* request,
                                         v1::ListRulesetsResponse* response) override;
  grpc::ServerUnaryReactor* ListRules(grpc::CallbackServerContext* context,
                                      const v1::ListRulesRequest* request,
                                      v1::ListRulesResponse* response) override;
  grpc::ServerUnaryReactor* GetRulesetClients(grpc::CallbackServerContext* context,
                                              const v1::GetRulesetClientsRequest* request,
                                              v1::GetRulesetClientsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateRuleset(grpc::CallbackServerContext* context,
                                          const v1::UpdateRulesetRequest* request,
                                          v1::UpdateRulesetResponse* response) override;
  grpc::ServerUnaryReactor* AddAllowedIps(grpc::CallbackServerContext* context,
                                          const v1::AddAllowedIpsRequest* request,
                                          v1::AddAllowedIpsResponse* response) override;
  grpc::ServerUnaryReactor* RemoveAllowedIps(grpc::CallbackServerContext* context,
                                             const v1::RemoveAllowedIpsRequest* request,
                                             v1::RemoveAllowedIpsResponse* response) override;

 private:
  reconcile::Reconciler& reconciler_;
  const event::Sink events_;
};

}  // namespace hostctl::rpc
