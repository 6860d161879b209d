// Spans of time in sentences: `850 ns`, `-12.4 us`, `683 ms`.
#pragma once

#include <cmath>
#include <string>

#include "absl/strings/str_format.h"

namespace hostctl::diagnose {

inline std::string SpanText(double ns) {
  const double size = std::abs(ns);
  if (size < 1e3) return absl::StrFormat("%.0f ns", ns);
  if (size < 1e6) return absl::StrFormat("%.3g us", ns / 1e3);
  if (size < 1e9) return absl::StrFormat("%.3g ms", ns / 1e6);
  return absl::StrFormat("%.3g s", ns / 1e9);
}

}  // namespace hostctl::diagnose
