// Asks a running chronyd what it measures, through Debian's chronyc.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"
#include "service/ntp/chrony_conf.h"
#include "service/ntp/chronyc_report.h"

namespace hostctl::ntp {

struct ChronycOptions {
  std::string program = "/usr/bin/chronyc";
  std::chrono::milliseconds patience{2000};
};

// UNAVAILABLE when chronyd does not answer in time or chronyc cannot be run, and in
// what it says is not to be understood; the message says which.
absl::StatusOr<v1::NtpStats> ReadNtpStats(const Places& places, const ChronycOptions& options = {});

// What each server has answered; errors the same, and UNAVAILABLE where chronyd is asked
// over loopback: it tells that to its command socket only.
absl::StatusOr<std::vector<NtpAnswers>> ReadNtpAnswers(const Places& places,
                                                       const ChronycOptions& options = {});

}  // namespace hostctl::ntp
