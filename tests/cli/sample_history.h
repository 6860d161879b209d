// A history of which every figure is known.
#pragma once

#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

inline void SetMeasured(v1::MeasuredValue* value, double mean, double half_range, uint64_t samples) {
  value->set_samples(samples);
  value->set_mean(mean);
  value->set_minimum(mean - half_range);
  value->set_maximum(mean + half_range);
  value->set_std_dev(half_range / 2);
}

// From 22:15:00 on; the third second was without a master.
inline v1::PtpHistory SampleHistory(int seconds = 5) {
  v1::PtpHistory history;
  for (int i = 0; i < seconds; ++i) {
    v1::PtpSecond& second = *history.add_seconds();
    second.set_number(static_cast<uint64_t>(1000 + i));
    second.mutable_time()->set_seconds(1'700'000'100 + i);
    second.set_port_state(v1::PORT_STATE_SLAVE);
    second.set_clock_state(i == 2 ? v1::CLOCK_STATE_HOLDOVER : v1::CLOCK_STATE_LOCKED);
    second.set_bound_95_ns(900 + i);
    if (i == 2) continue;
    v1::MeasuredValues& values = *second.mutable_values();
    SetMeasured(values.mutable_offset_from_master_ns(), 100.0 * i, 50, 8);
    SetMeasured(values.mutable_mean_path_delay_ns(), 50000, 10, 8);
    SetMeasured(values.mutable_frequency_correction_ppb(), -7433, 5, 8);
  }
  return history;
}

inline v1::PerformanceRecord SampleRecord(uint32_t index, int64_t start_s) {
  v1::PerformanceRecord record;
  record.set_index(index);
  record.mutable_start_time()->set_seconds(start_s);
  record.set_period_complete(index > 0);
  record.set_measurement_valid(true);
  record.set_seconds_observed(900);
  SetMeasured(record.mutable_values()->mutable_offset_from_master_ns(), -12, 300, 7200);
  SetMeasured(record.mutable_values()->mutable_mean_path_delay_ns(), 50000, 100, 7200);
  SetMeasured(record.mutable_values()->mutable_frequency_correction_ppb(), -7433, 5, 7200);
  return record;
}

}  // namespace hostctl::cli
