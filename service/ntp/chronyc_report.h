// What chronyc prints, as numbers: the answer of
//
//   chronyc -c -n -m tracking "sources -a"
//
// of chrony 4, one line of `tracking` and one for each source, fields separated by commas
// (chronyc(1), option -c). Pure; nothing of the text is taken on trust.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"

namespace hostctl::ntp {

// All but local_time. INVALID_ARGUMENT names the line and the field that is not as it is
// to be.
absl::StatusOr<v1::NtpStats> ParseChronycReport(const std::string& text);

}  // namespace hostctl::ntp
