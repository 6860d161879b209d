// Why a request was refused, in the form that reaches the user: an absl::Status
// that carries a stable reason, the request field at fault and what to do.
//
//   return Failure(absl::StatusCode::kNotFound, "there is no interface vmk7",
//                  {"INTERFACE_NOT_FOUND", "config.interface",
//                   "hostctl network ip interface list"});
#pragma once

#include <string>

#include "absl/status/status.h"

namespace hostctl::reconcile {

struct FailureDetail {
  std::string reason;  // stable word, see the RPC's comment in proto/hostctl/v1
  std::string field;   // path in the request, e.g. `config.domain_number`; may be empty
  std::string remedy;  // what to do, as a command where there is one; may be empty
};

absl::Status Failure(absl::StatusCode code, const std::string& message,
                     const FailureDetail& detail);

// The detail of a status made by Failure(); empty members for any other.
FailureDetail DetailOf(const absl::Status& status);

// `status` with `words` added to its message; code and detail stay.
absl::Status WithMoreWords(const absl::Status& status, const std::string& words);

}  // namespace hostctl::reconcile
