// The clock that is disciplined: read it, step it, change its rate, and tell
// what it showed when the kernel timestamped a packet.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ptpcore::clock {

// How far a clock can be off, either way.
struct ClockError {
  double estimated_ns = 0;  // with a probability of 95 %
  double maximum_ns = 0;    // also where the path hides what an asymmetric one can
};

// All times are UTC nanoseconds since 1970. Not thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual int64_t NowNs() = 0;

  // What this clock showed at the moment a recent kernel timestamp
  // (CLOCK_REALTIME, at most some seconds old) was taken.
  virtual int64_t AtKernelTimestamp(int64_t realtime_ns) = 0;
  // What this clock showed when its network device stamped a packet by the clock that both
  // share. Absent where this clock is not a network device's.
  virtual std::optional<int64_t> AtHardwareTimestamp(int64_t /*hardware_ns*/) {
    return std::nullopt;
  }

  // Adds `delta_ns` to the clock. PERMISSION_DENIED without the right to.
  virtual absl::Status Step(int64_t delta_ns) = 0;

  // Makes the clock run `ppb` parts per billion faster than uncorrected (slower
  // where negative), from now on. Values beyond max_frequency_ppb() are refused
  // with OUT_OF_RANGE.
  virtual absl::Status SetFrequency(double ppb) = 0;
  // The correction in force, also when another program or a process before us set it.
  virtual absl::StatusOr<double> Frequency() = 0;
  virtual double max_frequency_ppb() const = 0;

  // Has the clock insert (+1) or leave out (-1) the last second of the UTC day that it
  // shows, or neither (0), by itself. UNIMPLEMENTED: this clock cannot; step it then.
  virtual absl::Status ArmLeapSecond(int /*leap*/) {
    return absl::UnimplementedError("the clock knows no leap seconds");
  }
  // Tells the clock TAI - UTC in seconds, for those who ask it for TAI. Not every clock
  // can use that.
  virtual absl::Status SetTaiMinusUtc(int /*seconds*/) { return absl::OkStatus(); }

  // Tells the clock how right it is, for those who ask it; absent: it is not synchronized.
  // Not every clock can be asked.
  virtual absl::Status TellSynchronized(const std::optional<ClockError>& /*error*/) {
    return absl::OkStatus();
  }

  // `system`, `virtual`, `hardware`.
  virtual std::string name() const = 0;
};

// Shows whether we may adjust `clock`: sets the frequency that it has, or the nearest that
// it takes, as another program may have driven it faster.
inline absl::Status ProveAdjustable(Clock& clock) {
  const absl::StatusOr<double> in_force = clock.Frequency();
  if (!in_force.ok()) return in_force.status();
  const double most = clock.max_frequency_ppb();
  return clock.SetFrequency(std::clamp(*in_force, -most, most));
}

}  // namespace ptpcore::clock
