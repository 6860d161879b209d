#include "ptpcore/clock/kernel_phc.h"

#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// struct timex.freq counts parts per million times 2^16.
constexpr double kFreqUnitsPerPpb = 65.536;
// Enough that one of them was not interrupted.
constexpr unsigned kSamples = 9;

int64_t Nanoseconds(const ptp_clock_time& time) {
  return time.sec * kSecond + time.nsec;
}

// FD_TO_CLOCKID of Documentation/driver-api/ptp.
clockid_t ClockOf(int fd) {
  return static_cast<clockid_t>((~static_cast<unsigned>(fd) << 3) | 3);
}

bool IsUnsupported(int error) {
  return error == EOPNOTSUPP || error == ENOTTY || error == EINVAL || error == ENOSYS;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KernelPhc>> KernelPhc::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) {
    const std::string message = absl::StrCat("cannot open ", path, ": ", std::strerror(errno));
    if (errno == EACCES || errno == EPERM) return absl::PermissionDeniedError(message);
    return errno == ENOENT ? absl::NotFoundError(message) : absl::UnavailableError(message);
  }
  // Closed with the last of the calls that use it.
  const std::shared_ptr<const int> device(new int(fd), [](const int* held) {
    close(*held);
    delete held;
  });
  return Make(path,
              {[device](unsigned long request, void* argument) {
                 return ioctl(*device, request, argument);
               },
               [device](timespec* time) { return clock_gettime(ClockOf(*device), time); },
               [device](timex* request) { return clock_adjtime(ClockOf(*device), request); }});
}

absl::StatusOr<std::unique_ptr<KernelPhc>> KernelPhc::Make(const std::string& path,
                                                           PhcCalls calls) {
  ptp_clock_caps caps{};
  if (calls.ioctl(PTP_CLOCK_GETCAPS, &caps) < 0) {
    return absl::UnavailableError(
        absl::StrCat(path, ": PTP_CLOCK_GETCAPS: ", std::strerror(errno)));
  }
  return std::unique_ptr<KernelPhc>(new KernelPhc(path, std::move(calls), caps.max_adj));
}

KernelPhc::KernelPhc(std::string path, PhcCalls calls, double max_frequency_ppb)
    : path_(std::move(path)), calls_(std::move(calls)), max_frequency_ppb_(max_frequency_ppb) {}

absl::Status KernelPhc::Failed(const std::string& what) const {
  const int error = errno;
  const std::string message = absl::StrCat("cannot ", what, " ", path_, ": ", std::strerror(error));
  if (error == EPERM || error == EACCES) {
    return absl::PermissionDeniedError(absl::StrCat(message, "; ptpd needs write access to it"));
  }
  return absl::UnavailableError(message);
}

absl::StatusOr<int64_t> KernelPhc::Now() {
  timespec time{};
  if (calls_.get_time(&time) != 0) return Failed("read");
  return static_cast<int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
}

absl::Status KernelPhc::Adjust(timex& request, const std::string& what) {
  return calls_.adjust_time(&request) < 0 ? Failed(what) : absl::OkStatus();
}

absl::Status KernelPhc::Step(int64_t delta_ns) {
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
  return Adjust(request, "step");
}

absl::Status KernelPhc::SetFrequency(double ppb) {
  if (!(std::fabs(ppb) <= max_frequency_ppb_)) {
    return absl::OutOfRangeError(absl::StrCat("a frequency correction of ", ppb,
                                              " ppb is outside the range of ", path_, ", ",
                                              max_frequency_ppb_, " ppb either way"));
  }
  timex request{};
  request.modes = ADJ_FREQUENCY;
  request.freq = std::lround(ppb * kFreqUnitsPerPpb);
  return Adjust(request, "set the frequency of");
}

absl::StatusOr<double> KernelPhc::Frequency() {
  timex request{};
  if (absl::Status s = Adjust(request, "read the frequency of"); !s.ok()) return s;
  return static_cast<double>(request.freq) / kFreqUnitsPerPpb;
}

absl::StatusOr<PhcReadings> KernelPhc::Read(PhcMethod method) {
  PhcReadings readings;
  const auto ask = [this](unsigned long request, void* argument, const char* name) {
    if (calls_.ioctl(request, argument) >= 0) return absl::OkStatus();
    if (IsUnsupported(errno)) return absl::UnimplementedError(absl::StrCat(path_, ": ", name));
    return Failed(absl::StrCat("ask by ", name));
  };
  switch (method) {
    case PhcMethod::kPrecise: {
      ptp_sys_offset_precise answer{};
      const absl::Status s = ask(PTP_SYS_OFFSET_PRECISE, &answer, "PTP_SYS_OFFSET_PRECISE");
      if (!s.ok()) return s;
      const int64_t system_ns = Nanoseconds(answer.sys_realtime);
      readings.push_back({system_ns, Nanoseconds(answer.device), system_ns});
      break;
    }
    case PhcMethod::kExtended: {
      ptp_sys_offset_extended answer{};
      answer.n_samples = kSamples;
      const absl::Status s = ask(PTP_SYS_OFFSET_EXTENDED, &answer, "PTP_SYS_OFFSET_EXTENDED");
      if (!s.ok()) return s;
      for (unsigned i = 0; i < kSamples; ++i) {
        const ptp_clock_time* const t = answer.ts[i];
        readings.push_back({Nanoseconds(t[0]), Nanoseconds(t[1]), Nanoseconds(t[2])});
      }
      break;
    }
    case PhcMethod::kPlain: {
      ptp_sys_offset answer{};
      answer.n_samples = kSamples;
      const absl::Status s = ask(PTP_SYS_OFFSET, &answer, "PTP_SYS_OFFSET");
      if (!s.ok()) return s;
      // The system clock after one reading is that before the next.
      for (unsigned i = 0; i < kSamples; ++i) {
        const ptp_clock_time* const t = &answer.ts[size_t{2} * i];
        readings.push_back({Nanoseconds(t[0]), Nanoseconds(t[1]), Nanoseconds(t[2])});
      }
      break;
    }
  }
  return readings;
}

}  // namespace ptpcore::clock
