// Between the messages of hostctl.v1 about services and the reconciler's own types.
// Pure; no gRPC.
#pragma once

#include "absl/status/statusor.h"
#include "hostctl/v1/service.pb.h"
#include "service/reconcile/service_update.h"
#include "service/reconcile/service_view.h"

namespace hostctl::rpc {

// INVALID_ARGUMENT FIELD_MASK_INVALID for a path other than `policy`,
// SERVICE_POLICY_INVALID for a number that is no policy.
absl::StatusOr<reconcile::ServiceUpdate> FromProto(const v1::UpdateServiceRequest& request);

v1::HostService ToProto(const reconcile::ServiceView& view);
v1::ServiceState ToProto(reconcile::ServiceState state);

}  // namespace hostctl::rpc
