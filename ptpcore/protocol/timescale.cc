#include "ptpcore/protocol/timescale.h"

#include <cstdlib>
#include <tuple>

namespace ptpcore::protocol {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

auto Fields(const TimeProperties& p) {
  return std::tie(p.ptp_timescale, p.time_traceable, p.frequency_traceable, p.leap61, p.leap59,
                  p.utc_offset_valid, p.utc_offset_s, p.time_source);
}

}  // namespace

bool operator==(const TimeProperties& a, const TimeProperties& b) {
  return Fields(a) == Fields(b);
}

TimeProperties TimePropertiesFromAnnounce(const wire::Header& header,
                                          const wire::Announce& announce) {
  TimeProperties p;
  p.ptp_timescale = header.Has(wire::kPtpTimescale);
  p.time_traceable = header.Has(wire::kTimeTraceable);
  p.frequency_traceable = header.Has(wire::kFrequencyTraceable);
  p.leap61 = header.Has(wire::kLeap61);
  p.leap59 = header.Has(wire::kLeap59);
  p.utc_offset_valid = header.Has(wire::kCurrentUtcOffsetValid);
  p.utc_offset_s = announce.current_utc_offset;
  p.time_source = announce.time_source;
  return p;
}

int UtcOffsetByRule(const TimeProperties& properties) {
  return properties.ptp_timescale ? properties.utc_offset_s : 0;
}

void UtcConverter::Reset() {
  const std::optional<LeapSecond> leap = leap_;
  const std::optional<int> before =
      have_ && leap_ ? std::optional<int>(applied_s_) : before_leap_s_;
  *this = UtcConverter();
  leap_ = leap;
  before_leap_s_ = before;
}

void UtcConverter::SetLeap(const std::optional<LeapSecond>& leap) {
  leap_ = leap;
  before_leap_s_.reset();
}

void UtcConverter::LeapPassed() {
  if (!leap_) return;
  if (have_ && applied_s_ != 0) {
    outdated_s_ = applied_s_;
    applied_s_ += leap_->leap;
    announced_s_ = UtcOffsetByRule(properties_);
  }
  SetLeap(std::nullopt);
}

void UtcConverter::Announced(const TimeProperties& properties) {
  properties_ = properties;
  announced_s_ = UtcOffsetByRule(properties);
  if (leap_ && !have_ && announced_s_ != 0 && !before_leap_s_ && !properties.leap61 &&
      !properties.leap59) {
    leap_.reset();  // nothing tells whether this offset is the one before or behind it
  }
  if (leap_) {
    // Masters change the offset some Announce before or after the instant.
    const int before_s = have_ ? applied_s_ : before_leap_s_.value_or(announced_s_);
    if (announced_s_ == before_s + leap_->leap) announced_s_ = before_s;
  }
  if (!have_) applied_s_ = announced_s_;
  have_ = true;
}

int64_t UtcConverter::FromSync(int64_t master_ns, int64_t local_ns, bool locked) {
  if (holding()) {
    const auto error = [&](int offset_s) {
      return std::llabs(local_ns - (master_ns - offset_s * kSecond));
    };
    // A leap second that nobody announced: timestamps cannot tell, the date can.
    const bool late_leap = properties_.utc_offset_valid && applied_s_ != 0 &&
                           announced_s_ != outdated_s_ &&
                           std::abs(announced_s_ - applied_s_) == 1 && IsFirstDayOfMonth(local_ns);
    if (!locked || late_leap || error(announced_s_) < error(applied_s_)) applied_s_ = announced_s_;
  }
  return Convert(master_ns);
}

int64_t UtcConverter::Convert(int64_t master_ns) const {
  return master_ns - OffsetAt(master_ns) * kSecond;
}

int UtcConverter::OffsetAt(int64_t master_ns) const {
  const bool is_tai = applied_s_ != 0;
  const bool behind = leap_ && is_tai && master_ns - applied_s_ * kSecond >= leap_->InstantUtcNs();
  return behind ? applied_s_ + leap_->leap : applied_s_;
}

bool UtcConverter::AmbiguousAt(int64_t master_ns) const {
  return leap_ && leap_->AmbiguousAt(master_ns - applied_s_ * kSecond);
}

std::string UtcConverter::Explanation() const {
  if (!have_) return "no master";
  const std::string applied = std::to_string(applied_s_);
  if (holding()) {
    return "the master's flags now ask for " + std::to_string(announced_s_) +
           " s, but its timestamps still mean " + applied + " s: keeping " + applied + " s";
  }
  if (!properties_.ptp_timescale) return "arbitrary timescale: its time is taken as UTC";
  return "PTP timescale: UTC is its time minus " + applied + " s" +
         (properties_.utc_offset_valid ? "" : " (which it does not mark as valid)");
}

}  // namespace ptpcore::protocol
