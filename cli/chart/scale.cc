#include "cli/chart/scale.h"

#include <cmath>
#include <cstdint>

#include "cli/format/printf.h"

namespace hostctl::cli {
namespace {

constexpr double kTimeSteps[] = {1,   2,   5,    10,   15,   30,    60,    120,  300,
                                 600, 900, 1800, 3600, 7200, 21600, 43200, 86400};

std::vector<double> Multiples(double from, double to, double step) {
  std::vector<double> ticks;
  const auto last = static_cast<int64_t>(std::floor(to / step + 1e-6));
  for (auto i = static_cast<int64_t>(std::ceil(from / step - 1e-6)); i <= last; ++i) {
    ticks.push_back(static_cast<double>(i) * step);
  }
  return ticks;
}

}  // namespace

double NiceStep(double rough) {
  const double decade = std::pow(10, std::floor(std::log10(rough)));
  for (const double nice : {1.0, 2.0, 5.0}) {
    if (decade * nice >= rough * (1 - 1e-9)) return decade * nice;
  }
  return decade * 10;
}

std::vector<double> LinearTicks(double from, double to, int intervals) {
  if (!(to > from)) return {from};
  return Multiples(from, to, NiceStep((to - from) / intervals));
}

std::vector<double> TimeTicks(double from_s, double to_s, int intervals) {
  if (!(to_s > from_s)) return {from_s};
  const double rough = (to_s - from_s) / intervals;
  for (const double step : kTimeSteps) {
    if (step >= rough) return Multiples(from_s, to_s, step);
  }
  return Multiples(from_s, to_s, 86400 * NiceStep(rough / 86400));
}

std::string ClockText(double time_s, bool with_seconds) {
  const auto whole = static_cast<int64_t>(std::floor(time_s));
  const auto of_day = static_cast<int>((whole % 86400 + 86400) % 86400);
  const std::string text = Printf("%02d:%02d", of_day / 3600, of_day / 60 % 60);
  return with_seconds ? text + Printf(":%02d", of_day % 60) : text;
}

std::string WithUnit(double ns) {
  // What three digits would round up to 1000 belongs to the next unit.
  constexpr double kNextUnit = 999.5;
  constexpr const char* kUnits[] = {"ns", "us", "ms"};
  for (const char* unit : kUnits) {
    if (std::abs(ns) < kNextUnit) return Printf("%.3g %s", ns, unit);
    ns /= 1e3;
  }
  return Printf("%.3g s", ns);
}

}  // namespace hostctl::cli
