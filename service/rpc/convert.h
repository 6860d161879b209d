// Between the messages of hostctl.v1 and the reconciler's own types. Pure; no gRPC.
#pragma once

#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "hostctl/v1/ptp.pb.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::rpc {

// The fields to update: those of `mask`, or all of `known` when it is empty and that is
// what empty means. INVALID_ARGUMENT FIELD_MASK_INVALID for one that is not known.
absl::StatusOr<std::set<std::string>> FieldsOf(const google::protobuf::FieldMask& mask,
                                               const std::set<std::string>& known,
                                               bool empty_means_all);

// INVALID_ARGUMENT FIELD_MASK_INVALID for a path that is not a field of `config`,
// STEP_POLICY_INVALID for a number that is no policy, HOLDOVER_LIMIT_OUT_OF_RANGE
// for a fraction of a second. What is not set means its default.
absl::StatusOr<reconcile::PtpUpdate> FromProto(const v1::UpdatePtpRequest& request);

v1::Condition ToProto(const reconcile::Condition& condition);
v1::Change ToProto(const reconcile::Change& change);
// Without port state and reason: the engine knows them.
v1::Ptp ToProto(const reconcile::PtpView& view);

}  // namespace hostctl::rpc
