#include "service/precision_clock/words.h"

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace hostctl::precision_clock {
namespace {

std::string HostWords(const v1::TimeStatus& status) {
  return status.host_name().empty() ? "this host" : absl::StrCat("host ", status.host_name());
}

std::string WithinWords(double ns) {
  return absl::StrCat(" within ", SpanWords(ns));
}

// ` since 2026-11-22 21:05 UTC`; nothing when it is not known.
std::string SinceWords(bool known, const google::protobuf::Timestamp& since) {
  if (!known) return "";
  return absl::FormatTime(" since %Y-%m-%d %H:%M UTC", absl::FromUnixSeconds(since.seconds()),
                          absl::UTCTimeZone());
}

std::string Since(const v1::TimeStatus& status) {
  return SinceWords(status.has_since(), status.since());
}

// ` (words)`; nothing without words.
std::string Aside(const std::string& words) {
  return words.empty() ? "" : absl::StrCat(" (", words, ")");
}

// Why NTP keeps time in PTP's place, and since when.
std::string FallbackWords(const v1::TimeStatus& status) {
  const v1::FallbackStatus& fallback = status.fallback();
  const std::string since =
      fallback.has_since() ? SinceWords(true, fallback.since()) : Since(status);
  const std::string why = fallback.reason().empty() ? status.reason() : fallback.reason();
  return absl::StrCat(
      since, why.empty() ? " (PTP fell back)" : absl::StrCat(" (PTP fell back: ", why, ")"));
}

// What is given, of a host that is synchronized.
std::string ProvidedWords(const v1::TimeStatus& status) {
  std::string words = absl::StrCat(" provides ", ProtocolWords(status.protocol()));
  if (status.has_maximum_error_ns() && std::isfinite(status.maximum_error_ns())) {
    absl::StrAppend(&words, WithinWords(status.maximum_error_ns()));
  }
  return words;
}

// What may end soon although it is good enough.
std::string ReserveWords(const v1::TimeStatus& status) {
  switch (status.health()) {
    case v1::TIME_HEALTH_DEGRADED:
      return Aside(status.reason().empty() ? "degraded"
                                           : absl::StrCat("degraded: ", status.reason()));
    case v1::TIME_HEALTH_HOLDOVER:
      return Aside(status.reason().empty() ? "holdover"
                                           : absl::StrCat("holdover: ", status.reason()));
    default:
      return "";
  }
}

std::string Verdict(const v1::TimeStatus& status, v1::PrecisionClockReason reason) {
  switch (reason) {
    case v1::PRECISION_CLOCK_REASON_NONE:
      return absl::StrCat(ProvidedWords(status), Since(status), ReserveWords(status));
    case v1::PRECISION_CLOCK_REASON_DISABLED:
      return absl::StrCat(" keeps time by no protocol", Aside(status.reason()));
    case v1::PRECISION_CLOCK_REASON_UNSYNCHRONIZED:
      return absl::StrCat(" is not synchronized", Since(status), Aside(status.reason()));
    case v1::PRECISION_CLOCK_REASON_OTHER_PROTOCOL:
      return absl::StrCat(" provides ", ProtocolWords(status.protocol()), Since(status));
    case v1::PRECISION_CLOCK_REASON_FALLBACK:
      return absl::StrCat(" provides ", ProtocolWords(status.protocol()), FallbackWords(status));
    case v1::PRECISION_CLOCK_REASON_NOT_THE_SYSTEM_CLOCK:
      return status.clock() == "virtual" ? " keeps a virtual clock, which guests do not see"
                                         : " measures PTP and does not keep its clock by it";
    case v1::PRECISION_CLOCK_REASON_ERROR_TOO_LARGE:
      if (!status.has_maximum_error_ns() || !std::isfinite(status.maximum_error_ns())) {
        return absl::StrCat(ProvidedWords(status), ", and how far its clock is off is not known");
      }
      return absl::StrCat(ProvidedWords(status), " only", ReserveWords(status));
    default:
      return " cannot say";
  }
}

}  // namespace

std::string ProtocolWords(v1::TimeProtocol protocol) {
  switch (protocol) {
    case v1::TIME_PROTOCOL_PTP:
      return "PTP";
    case v1::TIME_PROTOCOL_NTP:
      return "NTP";
    case v1::TIME_PROTOCOL_ANY:
      return "PTP or NTP";
    default:
      return "no protocol";
  }
}

std::string SpanWords(double ns) {
  constexpr std::array<const char*, 4> kUnits = {"ns", "us", "ms", "s"};
  // What three digits would round up to 1000 belongs to the next unit.
  constexpr double kNextUnit = 999.5;
  size_t unit = 0;
  while (std::abs(ns) >= kNextUnit && unit + 1 < kUnits.size()) {
    ns /= 1e3;
    ++unit;
  }
  if (std::abs(ns) >= kNextUnit) return absl::StrFormat("%.0f %s", ns, kUnits[unit]);
  return absl::StrFormat("%.3g %s", ns, kUnits[unit]);
}

std::string Words(const v1::TimeStatus& status, const Demand& demand,
                  v1::PrecisionClockReason reason) {
  std::string words = absl::StrCat("Precision clock wants ", ProtocolWords(demand.protocol));
  if (demand.maximum_error_ns) absl::StrAppend(&words, WithinWords(*demand.maximum_error_ns));
  return absl::StrCat(words, "; ", HostWords(status), Verdict(status, reason));
}

}  // namespace hostctl::precision_clock
