// A point in the past as users write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hostctl::cli {

// `90s`, `30m`, `1h`, `2d`, `1w` before `now_ns`, or a time in RFC 3339
// (`2026-11-22T21:05:17Z`); nanoseconds since 1970. Nothing for any other text.
std::optional<int64_t> TimeFromSince(const std::string& text, int64_t now_ns);

}  // namespace hostctl::cli
