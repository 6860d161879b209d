// The frequency that a clock was learned to need, kept across reboots, so that a
// restarted host is in control at once.
//
// What was learned has no age: the error of a crystal is mostly its own, and the clock of a
// host that has just booted may be months wrong.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace ptpcore::engine {

// Replaces the file as a whole.
absl::Status WriteFrequency(const std::string& path, double frequency_ppb);

// The stored frequency; absent when there is none, or one beyond `max_ppb`.
std::optional<double> ReadFrequency(const std::string& path, double max_ppb);

}  // namespace ptpcore::engine
