// The frequency that a clock was learned to need, kept across reboots, so that a
// restarted host is in control at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace ptpcore::engine {

// Replaces the file as a whole; `now_ns` is CLOCK_REALTIME.
absl::Status WriteFrequency(const std::string& path, double frequency_ppb, int64_t now_ns);

// The stored frequency; absent when there is none, when it is older than 30 days
// or from the future (both by more than a day of doubt), or beyond `max_ppb`.
std::optional<double> ReadFrequency(const std::string& path, int64_t now_ns, double max_ppb);

}  // namespace ptpcore::engine
