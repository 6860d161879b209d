// CLOCK_REALTIME, disciplined through clock_adjtime(2).
#pragma once

#include <sys/timex.h>

#include <functional>
#include <memory>
#include <optional>

#include "ptpcore/clock/clock.h"
#include "ptpcore/clock/kernel_time.h"

namespace ptpcore::clock {

// clock_adjtime(CLOCK_REALTIME, tx) as the kernel offers it: the clock state, or
// -1 with errno. Injected, because nothing else here can change a machine's clock.
using AdjustTime = std::function<int(timex*)>;
AdjustTime KernelAdjustTime();

class SystemClock : public Clock {
 public:
  SystemClock(KernelTime time, AdjustTime adjust);

  int64_t NowNs() override;
  int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns; }
  absl::Status Step(int64_t delta_ns) override;
  absl::Status SetFrequency(double ppb) override;
  absl::StatusOr<double> Frequency() override;
  // The kernel's limit of struct timex.freq: 500 ppm.
  double max_frequency_ppb() const override { return 500'000; }
  // The kernel's STA_INS and STA_DEL; its other status flags stay.
  absl::Status ArmLeapSecond(int leap) override;
  // What the kernel adds to make CLOCK_TAI.
  absl::Status SetTaiMinusUtc(int seconds) override;
  // The kernel's STA_UNSYNC, maxerror and esterror; its other status flags stay.
  absl::Status TellSynchronized(const std::optional<ClockError>& error) override;
  std::string name() const override { return "system"; }

 private:
  absl::Status Adjust(timex* request, const char* what);
  // The status flags that can be set.
  absl::StatusOr<int> StatusFlags();

  KernelTime time_;
  AdjustTime adjust_;
  // The tick was read and is not the nominal one: it is set right with the next frequency.
  bool foreign_tick_ = false;
};

}  // namespace ptpcore::clock
