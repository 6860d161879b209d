#include "service/host_time/rtc.h"

#include <fcntl.h>
#include <linux/rtc.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::host_time {
namespace {

constexpr absl::Duration kPatience = absl::Milliseconds(1500);
// Between two looks at a chip that cannot interrupt.
constexpr int kLookEveryMs = 2;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

absl::Status OpenFailure(const std::string& device, int error) {
  const std::string what = std::strerror(error);
  if (error == ENOENT || error == ENODEV || error == ENXIO) {
    return reconcile::Failure(absl::StatusCode::kNotFound,
                              absl::StrCat("this host has no hardware clock: there is no ", device,
                                           "; many virtual machines and containers have none"),
                              {"HARDWARE_CLOCK_NOT_FOUND", "", ""});
  }
  if (error == EACCES || error == EPERM) {
    return reconcile::Failure(absl::StatusCode::kPermissionDenied,
                              absl::StrCat("hostd may not use ", device, ": ", what),
                              {"HARDWARE_CLOCK_NOT_PERMITTED", "", "run hostd as root"});
  }
  if (error == EBUSY) {
    return absl::UnavailableError(
        absl::StrCat("another program uses ", device, "; try again in a moment"));
  }
  return absl::InternalError(absl::StrCat("cannot use ", device, ": ", what));
}

absl::Status IoFailure(const std::string& device, const char* doing, int error) {
  if (error == EACCES || error == EPERM) return OpenFailure(device, error);
  if (error == EINVAL) {
    return absl::InternalError(absl::StrCat("cannot ", doing, " ", device,
                                            ": it holds or was given a time that it cannot count"));
  }
  if (error == ENOTTY) {
    return absl::InternalError(absl::StrCat(device, " is no hardware clock"));
  }
  return absl::InternalError(
      absl::StrCat("cannot ", doing, " ", device, ": ", std::strerror(error)));
}

class DeviceRtc final : public Rtc {
 public:
  DeviceRtc(std::string device, std::string name_file)
      : device_(std::move(device)), name_file_(std::move(name_file)) {}

  std::string device() const override { return device_; }

  absl::Duration set_delay() override {
    std::ifstream file(name_file_);
    std::string name;
    std::getline(file, name);
    return absl::StartsWith(name, "rtc_cmos") ? absl::Milliseconds(500) : absl::ZeroDuration();
  }

  absl::Status Check() override { return Open().status(); }

  absl::StatusOr<RtcReading> Read() override {
    auto clock = Open();
    if (!clock.ok()) return clock.status();
    auto reading = ReadAfterInterrupt(clock->get());
    // Not every chip can interrupt, and not every interrupt arrives.
    if (!reading.ok() || !reading->at_edge) reading = ReadUntilItChanges(clock->get());
    return reading;
  }

  absl::Status Write(absl::CivilSecond second) override {
    auto clock = Open();
    if (!clock.ok()) return clock.status();
    rtc_time value{};
    value.tm_year = static_cast<int>(second.year() - 1900);
    value.tm_mon = second.month() - 1;
    value.tm_mday = second.day();
    value.tm_hour = second.hour();
    value.tm_min = second.minute();
    value.tm_sec = second.second();
    if (ioctl(clock->get(), RTC_SET_TIME, &value) == 0) return absl::OkStatus();
    return IoFailure(device_, "set", errno);
  }

 private:
  absl::StatusOr<Descriptor> Open() const {
    Descriptor fd(open(device_.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) return OpenFailure(device_, errno);
    return fd;
  }

  absl::StatusOr<RtcReading> ReadNow(int fd) const {
    RtcReading reading;
    reading.system = absl::Now();
    rtc_time value{};
    if (ioctl(fd, RTC_RD_TIME, &value) != 0) return IoFailure(device_, "read", errno);
    reading.second = absl::CivilSecond(value.tm_year + 1900, value.tm_mon + 1, value.tm_mday,
                                       value.tm_hour, value.tm_min, value.tm_sec);
    return reading;
  }

  // By the interrupt that the chip raises when a second begins.
  absl::StatusOr<RtcReading> ReadAfterInterrupt(int fd) const {
    if (ioctl(fd, RTC_UIE_ON, 0) != 0) return IoFailure(device_, "wait for", errno);
    pollfd entry{fd, POLLIN, 0};
    const bool came = poll(&entry, 1, static_cast<int>(absl::ToInt64Milliseconds(kPatience))) > 0;
    auto reading = ReadNow(fd);
    if (reading.ok()) reading->at_edge = came;
    ioctl(fd, RTC_UIE_OFF, 0);
    return reading;
  }

  absl::StatusOr<RtcReading> ReadUntilItChanges(int fd) const {
    auto first = ReadNow(fd);
    if (!first.ok()) return first;
    while (true) {
      auto reading = ReadNow(fd);
      if (!reading.ok() || reading->second != first->second) return reading;
      reading->at_edge = false;
      const absl::Duration waited = reading->system - first->system;
      // A clock that is set meanwhile must not make this endless.
      if (waited > kPatience || waited < absl::ZeroDuration()) return reading;
      poll(nullptr, 0, kLookEveryMs);
    }
  }

  const std::string device_;
  const std::string name_file_;
};

}  // namespace

std::unique_ptr<Rtc> NewDeviceRtc(std::string device, std::string name_file) {
  return std::make_unique<DeviceRtc>(std::move(device), std::move(name_file));
}

absl::Duration OffsetOf(const RtcReading& reading) {
  const absl::Time shown = absl::FromCivil(reading.second, absl::UTCTimeZone());
  const absl::Duration since_edge =
      reading.at_edge ? absl::ZeroDuration() : absl::Milliseconds(500);
  return shown + since_edge - reading.system;
}

RtcWrite PlanWrite(absl::Time wanted, absl::Duration set_delay) {
  // Second N is to be written at N + set_delay.
  const absl::Time earliest = wanted - set_delay;
  absl::CivilSecond second = absl::ToCivilSecond(earliest, absl::UTCTimeZone());
  absl::Duration wait = absl::FromCivil(second, absl::UTCTimeZone()) - earliest;
  if (wait < absl::ZeroDuration()) {
    second += 1;
    wait += absl::Seconds(1);
  }
  return {wait, second};
}

}  // namespace hostctl::host_time
