// A free-running software clock over CLOCK_MONOTONIC_RAW that is disciplined
// like a real one, for hosts (and tests) where the real clock must not be
// touched. It is born wrong on purpose, so its true error is known.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/clock/clock.h"
#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/clock/virtual_clock_file.h"

namespace ptpcore::clock {

struct VirtualClockOptions {
  std::string state_file;          // empty: the clock ends with the process
  int64_t initial_offset_ns = 0;   // from CLOCK_REALTIME, at birth
  double frequency_error_ppb = 0;  // against CLOCK_MONOTONIC_RAW; -500000..500000
};

class VirtualClock : public Clock {
 public:
  // Continues the clock in the state file; where there is none, or it is from
  // another boot or another frequency error, a clock is born.
  static absl::StatusOr<std::unique_ptr<VirtualClock>> Open(const VirtualClockOptions& options,
                                                            KernelTime time);

  int64_t NowNs() override;
  int64_t AtKernelTimestamp(int64_t realtime_ns) override;
  absl::Status Step(int64_t delta_ns) override;
  absl::Status SetFrequency(double ppb) override;
  absl::StatusOr<double> Frequency() override { return State().correction_ppb; }
  double max_frequency_ppb() const override { return 500'000; }
  // Remembered here, as the kernel does; not in the file.
  absl::Status TellSynchronized(const std::optional<ClockError>& error) override {
    told_error_ = error;
    return absl::OkStatus();
  }
  const std::optional<ClockError>& told_error() const { return told_error_; }
  std::string name() const override { return "virtual"; }

 private:
  VirtualClock(std::optional<VirtualClockFile> file, KernelTime time, VirtualClockState state);
  // The state in force: somebody else may have set the clock.
  const VirtualClockState& State();
  // Makes the state the one in force, in the file as well.
  void Put(const VirtualClockState& state);

  std::optional<VirtualClockFile> file_;
  KernelTime time_;
  VirtualClockState state_;
  std::optional<ClockError> told_error_;
};

}  // namespace ptpcore::clock
