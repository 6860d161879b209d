// The master's time is UTC after all: a timescale that is told wrongly shows as the whole
// seconds between TAI and UTC (37 since 2017).
#include <cmath>
#include <cstdio>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"
#include "service/diagnose/sync_samples.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "TIMESCALE";
constexpr char kTitle[] = "The master's time is told as UTC";
// TAI - UTC as it was since 2012, and one leap second more.
constexpr int kLeastUtcOffset = 35;
constexpr int kGreatestUtcOffset = 38;
// The network, and a clock that nobody has set for a while.
constexpr double kTolerance = 0.5;

// Whole seconds, if that is the difference between TAI and UTC.
std::optional<int> AsUtcOffset(double seconds) {
  const double whole = std::round(std::abs(seconds));
  if (whole < kLeastUtcOffset || whole > kGreatestUtcOffset) return std::nullopt;
  if (std::abs(std::abs(seconds) - whole) > kTolerance) return std::nullopt;
  return static_cast<int>(std::copysign(whole, seconds));
}

// What is off by about 37 s, in words; empty: nothing.
std::string Witness(const Facts& facts) {
  const v1::PtpStats& stats = *facts.after;
  if (const Talker* master = Master(facts)) {
    const auto sent = MedianOffset(*master);
    // As the engine makes UTC of it.
    const double utc = sent.value_or(0) - stats.time_properties().applied_utc_offset_s();
    if (sent && AsUtcOffset(utc)) {
      return absl::StrFormat("the master's time, taken as UTC, is %+.3f s off this kernel's", utc);
    }
  }
  const double offset = stats.offset_from_master_ns().last() * 1e-9;
  if (AsUtcOffset(offset)) {
    return absl::StrFormat("this host's clock is %+.3f s off the master's", offset);
  }
  if (facts.kernel_clock.rtc_minus_kernel_s &&
      AsUtcOffset(*facts.kernel_clock.rtc_minus_kernel_s)) {
    return absl::StrFormat("the hardware clock (RTC) is %+.1f s off the system clock",
                           *facts.kernel_clock.rtc_minus_kernel_s);
  }
  for (const v1::PtpEvent& event : stats.events()) {
    double step = 0;
    if (event.kind() == "CLOCK_STEPPED" &&
        std::sscanf(event.text().c_str(), "by %lf", &step) == 1 && AsUtcOffset(step)) {
      return absl::StrFormat("the clock was stepped by %+.3f s to follow the master", step);
    }
  }
  return "";
}

// TAI - UTC by the list of leap seconds or, without one, as somebody has told the kernel.
std::optional<int> TaiOffset(const KernelClock& clock) {
  if (clock.leap_list_tai_offset_s) return clock.leap_list_tai_offset_s;
  if (clock.known && clock.tai_offset_s != 0) return static_cast<int>(clock.tai_offset_s);
  return std::nullopt;
}

}  // namespace

v1::TestStep JudgeTimescale(const Facts& facts) {
  if (IsMaster(facts) || !Follows(facts)) return Skipped(kCode, kTitle, "this host is master");
  if (!facts.after || !facts.after->has_time_properties()) {
    return Skipped(kCode, kTitle, "no master is followed");
  }
  const v1::TimePropertiesDataSet& properties = facts.after->time_properties();
  const std::string announced = absl::StrCat(
      "announced: ", properties.ptp_timescale() ? "PTP timescale" : "arbitrary timescale",
      ", currentUtcOffset ", properties.current_utc_offset_s(), " s",
      properties.current_utc_offset_valid() ? "" : " (not valid)");
  const std::string witness = Witness(facts);
  const std::optional<int> known = TaiOffset(facts.kernel_clock);
  Findings findings;
  if (!witness.empty()) {
    findings.push_back(Failure(
        "UTC_OFFSET_WRONG",
        "the master's time is off by the whole seconds between TAI and UTC: it announces a "
        "timescale that it does not send",
        {witness, announced, properties.utc_decision()},
        "correct the grandmaster's timescale: ptpTimescale and currentUtcOffset, or the clock that "
        "it takes its time from"));
  } else if (properties.ptp_timescale() && known && properties.current_utc_offset_s() != *known) {
    const std::string listed =
        absl::StrCat("TAI - UTC is ", *known, " s as this host knows it, by the ",
                     facts.kernel_clock.leap_list_tai_offset_s ? "list of leap seconds" : "kernel");
    findings.push_back(Failure(
        "UTC_OFFSET_WRONG",
        absl::StrCat("the master announces currentUtcOffset ", properties.current_utc_offset_s(),
                     " s, and that is not the difference there is"),
        {listed, properties.utc_decision()},
        "correct currentUtcOffset of the grandmaster, or update tzdata"));
  }
  return Found(kCode, kTitle,
               properties.utc_decision().empty() ? announced : properties.utc_decision(), findings);
}

}  // namespace hostctl::diagnose
