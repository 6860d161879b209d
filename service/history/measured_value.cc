#include "service/history/measured_value.h"

#include <algorithm>
#include <cmath>

namespace hostctl::history {
namespace {

// Sum of squared differences from the mean.
double Squares(const v1::MeasuredValue& value) {
  if (value.samples() < 2) return 0;
  return value.std_dev() * value.std_dev() * static_cast<double>(value.samples() - 1);
}

}  // namespace

void Merge(const v1::MeasuredValue& from, v1::MeasuredValue& into) {
  if (from.samples() == 0) return;
  if (into.samples() == 0) {
    into = from;
    return;
  }
  const auto n = static_cast<double>(into.samples());
  const auto m = static_cast<double>(from.samples());
  const double difference = from.mean() - into.mean();
  const double squares = Squares(into) + Squares(from) + difference * difference * n * m / (n + m);
  into.set_samples(into.samples() + from.samples());
  into.set_minimum(std::min(into.minimum(), from.minimum()));
  into.set_maximum(std::max(into.maximum(), from.maximum()));
  into.set_mean(into.mean() + difference * m / (n + m));
  into.set_std_dev(std::sqrt(squares / (n + m - 1)));
}

void Merge(const v1::MeasuredValues& from, v1::MeasuredValues& into) {
  if (from.has_offset_from_master_ns()) {
    Merge(from.offset_from_master_ns(), *into.mutable_offset_from_master_ns());
  }
  if (from.has_mean_path_delay_ns()) {
    Merge(from.mean_path_delay_ns(), *into.mutable_mean_path_delay_ns());
  }
  if (from.has_master_slave_delay_ns()) {
    Merge(from.master_slave_delay_ns(), *into.mutable_master_slave_delay_ns());
  }
  if (from.has_slave_master_delay_ns()) {
    Merge(from.slave_master_delay_ns(), *into.mutable_slave_master_delay_ns());
  }
  if (from.has_frequency_correction_ppb()) {
    Merge(from.frequency_correction_ppb(), *into.mutable_frequency_correction_ppb());
  }
}

}  // namespace hostctl::history
