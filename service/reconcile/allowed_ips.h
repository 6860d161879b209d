// The list of addresses that may use a ruleset: adding and removing entries, and
// what to tell about it. Pure.
//
// The list holds what was added, without duplicates. Entries may overlap: one that
// a network of the list contains makes no difference while that network is there,
// and is in force again once it is removed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/reconcile/condition.h"

namespace hostctl::reconcile {

struct AllowedIps {
  std::vector<std::string> list;  // canonical, sorted by address, no two the same
  std::vector<Condition> notes;   // what to know
};

// `texts` as a list. INVALID_ARGUMENT ALLOWED_IP_INVALID, about `field` of the request.
absl::StatusOr<std::vector<std::string>> AllowedIpList(const std::vector<std::string>& texts,
                                                       const std::string& field);

// `list` with `added`. Notes ALLOWED_IP_ALREADY_LISTED and ALLOWED_IP_COVERED.
// INVALID_ARGUMENT ALLOWED_IP_INVALID, also when nothing is to be added.
absl::StatusOr<AllowedIps> AddAllowedIps(const std::vector<std::string>& list,
                                         const std::vector<std::string>& added);

// `list` without `removed`: all of them or, if one is not in it, none. Notes
// ALLOWED_IP_STILL_COVERED. INVALID_ARGUMENT ALLOWED_IP_INVALID, also when nothing
// is to be removed; NOT_FOUND ALLOWED_IP_NOT_FOUND.
absl::StatusOr<AllowedIps> RemoveAllowedIps(const std::vector<std::string>& list,
                                            const std::vector<std::string>& removed);

}  // namespace hostctl::reconcile
