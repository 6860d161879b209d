#include "service/host_time/host_clocks.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/host_time/timestamp.h"
#include "service/reconcile/failure.h"

namespace hostctl::host_time {
namespace {

std::string Rfc3339(absl::Time time, const absl::TimeZone& zone) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%S%Ez", time, zone);
}

std::string Utc(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

// A hardware clock counts two digits of the year, a 64-bit count of nanoseconds ends in 2262.
absl::Status CheckRange(absl::Time time) {
  const absl::Time first = absl::FromCivil(absl::CivilYear(2000), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilYear(2262), absl::UTCTimeZone());
  if (time >= first && time < end) return absl::OkStatus();
  return reconcile::Failure(
      absl::StatusCode::kInvalidArgument,
      absl::StrCat("the time ", Utc(time), " is not within the years 2000 to 2261"),
      {"TIME_OUT_OF_RANGE", "time", ""});
}

}  // namespace

HostClocks::HostClocks(Parts parts) : parts_(std::move(parts)) {}

v1::SystemTime HostClocks::SystemTime() {
  v1::SystemTime out;
  out.set_time_zone(parts_.zones.Current());
  const auto zone = parts_.zones.Load(out.time_zone());
  const absl::Time now = parts_.system.Now();
  *out.mutable_time() = ToTimestamp(now);
  out.set_local_time(Rfc3339(now, zone.ok() ? *zone : absl::UTCTimeZone()));
  out.set_owner(parts_.owner());
  return out;
}

absl::Status HostClocks::CheckOwner(const SetMode& mode) {
  if (mode.force) return absl::OkStatus();
  const v1::TimeProtocol owner = parts_.owner();
  if (owner != v1::TIME_PROTOCOL_PTP && owner != v1::TIME_PROTOCOL_NTP) return absl::OkStatus();
  const bool ptp = owner == v1::TIME_PROTOCOL_PTP;
  return reconcile::Failure(
      absl::StatusCode::kFailedPrecondition,
      absl::StrCat(ptp ? "PTP" : "NTP",
                   " owns the system clock and would put its own time back; set it all the same "
                   "with --force"),
      {"CLOCK_HAS_OWNER", "",
       ptp ? "hostctl system ptp set --disable" : "hostctl system ntp set --disable"});
}

HostClocks::Changes HostClocks::SetSystemTime(absl::Time time, SetMode mode) {
  for (const absl::Status& check : {CheckRange(time), CheckOwner(mode), parts_.system.Settable()}) {
    if (!check.ok()) return check;
  }
  const absl::Time before = parts_.system.Now();
  if (!mode.validate_only) {
    absl::Status set = parts_.system.Set(time);
    if (!set.ok()) return set;
  }
  return std::vector<reconcile::Change>{{"time.system_clock", Utc(before), Utc(time)}};
}

absl::StatusOr<v1::HardwareClock> HostClocks::HardwareTime() {
  const std::lock_guard<std::mutex> lock(rtc_in_use_);
  const auto reading = parts_.rtc.Read();
  if (!reading.ok()) return reading.status();
  v1::HardwareClock out;
  *out.mutable_time() = ToTimestamp(absl::FromCivil(reading->second, absl::UTCTimeZone()));
  out.set_device(parts_.rtc.device());
  out.set_offset_ns(absl::ToInt64Nanoseconds(OffsetOf(*reading)));
  out.set_kept_by_kernel(parts_.system.KeepsHardwareClock());
  return out;
}

HostClocks::Changes HostClocks::SetHardwareTime(std::optional<absl::Time> time, SetMode mode) {
  // The one whose time it is to have needs no permission of the owner: it has it from him.
  const SetMode ask{mode.force || !time.has_value(), mode.validate_only};
  for (const absl::Status& check :
       {CheckRange(time.value_or(parts_.system.Now())), parts_.system.Settable(),
        parts_.rtc.Check(), CheckOwner(ask)}) {
    if (!check.ok()) return check;
  }
  const std::lock_guard<std::mutex> lock(rtc_in_use_);
  const absl::Time asked = parts_.system.Now();
  const auto before = parts_.rtc.Read();
  const absl::Time now = parts_.system.Now();
  const absl::Time wanted = time.has_value() ? *time + (now - asked) : now;
  const RtcWrite plan = PlanWrite(wanted, parts_.rtc.set_delay());
  if (!mode.validate_only) {
    parts_.wait(plan.wait);
    absl::Status set = parts_.rtc.Write(plan.second);
    if (!set.ok()) return set;
  }
  // A chip whose time is not valid is one to be set.
  const std::string was =
      before.ok()
          ? Rfc3339(absl::FromCivil(before->second, absl::UTCTimeZone()), absl::UTCTimeZone())
          : "";
  return std::vector<reconcile::Change>{
      {"time.hardware_clock", was,
       Rfc3339(absl::FromCivil(plan.second, absl::UTCTimeZone()), absl::UTCTimeZone())}};
}

absl::StatusOr<v1::ListTimeZonesResponse> HostClocks::Zones() {
  const auto names = parts_.zones.Names();
  if (!names.ok()) return names.status();
  const std::string current = parts_.zones.Current();
  const absl::Time now = parts_.system.Now();
  v1::ListTimeZonesResponse out;
  for (const std::string& name : *names) {
    const auto zone = parts_.zones.Load(name);
    if (!zone.ok()) continue;  // a file that only begins like rules
    const absl::TimeZone::CivilInfo at = zone->At(now);
    v1::TimeZone& entry = *out.add_time_zones();
    entry.set_name(name);
    entry.set_utc_offset_s(at.offset);
    entry.set_abbreviation(at.zone_abbr);
    entry.set_current(name == current);
  }
  return out;
}

HostClocks::Changes HostClocks::SetZone(const std::string& name, bool validate_only) {
  const auto zone = parts_.zones.Load(name);
  if (!zone.ok()) return zone.status();
  const std::string before = parts_.zones.Current();
  if (before == name) return std::vector<reconcile::Change>();
  if (!validate_only) {
    absl::Status set = parts_.zones.Set(name);
    if (!set.ok()) return set;
  }
  return std::vector<reconcile::Change>{{"time.zone", before, name}};
}

}  // namespace hostctl::host_time
