#include "service/precision_clock/node_labels.h"

#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "service/precision_clock/judge.h"

namespace hostctl::precision_clock {
namespace {

constexpr char kHealth[] = "hostctl.org/time-health";
constexpr char kMaxError[] = "hostctl.org/time-max-error-ns";
constexpr char kProtocol[] = "hostctl.org/time-protocol";
constexpr char kPtp[] = "hostctl.org/time-ptp";
constexpr char kNtp[] = "hostctl.org/time-ntp";

constexpr int64_t kLeastErrorNs = 100;
constexpr int64_t kMostErrorNs = 1'000'000'000;
// A bound must be this much below a smaller power of ten before the label says that one.
constexpr double kClearlyBelow = 0.8;

std::string HealthValue(v1::TimeHealth health) {
  switch (health) {
    case v1::TIME_HEALTH_SYNCHRONIZED:
      return "synchronized";
    case v1::TIME_HEALTH_DEGRADED:
      return "degraded";
    case v1::TIME_HEALTH_FALLBACK:
      return "fallback";
    case v1::TIME_HEALTH_HOLDOVER:
      return "holdover";
    case v1::TIME_HEALTH_DISABLED:
      return "disabled";
    default:
      return "unsynchronized";
  }
}

std::string ProtocolValue(v1::TimeProtocol provided) {
  switch (provided) {
    case v1::TIME_PROTOCOL_PTP:
      return "ptp";
    case v1::TIME_PROTOCOL_NTP:
      return "ntp";
    default:
      return "none";
  }
}

// The least power of ten that `ns` is within; 0 when none is.
int64_t PowerOfTen(double ns) {
  for (int64_t power = kLeastErrorNs; power <= kMostErrorNs; power *= 10) {
    if (ns <= static_cast<double>(power)) return power;
  }
  return 0;
}

int64_t PowerIn(const Labels& labels) {
  const auto found = labels.find(kMaxError);
  int64_t power = 0;
  return found != labels.end() && absl::SimpleAtoi(found->second, &power) ? power : 0;
}

// The label's number; 0: no label.
int64_t MaxError(double ns, const Labels& previous) {
  const int64_t held = PowerIn(previous);
  const int64_t power = PowerOfTen(ns);
  if (power == 0 || held == 0 || power >= held) return power;
  // Better than before: only when it is clearly so, at least by one power.
  const int64_t clear = PowerOfTen(ns / kClearlyBelow);
  return clear != 0 && clear < held ? clear : held;
}

}  // namespace

Labels LabelsOf(const v1::TimeStatus& status, const Labels& previous) {
  const auto any = Judge(status, Demand{v1::TIME_PROTOCOL_ANY, {}});
  const bool seen = any.reason() != v1::PRECISION_CLOCK_REASON_NOT_THE_SYSTEM_CLOCK;
  Labels labels;
  labels[kHealth] = HealthValue(seen ? status.health() : v1::TIME_HEALTH_UNSYNCHRONIZED);
  labels[kProtocol] = ProtocolValue(any.compatible() ? any.provided() : v1::TIME_PROTOCOL_NONE);
  for (const auto& [name, protocol] :
       {std::pair{kPtp, v1::TIME_PROTOCOL_PTP}, std::pair{kNtp, v1::TIME_PROTOCOL_NTP}}) {
    if (Judge(status, Demand{protocol, {}}).compatible()) labels[name] = "true";
  }
  if (any.compatible() && status.has_maximum_error_ns()) {
    const int64_t power = MaxError(status.maximum_error_ns(), previous);
    if (power != 0) labels[kMaxError] = absl::StrCat(power);
  }
  return labels;
}

}  // namespace hostctl::precision_clock
