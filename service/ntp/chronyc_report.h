// What chronyc prints, as numbers: the answer of
//
//   chronyc -c -n -m tracking "sources -a"
//
// of chrony 4, one line of `tracking` and one for each source, fields separated by commas
// (chronyc(1), option -c). Pure; nothing of the text is taken on trust.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"

namespace hostctl::ntp {

// All but local_time. INVALID_ARGUMENT names the line and the field that is not as it is
// to be.
absl::StatusOr<v1::NtpStats> ParseChronycReport(const std::string& text);

// What one server has answered, a line of `chronyc -c -n ntpdata`.
struct NtpAnswers {
  std::string address;
  std::string leap_status;  // of the server itself: `Normal`, `Not synchronised`, ...
  uint32_t stratum = 0;     // its own
  double delay_ns = 0;      // the way there and back
  uint32_t sent = 0;        // requests
  uint32_t received = 0;    // answers
  uint32_t good = 0;        // of them such that the clock may be set by
};

// Errors as ParseChronycReport(). No server, no line.
absl::StatusOr<std::vector<NtpAnswers>> ParseNtpData(const std::string& text);

}  // namespace hostctl::ntp
