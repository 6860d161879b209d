#include "ptpcore/engine/leap_seconds.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "ptpcore/engine/protocol_config.h"

namespace ptpcore::engine {
namespace {

using protocol::LeapTable;
using protocol::TimeProperties;

absl::StatusOr<LeapTable> ReadList(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(std::strerror(errno));
  }
  return LeapTable::Parse(text.str());
}

std::optional<LeapTable> ListOf(const EngineConfig& config, const SteeredClock::OnEvent& on_event) {
  if (config.leap_seconds_file().empty()) return std::nullopt;
  absl::StatusOr<LeapTable> list = ReadList(config.leap_seconds_file());
  if (list.ok()) return *std::move(list);
  on_event("FAULT", absl::StrCat("the list of leap seconds ", config.leap_seconds_file(),
                                 " is not used: ", std::string(list.status().message())));
  return std::nullopt;
}

protocol::GrandmasterTime AsGrandmaster(const TimeProperties& configured) {
  protocol::GrandmasterTime time;
  time.ptp_timescale = configured.ptp_timescale;
  time.utc_offset_s = configured.utc_offset_s;
  time.utc_offset_valid = configured.utc_offset_valid;
  time.time_traceable = configured.time_traceable;
  time.frequency_traceable = configured.frequency_traceable;
  time.time_source = configured.time_source;
  return time;
}

}  // namespace

LeapSeconds::LeapSeconds(clock::Clock& clock, const EngineConfig& config,
                         SteeredClock::OnEvent on_event)
    : clock_(clock),
      read_only_(config.read_only()),
      time_(AsGrandmaster(ProtocolClockConfigOf(config).time_properties)),
      keeper_(clock, ListOf(config, on_event), config.read_only(), on_event) {}

void LeapSeconds::Update(const protocol::PtpClock* followed,
                         const std::vector<protocol::PtpClock*>& all, bool synchronized,
                         protocol::MonoTime now) {
  const bool follows = followed != nullptr && followed->slave_port().has_value();
  // Nobody can tell a clock that others follow what day it is.
  const bool is_master = followed != nullptr && !follows && !followed->data_sets().own.slave_only;
  std::optional<protocol::LeapFlags> announced;
  if (follows) {
    const TimeProperties& properties = followed->data_sets().time_properties;
    announced = protocol::LeapFlags{properties.leap61, properties.leap59};
  }
  const LeapKeeper::Change change = keeper_.Update(announced, synchronized || is_master, now);
  if (change == LeapKeeper::Change::kInstant) leaps_passed_ += keeper_.leap()->leap;
  for (protocol::PtpClock* clock : all) Tell(change, *clock, now);
  if (followed != nullptr && synchronized) TellTai(followed->data_sets().time_properties);
}

void LeapSeconds::Tell(LeapKeeper::Change change, protocol::PtpClock& clock,
                       protocol::MonoTime now) {
  if (keeper_.phase() != LeapKeeper::Phase::kPassed && !(clock.leap() == keeper_.leap()) &&
      change != LeapKeeper::Change::kForgotten) {
    clock.SetLeap(keeper_.leap());
  }
  if (change == LeapKeeper::Change::kInstant) clock.LeapReached();
  if (change == LeapKeeper::Change::kForgotten) clock.LeapPassed();
  clock.SetTimeAmbiguous(keeper_.Ambiguous());
  if (clock.data_sets().own.slave_only || keeper_.Ambiguous()) return;
  const auto to_come =
      keeper_.phase() == LeapKeeper::Phase::kPending ? keeper_.leap() : std::nullopt;
  const TimeProperties properties = PropertiesAt(
      time_, clock_.NowNs(), keeper_.list() ? &*keeper_.list() : nullptr, to_come, leaps_passed_);
  clock.SetOwnTime(properties, now);
}

// Only what is certain: CLOCK_TAI is for those who rely on it.
void LeapSeconds::TellTai(const TimeProperties& properties) {
  if (read_only_ || keeper_.phase() == LeapKeeper::Phase::kPassed) return;
  if (!properties.ptp_timescale || !properties.utc_offset_valid) return;
  if (told_tai_s_ == properties.utc_offset_s) return;
  if (clock_.SetTaiMinusUtc(properties.utc_offset_s).ok()) told_tai_s_ = properties.utc_offset_s;
}

}  // namespace ptpcore::engine
