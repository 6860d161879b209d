#include "service/precision_clock/judge.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/precision_clock/words.h"

namespace hostctl::precision_clock {
namespace {

bool Provides(v1::TimeProtocol provided, v1::TimeProtocol wanted) {
  if (wanted == v1::TIME_PROTOCOL_ANY) {
    return provided == v1::TIME_PROTOCOL_PTP || provided == v1::TIME_PROTOCOL_NTP;
  }
  return provided == wanted;
}

bool IsSynchronized(const v1::TimeStatus& status) {
  switch (status.health()) {
    case v1::TIME_HEALTH_SYNCHRONIZED:
    case v1::TIME_HEALTH_DEGRADED:
    case v1::TIME_HEALTH_FALLBACK:
    case v1::TIME_HEALTH_HOLDOVER:
      return status.protocol() == v1::TIME_PROTOCOL_PTP ||
             status.protocol() == v1::TIME_PROTOCOL_NTP;
    default:
      return false;
  }
}

bool InFallback(const v1::TimeStatus& status) {
  return status.health() == v1::TIME_HEALTH_FALLBACK || status.fallback().in_fallback();
}

// PTP runs and leaves the clock alone.
bool OnlyMeasured(const v1::TimeStatus& status) {
  const auto& conditions = status.conditions();
  return status.protocol() != v1::TIME_PROTOCOL_NTP &&
         std::any_of(conditions.begin(), conditions.end(), [](const v1::Condition& condition) {
           return condition.code() == "CLOCK_READ_ONLY" ||
                  condition.code() == "CLOCK_NOT_ADJUSTABLE";
         });
}

// Written so that NaN is not within.
bool Within(const v1::TimeStatus& status, double limit_ns) {
  return status.has_maximum_error_ns() && status.maximum_error_ns() <= limit_ns;
}

v1::PrecisionClockReason ReasonAgainst(const v1::TimeStatus& status, const Demand& demand) {
  if (status.health() == v1::TIME_HEALTH_DISABLED) {
    return OnlyMeasured(status) ? v1::PRECISION_CLOCK_REASON_NOT_THE_SYSTEM_CLOCK
                                : v1::PRECISION_CLOCK_REASON_DISABLED;
  }
  if (!IsSynchronized(status)) return v1::PRECISION_CLOCK_REASON_UNSYNCHRONIZED;
  if (!Provides(status.protocol(), demand.protocol)) {
    return demand.protocol == v1::TIME_PROTOCOL_PTP && InFallback(status)
               ? v1::PRECISION_CLOCK_REASON_FALLBACK
               : v1::PRECISION_CLOCK_REASON_OTHER_PROTOCOL;
  }
  if (!KeepsSystemClock(status)) return v1::PRECISION_CLOCK_REASON_NOT_THE_SYSTEM_CLOCK;
  if (demand.maximum_error_ns && !Within(status, *demand.maximum_error_ns)) {
    return v1::PRECISION_CLOCK_REASON_ERROR_TOO_LARGE;
  }
  return v1::PRECISION_CLOCK_REASON_NONE;
}

}  // namespace

bool KeepsSystemClock(const v1::TimeStatus& status) {
  return status.clock() != "virtual" && !OnlyMeasured(status);
}

v1::PrecisionClockAnswer Judge(const v1::TimeStatus& status, const Demand& demand) {
  v1::PrecisionClockAnswer answer;
  answer.set_reason(ReasonAgainst(status, demand));
  answer.set_compatible(answer.reason() == v1::PRECISION_CLOCK_REASON_NONE);
  answer.set_message(Words(status, demand, answer.reason()));
  answer.set_provided(IsSynchronized(status) ? status.protocol() : v1::TIME_PROTOCOL_NONE);
  answer.set_health(status.health());
  if (status.has_maximum_error_ns()) answer.set_maximum_error_ns(status.maximum_error_ns());
  if (status.has_since()) *answer.mutable_since() = status.since();
  answer.set_host_name(status.host_name());
  return answer;
}

bool SameVerdict(const v1::PrecisionClockAnswer& a, const v1::PrecisionClockAnswer& b) {
  return a.compatible() == b.compatible() && a.reason() == b.reason() &&
         a.provided() == b.provided() && a.health() == b.health() &&
         a.since().seconds() == b.since().seconds() && a.since().nanos() == b.since().nanos() &&
         a.host_name() == b.host_name();
}

}  // namespace hostctl::precision_clock
