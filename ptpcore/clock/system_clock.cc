#include "ptpcore/clock/system_clock.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {
namespace {

// struct timex.freq counts parts per million times 2^16.
constexpr double kFreqUnitsPerPpb = 65.536;
constexpr int64_t kSecond = 1'000'000'000;

// struct timex.tick: microseconds from one tick of user space to the next. Some programs
// (chronyd) set it beside the frequency, and leave it like that.
long NominalTick() {
  return (1'000'000 + sysconf(_SC_CLK_TCK) / 2) / sysconf(_SC_CLK_TCK);
}

// What `tick` adds to the frequency; the kernel allows a tenth either way.
double TickPpb(long tick) {
  const long more = tick - NominalTick();
  return std::labs(more) > NominalTick() / 10
             ? 0
             : static_cast<double>(more) * 1e9 / static_cast<double>(NominalTick());
}

// Up, as no clock is right to nothing. Past the kernel's limit of 16 s it is not synchronized.
long WholeMicroseconds(double nanoseconds) {
  constexpr double kMost = 16e6;
  const double microseconds = nanoseconds * 1e-3;
  return std::lround(microseconds < kMost ? std::max(1.0, std::ceil(microseconds)) : kMost);
}

}  // namespace

AdjustTime KernelAdjustTime() {
  return [](timex* request) { return clock_adjtime(CLOCK_REALTIME, request); };
}

SystemClock::SystemClock(KernelTime time, AdjustTime adjust)
    : time_(std::move(time)), adjust_(std::move(adjust)) {}

int64_t SystemClock::NowNs() {
  return time_.realtime_ns();
}

absl::Status SystemClock::Step(int64_t delta_ns) {
  timex request{};
  request.modes = ADJ_SETOFFSET | ADJ_NANO;
  // The kernel wants 0 <= nanoseconds < 10^9 also for a negative offset.
  int64_t seconds = delta_ns / kSecond;
  int64_t nanoseconds = delta_ns % kSecond;
  if (nanoseconds < 0) {
    nanoseconds += kSecond;
    --seconds;
  }
  request.time.tv_sec = seconds;
  request.time.tv_usec = nanoseconds;
  return Adjust(&request, "step the system clock");
}

absl::Status SystemClock::SetFrequency(double ppb) {
  if (!(std::fabs(ppb) <= max_frequency_ppb())) {
    return absl::OutOfRangeError(absl::StrCat("a frequency correction of ", ppb,
                                              " ppb is outside the system clock's range of ",
                                              max_frequency_ppb(), " ppb either way"));
  }
  timex request{};
  request.modes = ADJ_FREQUENCY;
  request.freq = std::lround(ppb * kFreqUnitsPerPpb);
  if (foreign_tick_) {
    request.modes |= ADJ_TICK;
    request.tick = NominalTick();
  }
  absl::Status set = Adjust(&request, "set the frequency of the system clock");
  if (set.ok()) foreign_tick_ = false;
  return set;
}

absl::StatusOr<double> SystemClock::Frequency() {
  timex request{};
  if (absl::Status read = Adjust(&request, "read the frequency of the system clock"); !read.ok()) {
    return read;
  }
  const double tick_ppb = TickPpb(request.tick);
  foreign_tick_ = tick_ppb != 0;
  return static_cast<double>(request.freq) / kFreqUnitsPerPpb + tick_ppb;
}

absl::Status SystemClock::ArmLeapSecond(int leap) {
  const absl::StatusOr<int> before = StatusFlags();
  if (!before.ok()) return before.status();
  const int flags = leap > 0 ? STA_INS : leap < 0 ? STA_DEL : 0;
  const int status = (*before & ~(STA_INS | STA_DEL)) | flags;
  if (status == *before) return absl::OkStatus();
  timex request{};
  request.modes = ADJ_STATUS;
  request.status = status;
  return Adjust(&request, "arm a leap second of the system clock");
}

absl::Status SystemClock::SetTaiMinusUtc(int seconds) {
  timex request{};
  request.modes = ADJ_TAI;
  request.constant = seconds;
  return Adjust(&request, "tell the system clock TAI - UTC");
}

absl::Status SystemClock::TellSynchronized(const std::optional<ClockError>& error) {
  const absl::StatusOr<int> before = StatusFlags();
  if (!before.ok()) return before.status();
  timex request{};
  request.modes = ADJ_STATUS;
  request.status = *before | STA_UNSYNC;
  if (error) {
    request.modes |= ADJ_ESTERROR | ADJ_MAXERROR;
    request.status = *before & ~STA_UNSYNC;
    request.esterror = WholeMicroseconds(error->estimated_ns);
    request.maxerror = WholeMicroseconds(error->maximum_ns);
  }
  return Adjust(&request, "tell the system clock how right it is");
}

absl::StatusOr<int> SystemClock::StatusFlags() {
  timex request{};
  if (absl::Status read = Adjust(&request, "read the status of the system clock"); !read.ok()) {
    return read;
  }
  return request.status & ~STA_RONLY;
}

absl::Status SystemClock::Adjust(timex* request, const char* what) {
  if (adjust_(request) >= 0) return absl::OkStatus();
  const int error = errno;
  const std::string message =
      absl::StrCat("cannot ", what, ": clock_adjtime: ", std::strerror(error));
  if (error == EPERM) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; ptpd needs CAP_SYS_TIME, or `read_only`"));
  }
  return absl::InternalError(message);
}

}  // namespace ptpcore::clock
