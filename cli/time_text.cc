#include "cli/time_text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace hostctl::cli {
namespace {

std::string Formatted(int64_t seconds, const char* format) {
  const time_t time = static_cast<time_t>(seconds);
  std::tm utc{};
  if (gmtime_r(&time, &utc) == nullptr) return std::to_string(seconds);
  std::array<char, 64> buffer{};
  const size_t size = std::strftime(buffer.data(), buffer.size(), format, &utc);
  return std::string(buffer.data(), size);
}

}  // namespace

std::string Rfc3339Text(int64_t seconds, int32_t nanoseconds) {
  std::array<char, 32> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09dZ", nanoseconds);
  return Formatted(seconds, "%Y-%m-%dT%H:%M:%S") + fraction.data();
}

std::string SecondsText(int64_t seconds) {
  return Formatted(seconds, "%Y-%m-%dT%H:%M:%SZ");
}

std::string LongSpanText(int64_t seconds) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  const auto two = [](int64_t great, const char* unit, int64_t small, const char* small_unit) {
    const std::string text = std::to_string(great) + unit;
    return small == 0 ? text : text + " " + std::to_string(small) + small_unit;
  };
  if (seconds < kMinute) return std::to_string(seconds) + " s";
  if (seconds < kHour) return two(seconds / kMinute, " min", seconds % kMinute, " s");
  if (seconds < kDay) return two(seconds / kHour, " h", seconds % kHour / kMinute, " min");
  return two(seconds / kDay, " d", seconds % kDay / kHour, " h");
}

std::string DateTimeText(int64_t seconds) {
  return Formatted(seconds, "%Y-%m-%d %H:%M:%S");
}

std::string CalendarText(int64_t seconds) {
  return Formatted(seconds, "%a %b %d %H:%M:%S UTC %Y");
}

std::string SpanText(double ns) {
  constexpr std::array<const char*, 4> kUnits = {"ns", "us", "ms", "s"};
  // What %.0f would round up to 1000 belongs to the next unit.
  constexpr double kNextUnit = 999.5;
  size_t unit = 0;
  while (std::abs(ns) >= kNextUnit && unit + 1 < kUnits.size()) {
    ns /= 1e3;
    ++unit;
  }
  const double size = std::abs(ns);
  const int decimals = unit == 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f %s", decimals, ns, kUnits[unit]);
  return buffer.data();
}

}  // namespace hostctl::cli
