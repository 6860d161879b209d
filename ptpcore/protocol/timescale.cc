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

void UtcConverter::Announced(const TimeProperties& properties) {
  const int offset_s = UtcOffsetByRule(properties);
  // A leap second moves a valid offset by one; that is no contradiction.
  const bool leap = have_ && !holding() && properties_.ptp_timescale &&
                    properties_.utc_offset_valid && properties.ptp_timescale &&
                    properties.utc_offset_valid && std::abs(offset_s - applied_s_) == 1;
  if (!have_ || leap) applied_s_ = offset_s;
  announced_s_ = offset_s;
  properties_ = properties;
  have_ = true;
}

int64_t UtcConverter::FromSync(int64_t master_ns, int64_t local_ns, bool locked) {
  if (holding()) {
    const auto error = [&](int offset_s) {
      return std::llabs(local_ns - (master_ns - offset_s * kSecond));
    };
    if (!locked || error(announced_s_) < error(applied_s_)) applied_s_ = announced_s_;
  }
  return Convert(master_ns);
}

int64_t UtcConverter::Convert(int64_t master_ns) const {
  return master_ns - applied_s_ * kSecond;
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
