// Seconds for tests.
#pragma once

#include "hostctl/v1/ptp_history.pb.h"

namespace hostctl::history {

// A second in which the clock was locked and one offset was measured.
inline v1::PtpSecond Second(uint64_t number, int64_t time_s, double offset_ns) {
  v1::PtpSecond second;
  second.set_number(number);
  second.mutable_time()->set_seconds(time_s);
  second.set_port_state(v1::PORT_STATE_SLAVE);
  second.set_clock_state(v1::CLOCK_STATE_LOCKED);
  v1::MeasuredValue& offset = *second.mutable_values()->mutable_offset_from_master_ns();
  offset.set_samples(1);
  offset.set_minimum(offset_ns);
  offset.set_maximum(offset_ns);
  offset.set_mean(offset_ns);
  return second;
}

}  // namespace hostctl::history
