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

VirtualClock::VirtualClock(std::optional<VirtualClockFile> file, KernelTime time,
                           VirtualClockState state)
    : file_(std::move(file)), time_(std::move(time)), state_(state) {}

absl::StatusOr<std::unique_ptr<VirtualClock>> VirtualClock::Open(const VirtualClockOptions& options,
                                                                 KernelTime time) {
  if (absl::Status s = CheckFrequency(options.frequency_error_ppb, "a frequency error"); !s.ok()) {
    return s;
  }
  std::optional<VirtualClockState> state;
  std::optional<VirtualClockFile> file;
  if (!options.state_file.empty()) {
    const absl::StatusOr<VirtualClockState> stored = ReadVirtualClock(options.state_file);
    if (absl::IsPermissionDenied(stored.status())) return stored.status();
    if (stored.ok() && stored->error_ppb == options.frequency_error_ppb) state = *stored;
    absl::StatusOr<VirtualClockFile> opened = VirtualClockFile::Open(options.state_file);
    if (!opened.ok()) return opened.status();
    file.emplace(*std::move(opened));
  }
  if (!state) {
    const TimePair now = ReadPair(time);
    state = VirtualClockState{now.monotonic_raw_ns, now.realtime_ns + options.initial_offset_ns,
                              options.frequency_error_ppb, 0};
  }
  std::unique_ptr<VirtualClock> clock(new VirtualClock(std::move(file), std::move(time), *state));
  clock->Put(*state);
  return clock;
}

const VirtualClockState& VirtualClock::State() {
  if (file_) state_ = file_->Foreign().value_or(state_);
  return state_;
}

int64_t VirtualClock::NowNs() {
  return State().At(time_.monotonic_raw_ns());
}

int64_t VirtualClock::AtKernelTimestamp(int64_t realtime_ns) {
  // Over the short time since the stamp, both kernel clocks run alike to well
  // below a nanosecond.
  const TimePair now = ReadPair(time_);
  return State().At(now.monotonic_raw_ns - (now.realtime_ns - realtime_ns));
}

absl::Status VirtualClock::Step(int64_t delta_ns) {
  VirtualClockState next = State();
  next.clock_ns += delta_ns;
  Put(next);
  return absl::OkStatus();
}

absl::Status VirtualClock::SetFrequency(double ppb) {
  if (absl::Status s = CheckFrequency(ppb, "a frequency correction"); !s.ok()) return s;
  VirtualClockState next = State();
  const int64_t now_ns = time_.monotonic_raw_ns();
  next.clock_ns = next.At(now_ns);
  next.raw_ns = now_ns;
  next.correction_ppb = ppb;
  Put(next);
  return absl::OkStatus();
}

void VirtualClock::Put(const VirtualClockState& state) {
  state_ = state;
  if (file_) file_->Write(state_);
}

}  // namespace ptpcore::clock
