// The state of a host's time, for tests to vary.
#pragma once

#include <cstdint>

#include "hostctl/v1/time.pb.h"

namespace hostctl::precision_clock {

// 2026-11-22 21:05:00 UTC.
inline constexpr int64_t kSince = 1795381500;

// esxi-01, kept by PTP since kSince, the clock within +- `maximum_error_ns`.
inline v1::TimeStatus KeptByPtp(double maximum_error_ns) {
  v1::TimeStatus status;
  status.set_health(v1::TIME_HEALTH_SYNCHRONIZED);
  status.set_protocol(v1::TIME_PROTOCOL_PTP);
  status.set_source("00005efffe005301");
  status.mutable_since()->set_seconds(kSince);
  status.set_maximum_error_ns(maximum_error_ns);
  status.set_clock("system");
  status.set_host_name("esxi-01");
  return status;
}

}  // namespace hostctl::precision_clock
