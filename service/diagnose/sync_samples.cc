#include "service/diagnose/sync_samples.h"

#include <algorithm>
#include <array>
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
  // Of three in a row the middle one: what is off alone is left out.
  const auto steady = [&](size_t i) {
    std::array<double, 3> three = {samples[i].master_minus_kernel_s,
                                   samples[i + 1].master_minus_kernel_s,
                                   samples[i + 2].master_minus_kernel_s};
    std::sort(three.begin(), three.end());
    return three[1];
  };
  double greatest = 0;
  for (size_t i = 1; i + 2 < samples.size(); ++i) {
    greatest = std::max(greatest, std::abs(steady(i) - steady(i - 1)));
  }
  return greatest;
}

}  // namespace hostctl::diagnose
