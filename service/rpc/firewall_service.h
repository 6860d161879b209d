// hostctl.v1.FirewallService over the reconciler.
#pragma once

#include "hostctl/v1/firewall.grpc.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class FirewallService final : public v1::FirewallService::CallbackService {
 public:
  // `reconciler` must outlive the service.
  explicit FirewallService(reconcile::Reconciler& reconciler) : reconciler_(reconciler) {}

  grpc::ServerUnaryReactor* GetFirewall(grpc::CallbackServerContext* context,
                                        const v1::GetFirewallRequest* request,
                                        v1::Firewall* response) override;
  grpc::ServerUnaryReactor* ListRulesets(grpc::CallbackServerContext* context,
                                         const v1::ListRulesetsRequest* request,
                                         v1::ListRulesetsResponse* response) override;
  grpc::ServerUnaryReactor* ListRules(grpc::CallbackServerContext* context,
                                      const v1::ListRulesRequest* request,
                                      v1::ListRulesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateRuleset(grpc::CallbackServerContext* context,
                                          const v1::UpdateRulesetRequest* request,
                                          v1::UpdateRulesetResponse* response) override;

 private:
  reconcile::Reconciler& reconciler_;
};

}  // namespace hostctl::rpc
