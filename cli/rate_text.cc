#include "cli/rate_text.h"

namespace hostctl::cli {

std::string RateText(int32_t log_interval) {
  constexpr int32_t kLargest = 30;
  if (log_interval > kLargest || log_interval < -kLargest) return "unknown";
  if (log_interval > 0) return "1/" + std::to_string(1 << log_interval) + "s";
  return std::to_string(1 << -log_interval) + "/s";
}

}  // namespace hostctl::cli
