// hostctl.v1.InterfaceService over the reconciler.
#pragma once

#include <utility>

#include "hostctl/v1/interface.grpc.pb.h"
#include "service/event/event_sink.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class InterfaceService final : public v1::InterfaceService::CallbackService {
 public:
  // `reconciler` must outlive the service; who changed what is left in `events`.
  InterfaceService(reconcile::Reconciler& reconciler, event::Sink events)
      : reconciler_(reconciler), events_(std::move(events)) {}

  grpc::ServerUnaryReactor* ListInterfaces(grpc::CallbackServerContext* context,
                                           const v1::ListInterfacesRequest* request,
                                           v1::ListInterfacesResponse* response) override;
  grpc::ServerUnaryReactor* AddInterface(grpc::CallbackServerContext* context,
                                         const v1::AddInterfaceRequest* request,
                                         v1::AddInterfaceResponse* response) override;
  grpc::ServerUnaryReactor* UpdateInterface(grpc::CallbackServerContext* context,
                                            const v1::UpdateInterfaceRequest* request,
                                            v1::UpdateInterfaceResponse* response) override;
  grpc::ServerUnaryReactor* RemoveInterface(grpc::CallbackServerContext* context,
                                            const v1::RemoveInterfaceRequest* request,
                                            v1::RemoveInterfaceResponse* response) override;
  grpc::ServerUnaryReactor* ListMulticastGroups(grpc::CallbackServerContext* context,
                                                const v1::ListMulticastGroupsRequest* request,
                                                v1::ListMulticastGroupsResponse* response) override;

 private:
  reconcile::Reconciler& reconciler_;
  const event::Sink events_;
};

}  // namespace hostctl::rpc
