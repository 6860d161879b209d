// A PTP hardware clock as the clock that is disciplined. The device runs in the timescale of
// the master, TAI or UTC, as other users of it expect; seen from here it is UTC. Behind it
// stands the system clock, which follows it (engine/hardware_clock_follower).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ptpcore/clock/clock.h"
#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/clock/phc_comparison.h"
#include "ptpcore/clock/phc_device.h"

namespace ptpcore::clock {

class HardwareClock : public Clock {
 public:
  // `tai_minus_utc_s`: what TAI is believed to be ahead. The device is taken to be in TAI,
  // unless it is near the system clock. UNAVAILABLE when it cannot be read.
  static absl::StatusOr<std::unique_ptr<HardwareClock>> Open(std::unique_ptr<PhcDevice> device,
                                                             std::unique_ptr<Clock> system,
                                                             KernelTime time, int tai_minus_utc_s);

  // When the device cannot be read: as CLOCK_MONOTONIC goes on from its last reading.
  int64_t NowNs() override;
  // The system clock follows this one, so that its stamps are nearly ours.
  int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns; }
  std::optional<int64_t> AtHardwareTimestamp(int64_t hardware_ns) override;
  absl::Status Step(int64_t delta_ns) override;
  absl::Status SetFrequency(double ppb) override;
  absl::StatusOr<double> Frequency() override { return device_->Frequency(); }
  double max_frequency_ppb() const override { return device_->max_frequency_ppb(); }
  // The system clock is armed as well. A device in TAI runs on; only what is taken off it
  // changes. One in UTC must be stepped by the caller (UNIMPLEMENTED).
  absl::Status ArmLeapSecond(int leap) override;
  // Within some seconds of an armed leap second, when one clock may have leapt and the other
  // not yet.
  bool NearLeapSecond();
  absl::Status SetTaiMinusUtc(int seconds) override {
    return system_lent_ ? absl::OkStatus() : system_->SetTaiMinusUtc(seconds);
  }
  // The system clock, which follows.
  absl::Status TellSynchronized(const std::optional<ClockError>& error) override {
    return system_lent_ ? absl::OkStatus() : system_->TellSynchronized(error);
  }
  std::string name() const override { return "hardware"; }

  // What the device is ahead of UTC. From UTC to TAI and back the device is stepped by the
  // difference: in UTC, as seen from here, nothing changes. Another idea of how far TAI is
  // ahead leaves the device alone and changes UTC.
  int utc_offset_s() const { return utc_offset_s_; }
  absl::Status SetUtcOffset(int seconds);

  // Looks whether the device jumped or lost its frequency correction, as the reset of a
  // network device does, and sets it back: what happened, in words. UNAVAILABLE when the
  // device is gone.
  absl::StatusOr<std::optional<std::string>> Repair();
  // Only looks (a clock that is not ours to adjust).
  void SetReadOnly(bool read_only) { read_only_ = read_only; }
  // Leaves the system clock alone, which another program steers for the time being.
  void SetSystemLent(bool lent) { system_lent_ = lent; }

  // The system clock between whose readings the device was read, all in UTC.
  absl::StatusOr<PhcReading> Compare();

  // `/dev/ptp0`.
  const std::string& device() const { return device_->path(); }
  const PhcComparison& comparison() const { return comparison_; }
  Clock& system() const { return *system_; }

 private:
  HardwareClock(std::unique_ptr<PhcDevice> device, std::unique_ptr<Clock> system, KernelTime time);
  int64_t UtcOf(int64_t device_ns);
  void Remember(int64_t device_ns);

  std::unique_ptr<PhcDevice> device_;
  std::unique_ptr<Clock> system_;
  KernelTime time_;
  PhcComparison comparison_;
  int utc_offset_s_ = 0;
  bool read_only_ = false;
  bool system_lent_ = false;
  int armed_leap_ = 0;
  int64_t leap_at_ns_ = 0;  // UTC, where the offset changes
  // The last reading, and CLOCK_MONOTONIC then: the device is to go on from there.
  int64_t device_ns_ = 0;
  int64_t monotonic_ns_ = 0;
  double frequency_ppb_ = 0;  // what it was told
};

}  // namespace ptpcore::clock
