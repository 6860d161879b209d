#include "ptpcore/engine/hardware_clock_follower.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::engine {
namespace {

// Often enough that the system clock's quartz has no time to wander; the readings cost
// some microseconds.
constexpr protocol::Duration kCompareEvery = std::chrono::milliseconds(250);

std::unique_ptr<servo::Servo> MakeServo(const clock::HardwareClock& hardware,
                                        servo::StepRule step_rule) {
  servo::ServoConfig config;
  config.step_rule = step_rule;
  config.max_frequency_ppb = hardware.system().max_frequency_ppb();
  return servo::NewServo(config);
}

}  // namespace

HardwareClockFollower::HardwareClockFollower(clock::HardwareClock& hardware,
                                             servo::StepRule step_rule, bool read_only,
                                             OnEvent on_event)
    : hardware_(hardware),
      read_only_(read_only),
      on_event_(std::move(on_event)),
      servo_(MakeServo(hardware, step_rule)) {
  hardware_.SetReadOnly(read_only);
  servo_->Reset(hardware_.system().Frequency().value_or(0), /*may_step=*/true);
}

void HardwareClockFollower::SetLent(bool lent) {
  if (lent == lent_) return;
  lent_ = lent;
  hardware_.SetSystemLent(lent);
  system_frequency_ = LentFrequency();
  if (lent) {
    // Ends the removal of an offset, which would otherwise go on past zero.
    if (follows()) Obey(servo_->OnSilence(hardware_.system().NowNs()));
    servo_->Lend();
    return;
  }
  servo_->TakeBack();
  if (follows()) Obey(servo_->OnSilence(hardware_.system().NowNs()));
}

bool HardwareClockFollower::HandleTimers(protocol::MonoTime now, bool hardware_right,
                                         std::optional<int> utc_offset_s) {
  const bool moved = utc_offset_s && TakeTimescale(*utc_offset_s);
  if (now < next_) return moved;
  next_ = now + kCompareEvery;
  following_ = following_ || hardware_right;
  const bool set_back = LookAfterHardware();
  Compare(now);
  return set_back || moved;
}

bool HardwareClockFollower::TakeTimescale(int utc_offset_s) {
  if (utc_offset_s == hardware_.utc_offset_s() || hardware_.NearLeapSecond()) return false;
  const absl::Status set = hardware_.SetUtcOffset(utc_offset_s);
  TellTrouble(set);
  if (!set.ok()) return false;
  on_event_("UTC_DECISION", absl::StrCat(hardware_.device(), " runs ", utc_offset_s,
                                         " s ahead of UTC, as the master does"));
  return true;
}

bool HardwareClockFollower::LookAfterHardware() {
  const auto repaired = hardware_.Repair();
  if (!repaired.ok() || !repaired->has_value()) return false;
  ++repairs_;
  on_event_("RECOVERED", **repaired);
  return true;
}

void HardwareClockFollower::Compare(protocol::MonoTime now) {
  const absl::StatusOr<clock::PhcReading> reading = hardware_.Compare();
  TellTrouble(reading.status());
  if (!reading.ok() || hardware_.NearLeapSecond()) return;
  delay_ns_ = static_cast<double>(reading->delay_ns());
  const int64_t offset_ns = reading->system_before_ns - reading->phc_ns + reading->delay_ns() / 2;
  offset_ns_.Add(static_cast<double>(offset_ns), now.time_since_epoch().count());
  if (!follows()) return;
  if (lent_) NoteSystemFrequency(now);
  // To the hardware clock, and back from it.
  if (Obey(servo_->OnDelay({reading->phc_ns, reading->system_before_ns, 0}))) {
    Obey(servo_->OnSync({reading->phc_ns, reading->system_after_ns, 0}));
  }
}

void HardwareClockFollower::NoteSystemFrequency(protocol::MonoTime now) {
  const absl::StatusOr<double> in_force = hardware_.system().Frequency();
  if (!in_force.ok()) return;
  system_frequency_.See(*in_force, now);
  const LentFrequency::Mean mean = *system_frequency_.Take();
  servo_->NoteFrequency(mean.ppb, mean.doubt_ns);
}

bool HardwareClockFollower::Obey(const servo::Command& command) {
  if (command.step_ns) {
    const absl::Status stepped = hardware_.system().Step(*command.step_ns);
    TellTrouble(stepped);
    if (stepped.ok()) {
      on_event_("CLOCK_STEPPED",
                absl::StrFormat("the system clock by %+.9f s to follow %s",
                                static_cast<double>(*command.step_ns) * 1e-9, hardware_.device()));
      offset_ns_.Clear();
    }
  }
  if (command.frequency_ppb) TellTrouble(hardware_.system().SetFrequency(*command.frequency_ppb));
  return !command.step_ns;
}

// Once per kind of trouble.
void HardwareClockFollower::TellTrouble(const absl::Status& status) {
  std::string trouble = status.ok() ? "" : std::string(status.message());
  if (trouble == trouble_) return;
  if (trouble.empty()) {
    on_event_("RECOVERED", absl::StrCat(hardware_.device(), " and the system clock can be used"));
  } else {
    on_event_("FAULT", trouble);
  }
  trouble_ = std::move(trouble);
}

hostctl::v1::HardwareClockStatus HardwareClockFollower::Status() const {
  hostctl::v1::HardwareClockStatus status;
  status.set_device(hardware_.device());
  const stats::Moments recent = offset_ns_.Recent();
  if (recent.count() > 0) {
    auto& offset = *status.mutable_system_offset_ns();
    offset.set_last(offset_ns_.last());
    offset.set_mean(recent.mean());
    offset.set_std_dev(recent.std_dev());
    offset.set_samples(recent.count());
  }
  if (const auto& method = hardware_.comparison().method()) {
    status.set_comparison(clock::ToString(*method));
  }
  status.set_comparison_delay_ns(delay_ns_);
  status.set_system_frequency_correction_ppb(hardware_.system().Frequency().value_or(0));
  return status;
}

}  // namespace ptpcore::engine
