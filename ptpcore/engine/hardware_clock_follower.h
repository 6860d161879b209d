// Lets the system clock follow a PTP hardware clock, and looks after the latter: what
// linuxptp has phc2sys for. Each comparison of both clocks is a little exchange of messages
// whose path is the bus, so the servo is the one that follows masters.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/clock/hardware_clock.h"
#include "ptpcore/engine/lent_frequency.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/servo/servo.h"
#include "ptpcore/stats/running_window.h"

namespace ptpcore::engine {

class HardwareClockFollower {
 public:
  using OnEvent = std::function<void(const std::string& kind, const std::string& text)>;

  // `hardware` must outlive this object. `read_only`: compares, but moves no clock.
  HardwareClockFollower(clock::HardwareClock& hardware, servo::StepRule step_rule, bool read_only,
                        OnEvent on_event);

  // Another program steers the system clock until it is taken back: it is compared and not
  // moved. The hardware clock goes on as before.
  void SetLent(bool lent);

  // Compares once when that is due. `hardware_right`: the hardware clock was synchronized at
  // some time; the system clock follows from then on. `utc_offset_s`: what the followed
  // master is ahead of UTC, and so is to be the hardware clock. True where the hardware clock
  // was moved: what was stamped before is void.
  bool HandleTimers(protocol::MonoTime now, bool hardware_right, std::optional<int> utc_offset_s);
  protocol::MonoTime NextDeadline() const { return next_; }

  // The system clock is steady near the hardware clock.
  bool calibrated() const { return servo_->estimate().calibrated; }
  // `/dev/ptp0`.
  const std::string& device() const { return hardware_.device(); }
  // Times the hardware clock was set back.
  uint64_t repairs() const { return repairs_; }
  hostctl::v1::HardwareClockStatus Status() const;

 private:
  bool follows() const { return following_ && !read_only_; }
  bool TakeTimescale(int utc_offset_s);
  bool LookAfterHardware();
  void Compare(protocol::MonoTime now);
  void NoteSystemFrequency(protocol::MonoTime now);
  // False when the clock was stepped: readings before are void.
  bool Obey(const servo::Command& command);
  void TellTrouble(const absl::Status& status);

  clock::HardwareClock& hardware_;
  bool read_only_;
  OnEvent on_event_;
  std::unique_ptr<servo::Servo> servo_;
  bool following_ = false;
  bool lent_ = false;
  LentFrequency system_frequency_;  // while lent
  protocol::MonoTime next_{};
  stats::RunningWindow offset_ns_;
  double delay_ns_ = 0;
  uint64_t repairs_ = 0;
  std::string trouble_;
};

}  // namespace ptpcore::engine
