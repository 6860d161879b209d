#include "service/rpc/interface_service.h"

#include "service/rpc/configuration_events.h"
#include "service/rpc/convert.h"
#include "service/rpc/interface_convert.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {
namespace {

// Of a set that succeeded.
template <typename Response>
void Answer(const reconcile::InterfaceSetResult& done, Response& response) {
  if (done.interface.has_value()) *response.mutable_interface() = ToProto(*done.interface);
  for (const reconcile::Change& change : done.changes) *response.add_changes() = ToProto(change);
}

}  // namespace

grpc::ServerUnaryReactor* InterfaceService::ListInterfaces(grpc::CallbackServerContext* context,
                                                           const v1::ListInterfacesRequest* request,
                                                           v1::ListInterfacesResponse* response) {
  const auto interfaces = reconciler_.Interfaces(request->name());
  if (!interfaces.ok()) return Finish(context, interfaces.status());
  const std::string& netstack = request->netstack_instance();
  for (const reconcile::InterfaceView& view : *interfaces) {
    if (netstack.empty() || view.netstack == netstack) *response->add_interfaces() = ToProto(view);
  }
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* InterfaceService::AddInterface(grpc::CallbackServerContext* context,
                                                         const v1::AddInterfaceRequest* request,
                                                         v1::AddInterfaceResponse* response) {
  const auto addition = FromProto(*request);
  if (!addition.ok()) return Finish(context, addition.status());
  const auto done = reconciler_.AddInterface(*addition, request->validate_only());
  if (done.ok()) Answer(*done, *response);
  return FinishSet(context, events_, done.status(), *request, *response);
}

grpc::ServerUnaryReactor* InterfaceService::UpdateInterface(
    grpc::CallbackServerContext* context, const v1::UpdateInterfaceRequest* request,
    v1::UpdateInterfaceResponse* response) {
  const auto update = FromProto(*request);
  if (!update.ok()) return Finish(context, update.status());
  const auto done = reconciler_.UpdateInterface(*update, request->validate_only());
  if (done.ok()) Answer(*done, *response);
  return FinishSet(context, events_, done.status(), *request, *response);
}

grpc::ServerUnaryReactor* InterfaceService::RemoveInterface(
    grpc::CallbackServerContext* context, const v1::RemoveInterfaceRequest* request,
    v1::RemoveInterfaceResponse* response) {
  const auto changes = reconciler_.RemoveInterface(request->name(), request->validate_only());
  if (!changes.ok()) return Finish(context, changes.status());
  for (const reconcile::Change& change : *changes) *response->add_changes() = ToProto(change);
  return FinishSet(context, events_, absl::OkStatus(), *request, *response);
}

grpc::ServerUnaryReactor* InterfaceService::ListMulticastGroups(
    grpc::CallbackServerContext* context, const v1::ListMulticastGroupsRequest* request,
    v1::ListMulticastGroupsResponse* response) {
  const auto groups = reconciler_.MulticastGroups(request->interface());
  if (!groups.ok()) return Finish(context, groups.status());
  for (const reconcile::GroupView& view : *groups) *response->add_groups() = ToProto(view);
  return Finish(context, absl::OkStatus());
}

}  // namespace hostctl::rpc
