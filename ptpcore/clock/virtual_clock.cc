#include "ptpcore/clock/virtual_clock.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {
namespace {

constexpr double kMaxFrequencyPpb = 500'000;

absl::Status CheckFrequency(double ppb, const char* what) {
  if (std::fabs(ppb) <= kMaxFrequencyPpb) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat(what, " of ", ppb,
                                            " ppb is outside the virtual clock's range of ",
                                            kMaxFrequencyPpb, " ppb either way"));
}

}  // namespace

VirtualClock::VirtualClock(std::string state_file, KernelTime time, VirtualClockState state)
    : state_file_(std::move(state_file)), time_(std::move(time)), state_(state) {}

absl::StatusOr<std::unique_ptr<VirtualClock>> VirtualClock::Open(const VirtualClockOptions& options,
                                                                 KernelTime time) {
  if (absl::Status s = CheckFrequency(options.frequency_error_ppb, "a frequency error"); !s.ok()) {
    return s;
  }
  if (!options.state_file.empty()) {
    absl::StatusOr<VirtualClockState> stored = ReadVirtualClock(options.state_file);
    if (stored.ok() && stored->error_ppb == options.frequency_error_ppb) {
      return std::unique_ptr<VirtualClock>(
          new VirtualClock(options.state_file, std::move(time), *stored));
    }
    if (absl::IsPermissionDenied(stored.status())) return stored.status();
  }
  const TimePair now = ReadPair(time);
  VirtualClockState born;
  born.raw_ns = now.monotonic_raw_ns;
  born.clock_ns = now.realtime_ns + options.initial_offset_ns;
  born.error_ppb = options.frequency_error_ppb;
  std::unique_ptr<VirtualClock> clock(new VirtualClock(options.state_file, std::move(time), born));
  if (absl::Status stored = clock->Store(born); !stored.ok()) return stored;
  return clock;
}

int64_t VirtualClock::NowNs() {
  return state_.At(time_.monotonic_raw_ns());
}

int64_t VirtualClock::AtKernelTimestamp(int64_t realtime_ns) {
  // Over the short time since the stamp, both kernel clocks run alike to well
  // below a nanosecond.
  const TimePair now = ReadPair(time_);
  return state_.At(now.monotonic_raw_ns - (now.realtime_ns - realtime_ns));
}

absl::Status VirtualClock::Step(int64_t delta_ns) {
  VirtualClockState next = state_;
  next.clock_ns += delta_ns;
  return Store(next);
}

absl::Status VirtualClock::SetFrequency(double ppb) {
  if (absl::Status s = CheckFrequency(ppb, "a frequency correction"); !s.ok()) return s;
  VirtualClockState next = state_;
  next.raw_ns = time_.monotonic_raw_ns();
  next.clock_ns = state_.At(next.raw_ns);
  next.correction_ppb = ppb;
  return Store(next);
}

absl::Status VirtualClock::Store(VirtualClockState state) {
  if (!state_file_.empty()) {
    if (absl::Status s = WriteVirtualClock(state_file_, state); !s.ok()) return s;
  }
  state_ = state;
  return absl::OkStatus();
}

}  // namespace ptpcore::clock
