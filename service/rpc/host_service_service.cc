#include "service/rpc/host_service_service.h"

#include "service/rpc/configuration_events.h"
#include "service/rpc/convert.h"
#include "service/rpc/convert_service.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

using Action = reconcile::ServiceUpdate::Action;

// Does what `update` asks, and fills `response`, which is one of those of the updates.
template <typename Response>
absl::Status Update(reconcile::Reconciler& reconciler,
                    const absl::StatusOr<reconcile::ServiceUpdate>& update, bool validate_only,
                    Response* response) {
  if (!update.ok()) return update.status();
  const auto done = reconciler.UpdateService(*update, validate_only);
  if (!done.ok()) return done.status();
  *response->mutable_service() = ToProto(done->service);
  for (const reconcile::Change& change : done->changes) *response->add_changes() = ToProto(change);
  return absl::OkStatus();
}

// Does `action` to the service that `request` names.
template <typename Request, typename Response>
absl::Status Act(reconcile::Reconciler& reconciler, Action action, const Request& request,
                 Response* response) {
  reconcile::ServiceUpdate update;
  update.key = request.key();
  update.action = action;
  return Update(reconciler, update, request.validate_only(), response);
}

}  // namespace

grpc::ServerUnaryReactor* HostServiceService::ListServices(grpc::CallbackServerContext* context,
                                                           const v1::ListServicesRequest* request,
                                                           v1::ListServicesResponse* response) {
  const std::string& key = request->key();
  if (!key.empty() && reconcile::FindService(key) == nullptr) {
    return Finish(context, reconcile::UnknownService(key, "key"));
  }
  for (const reconcile::ServiceView& view : reconciler_.Services()) {
    if (key.empty() || view.definition.key == key) *response->add_services() = ToProto(view);
  }
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* HostServiceService::StartService(grpc::CallbackServerContext* context,
                                                           const v1::StartServiceRequest* request,
                                                           v1::StartServiceResponse* response) {
  return FinishSet(context, events_, Act(reconciler_, Action::kStart, *request, response), *request,
                   *response);
}

grpc::ServerUnaryReactor* HostServiceService::StopService(grpc::CallbackServerContext* context,
                                                          const v1::StopServiceRequest* request,
                                                          v1::StopServiceResponse* response) {
  return FinishSet(context, events_, Act(reconciler_, Action::kStop, *request, response), *request,
                   *response);
}

grpc::ServerUnaryReactor* HostServiceService::RestartService(
    grpc::CallbackServerContext* context, const v1::RestartServiceRequest* request,
    v1::RestartServiceResponse* response) {
  return FinishSet(context, events_, Act(reconciler_, Action::kRestart, *request, response),
                   *request, *response);
}

grpc::ServerUnaryReactor* HostServiceService::UpdateService(grpc::CallbackServerContext* context,
                                                            const v1::UpdateServiceRequest* request,
                                                            v1::UpdateServiceResponse* response) {
  return FinishSet(context, events_,
                   Update(reconciler_, FromProto(*request), request->validate_only(), response),
                   *request, *response);
}

}  // namespace hostctl::rpc
