// Between the messages of hostctl.v1 about NTP and the reconciler's own types. Pure; no gRPC.
#pragma once

#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"
#include "service/reconcile/ntp_update.h"
#include "service/reconcile/ntp_view.h"

namespace hostctl::rpc {

// INVALID_ARGUMENT FIELD_MASK_INVALID for a path that is not a field of `config`,
// NTP_SERVER_INVALID for a port that is none. What is not set means its default.
absl::StatusOr<reconcile::NtpUpdate> FromProto(const v1::UpdateNtpRequest& request);

v1::Ntp ToProto(const reconcile::NtpView& view);

}  // namespace hostctl::rpc
