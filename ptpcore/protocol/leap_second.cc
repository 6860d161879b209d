#include "ptpcore/protocol/leap_second.h"

#include <ctime>

namespace ptpcore::protocol {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kDayNs = 86'400 * kNsPerSecond;
constexpr int64_t kAmbiguousNs = 2 * kNsPerSecond;

// Days since 1970, also before it.
int64_t DayOf(int64_t utc_ns) {
  return utc_ns / kDayNs - (utc_ns % kDayNs < 0 ? 1 : 0);
}

int DayOfMonth(int64_t day) {
  const std::time_t seconds = day * 86'400;
  std::tm date{};
  gmtime_r(&seconds, &date);
  return date.tm_mday;
}

const char* Describe(int leap) {
  return leap > 0 ? "a second is inserted" : leap < 0 ? "a second is left out" : "no leap second";
}

}  // namespace

bool LeapSecond::AmbiguousAt(int64_t utc_ns) const {
  const int64_t from_ns = InstantUtcNs() - kAmbiguousNs;
  return utc_ns > from_ns && utc_ns - from_ns < 2 * kAmbiguousNs;
}

bool IsFirstDayOfMonth(int64_t utc_ns) {
  return DayOfMonth(DayOf(utc_ns)) == 1;
}

bool IsLastDayOfMonth(int64_t utc_ns) {
  return DayOfMonth(DayOf(utc_ns) + 1) == 1;
}

LeapDecision DecideLeap(int64_t utc_ns, const std::optional<LeapFlags>& announced,
                        const LeapTable* list) {
  // Both flags at once mean nothing.
  const bool contradictory = announced && announced->leap61 && announced->leap59;
  const int by_master = !announced || contradictory ? 0 : announced->leap61 - announced->leap59;
  const std::optional<int> by_list = list == nullptr ? std::nullopt : list->LeapAtEndOfDay(utc_ns);

  LeapDecision decision;
  int leap = by_list.value_or(by_master);
  if (by_list) {
    if (leap != 0) {
      decision.explanation = std::string("by the list of leap seconds ") + Describe(leap) +
                             " at the end of this UTC day";
    }
    if (announced && by_master != leap) {
      if (!decision.explanation.empty()) decision.explanation += "; ";
      decision.explanation += std::string("the master announces ") + Describe(by_master) +
                              ", the list of leap seconds " +
                              (leap == 0 ? "has none" : "is believed");
    }
  } else if (contradictory) {
    decision.explanation = "the master announces a leap second both ways: ignored";
  } else if (by_master != 0 && !IsLastDayOfMonth(utc_ns)) {
    leap = 0;
    decision.explanation = std::string("the master announces that ") + Describe(by_master) +
                           " today, which is not the last day of a month: ignored";
  } else if (by_master != 0) {
    decision.explanation = std::string("by the master's announcement ") + Describe(by_master) +
                           " at the end of this UTC day";
  }
  if (leap != 0) decision.leap = LeapSecond{leap, (DayOf(utc_ns) + 1) * kDayNs};
  return decision;
}

}  // namespace ptpcore::protocol
