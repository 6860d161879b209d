#include "service/host_time/words.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::host_time {
namespace {

std::string TwoUnits(int64_t great, const char* great_unit, int64_t small, const char* small_unit) {
  if (small == 0) return absl::StrCat(great, " ", great_unit);
  return absl::StrCat(great, " ", great_unit, " ", small, " ", small_unit);
}

}  // namespace

std::string InWords(absl::Duration span) {
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  if (span < absl::ZeroDuration()) span = absl::ZeroDuration();
  const int64_t s = absl::ToInt64Seconds(span + absl::Milliseconds(500));
  if (s < kMinute) return absl::StrCat(s, " s");
  if (s < kHour) return TwoUnits(s / kMinute, "min", s % kMinute, "s");
  if (s < kDay) return TwoUnits(s / kHour, "h", s % kHour / kMinute, "min");
  return TwoUnits(s / kDay, "d", s % kDay / kHour, "h");
}

std::string SpanInWords(double ns) {
  struct Unit {
    double ns;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}}};
  const double size = std::fabs(ns);
  for (const Unit& unit : kUnits) {
    // 999.6 us are shown as 1.00 ms.
    if (size < 0.9995 * unit.ns && unit.ns > 1) continue;
    const double value = ns / unit.ns;
    const int digits = std::fabs(value) >= 99.95 ? 0 : std::fabs(value) >= 9.995 ? 1 : 2;
    return absl::StrFormat("%.*f %s", unit.ns > 1 ? digits : 0, value, unit.name);
  }
  return "";
}

}  // namespace hostctl::host_time
