// What a measurement must be like to be looked at by any servo.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

constexpr double kNsPerSecond = 1e9;
// A residence time, asymmetry or delay of more than this is nonsense.
constexpr double kLargestCorrection_ns = 1e12;
// Times and offsets beyond this (about 145 years) are refused, so that sums of two
// cannot overflow.
constexpr int64_t kLargest_ns = std::numeric_limits<int64_t>::max() / 2 - 1'000'000'000'000;

// a - b, or nothing when that is too large.
inline std::optional<int64_t> Difference(int64_t a, int64_t b) {
  int64_t result = 0;
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  if (result > kLargest_ns || result < -kLargest_ns) return std::nullopt;
  return result;
}

inline bool IsSane(const OneWay& measured) {
  return std::isfinite(measured.correction_ns) &&
         std::abs(measured.correction_ns) <= kLargestCorrection_ns &&
         measured.local_ns <= kLargest_ns && measured.local_ns >= -kLargest_ns &&
         Difference(measured.local_ns, measured.master_ns).has_value();
}

inline bool IsSane(const PeerExchange& exchange) {
  const auto inside = [](int64_t time_ns) {
    return time_ns <= kLargest_ns && time_ns >= -kLargest_ns;
  };
  const auto took = Difference(exchange.received_ns, exchange.sent_ns);
  return inside(exchange.sent_ns) && inside(exchange.received_ns) && took && *took >= 0 &&
         std::isfinite(exchange.turnaround_ns) &&
         std::abs(exchange.turnaround_ns) <= kLargestCorrection_ns &&
         std::abs(exchange.rate_ratio - 1) < 0.1 &&
         (!exchange.neighbor_ns || (inside(*exchange.neighbor_ns) &&
                                    Difference(exchange.received_ns, *exchange.neighbor_ns)));
}

// Whether a clock that is `offset_ns` off is to be stepped; `first`: at first lock.
inline bool MayStep(const ServoConfig& config, double offset_ns, bool first) {
  const double size = std::abs(offset_ns);
  const auto first_threshold = static_cast<double>(config.first_step_threshold_ns);
  const auto threshold = static_cast<double>(config.step_threshold_ns);
  switch (config.step_rule) {
    case StepRule::kFirstLock:
      return first && size > first_threshold;
    case StepRule::kAlways:
      return size > (first ? std::fmin(first_threshold, threshold) : threshold);
    case StepRule::kNever:
      break;
  }
  return false;
}

}  // namespace ptpcore::servo
