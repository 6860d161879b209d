#include "stability.h"

#include <cmath>

namespace ptpcore::bench {

double Rms(const Track& track, double from_s) {
  double sum = 0;
  double count = 0;
  for (const Look& look : track) {
    if (look.at_s < from_s) continue;
    sum += look.offset_ns * look.offset_ns;
    ++count;
  }
  return count > 0 ? std::sqrt(sum / count) : 0;
}

double ConvergedAfter(const Track& track, double near_ns, double until_s) {
  double since = 0;
  for (const Look& look : track) {
    if (look.at_s < until_s && std::abs(look.offset_ns) > near_ns) since = look.at_s;
  }
  return since;
}

std::vector<double> Phase(const Track& track, double from_s) {
  std::vector<double> phase;
  for (const Look& look : track) {
    if (look.at_s >= from_s) phase.push_back(look.offset_ns);
  }
  return phase;
}

double AllanDeviation(const std::vector<double>& phase_ns, double spacing_s, size_t m) {
  if (m == 0 || phase_ns.size() < 2 * m + 1) return 0;
  const size_t count = phase_ns.size() - 2 * m;
  double sum = 0;
  for (size_t i = 0; i < count; ++i) {
    const double second = phase_ns[i + 2 * m] - 2 * phase_ns[i + m] + phase_ns[i];
    sum += second * second;
  }
  const double tau = static_cast<double>(m) * spacing_s;
  return std::sqrt(sum / (2 * static_cast<double>(count))) / tau;
}

double TimeDeviation(const std::vector<double>& phase_ns, size_t m) {
  if (m == 0 || phase_ns.size() < 3 * m) return 0;
  // The second differences summed over m neighbours, kept up to date as they move on.
  double window = 0;
  for (size_t i = 0; i < m; ++i) {
    window += phase_ns[i + 2 * m] - 2 * phase_ns[i + m] + phase_ns[i];
  }
  const size_t count = phase_ns.size() - 3 * m + 1;
  double sum = window * window;
  for (size_t j = 1; j < count; ++j) {
    window += phase_ns[j + 3 * m - 1] - 3 * phase_ns[j + 2 * m - 1] + 3 * phase_ns[j + m - 1] -
              phase_ns[j - 1];
    sum += window * window;
  }
  const auto n = static_cast<double>(m);
  return std::sqrt(sum / (6 * n * n * static_cast<double>(count)));
}

}  // namespace ptpcore::bench
