#include "service/rpc/interface_service.h"

#include "service/rpc/convert.h"
#include "service/rpc/unary.h"

namespace hostctl::rpc {

grpc::ServerUnaryReactor* InterfaceService::ListInterfaces(
    grpc::CallbackServerContext* context, const v1::ListInterfacesRequest* /*request*/,
    v1::ListInterfacesResponse* response) {
  const auto interfaces = reconciler_.Interfaces();
  if (!interfaces.ok()) return Finish(context, interfaces.status());
  for (const reconcile::InterfaceView& view : *interfaces) {
    *response->add_interfaces() = ToProto(view);
  }
  return Finish(context, absl::OkStatus());
}

}  // namespace hostctl::rpc
