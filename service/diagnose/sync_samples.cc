#include "service/diagnose/sync_samples.h"

#include <algorithm>
#include <cmath>

namespace hostctl::diagnose {

std::optional<double> MedianOffset(const Talker& master) {
  if (master.samples.empty()) return std::nullopt;
  std::vector<double> offsets;
  offsets.reserve(master.samples.size());
  for (const SyncSample& sample : master.samples) offsets.push_back(sample.master_minus_kernel_s);
  const auto middle = offsets.begin() + static_cast<std::ptrdiff_t>(offsets.size() / 2);
  std::nth_element(offsets.begin(), middle, offsets.end());
  return *middle;
}

double UtcOffsetOf(const Talker& master) {
  return master.announced && master.announced->ptp_timescale ? master.announced->utc_offset_s : 0;
}

double GreatestStep(const Talker& master) {
  const auto& samples = master.samples;
  double greatest = 0;
  for (size_t i = 1; i + 1 < samples.size(); ++i) {
    const double before = samples[i - 1].master_minus_kernel_s;
    const double step = samples[i].master_minus_kernel_s - before;
    const double borne_out = samples[i + 1].master_minus_kernel_s - before;
    greatest = std::max(greatest, std::min(std::abs(step), std::abs(borne_out)));
  }
  return greatest;
}

}  // namespace hostctl::diagnose
