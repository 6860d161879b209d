// Between the messages of hostctl/v1/interface.proto and the reconciler's own types.
// Pure; no gRPC.
#pragma once

#include "absl/status/statusor.h"
#include "hostctl/v1/interface.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

// INVALID_ARGUMENT INTERFACE_TARGET_REQUIRED where nothing says what it is to be.
absl::StatusOr<reconcile::InterfaceAddition> FromProto(const v1::AddInterfaceRequest& request);
// INVALID_ARGUMENT FIELD_MASK_INVALID.
absl::StatusOr<reconcile::InterfaceUpdate> FromProto(const v1::UpdateInterfaceRequest& request);

v1::Interface ToProto(const reconcile::InterfaceView& view);
v1::MulticastGroup ToProto(const reconcile::GroupView& view);

}  // namespace hostctl::rpc
