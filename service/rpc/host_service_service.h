// hostctl.v1.HostServiceService over the reconciler.
#pragma once

#include <utility>

#include "hostctl/v1/service.grpc.pb.h"
#include "service/event/event_sink.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

class HostServiceService final : public v1::HostServiceService::CallbackService {
 public:
  // `reconciler` must outlive the service; who changed what is left in `events`.
  HostServiceService(reconcile::Reconciler& reconciler, event::Sink events)
      : reconciler_(reconciler), events_(std::move(events)) {}

  grpc::ServerUnaryReactor* ListServices(grpc::CallbackServerContext* context,
                                         const v1::ListServicesRequest* request,
                                         v1::ListServicesResponse* response) override;
  grpc::ServerUnaryReactor* StartService(grpc::CallbackServerContext* context,
                                         const v1::StartServiceRequest* request,
                                         v1::StartServiceResponse* response) override;
  grpc::ServerUnaryReactor* StopService(grpc::CallbackServerContext* context,
                                        const v1::StopServiceRequest* request,
                                        v1::StopServiceResponse* response) override;
  grpc::ServerUnaryReactor* RestartService(grpc::CallbackServerContext* context,
                                           const v1::RestartServiceRequest* request,
                                           v1::RestartServiceResponse* response) override;
  grpc::ServerUnaryReactor* UpdateService(grpc::CallbackServerContext* context,
                                          const v1::UpdateServiceRequest* request,
                                          v1::UpdateServiceResponse* response) override;

 private:
  reconcile::Reconciler& reconciler_;
  const event::Sink events_;
};

}  // namespace hostctl::rpc
