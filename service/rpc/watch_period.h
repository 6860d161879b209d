// How often a watch is to send, as its request says.
#pragma once

#include <google/protobuf/duration.pb.h>

#include <chrono>

#include "absl/status/statusor.h"

namespace hostctl::rpc {

// INVALID_ARGUMENT PERIOD_OUT_OF_RANGE of the field `period` unless it is 0.1 s to 1 h.
absl::StatusOr<std::chrono::milliseconds> WatchPeriod(const google::protobuf::Duration& period);

}  // namespace hostctl::rpc
