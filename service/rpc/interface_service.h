// hostctl.v1.InterfaceService over the reconciler.
#pragma once

#include "hostctl/v1/interface.grpc.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class InterfaceService final : public v1::InterfaceService::CallbackService {
 public:
  // `reconciler` must outlive the service.
  explicit InterfaceService(reconcile::Reconciler& reconciler) : reconciler_(reconciler) {}

  grpc::ServerUnaryReactor* ListInterfaces(grpc::CallbackServerContext* context,
                                           const v1::ListInterfacesRequest* request,
                                           v1::ListInterfacesResponse* response) override;

 private:
  reconcile::Reconciler& reconciler_;
};

}  // namespace hostctl::rpc
