// The kernel's PTP hardware clocks: /dev/ptpN, linux/ptp_clock.h; read and adjusted as a
// dynamic POSIX clock (clock_gettime(2), FD_TO_CLOCKID).
#pragma once

#include <sys/timex.h>

#include <ctime>
#include <functional>
#include <memory>
#include <string>

#include "ptpcore/clock/phc_device.h"

namespace ptpcore::clock {

// The kernel's calls on one device: their result, or -1 with errno. Injected, as a test has
// no such device.
struct PhcCalls {
  std::function<int(unsigned long request, void* argument)> ioctl;
  std::function<int(timespec*)> get_time;
  std::function<int(timex*)> adjust_time;
};

class KernelPhc : public PhcDevice {
 public:
  // PERMISSION_DENIED, NOT_FOUND or UNAVAILABLE name the device.
  static absl::StatusOr<std::unique_ptr<KernelPhc>> Open(const std::string& path);
  // The same by these calls.
  static absl::StatusOr<std::unique_ptr<KernelPhc>> Make(const std::string& path, PhcCalls calls);

  const std::string& path() const override { return path_; }
  absl::StatusOr<int64_t> Now() override;
  absl::Status Step(int64_t delta_ns) override;
  absl::Status SetFrequency(double ppb) override;
  absl::StatusOr<double> Frequency() override;
  double max_frequency_ppb() const override { return max_frequency_ppb_; }
  absl::StatusOr<PhcReadings> Read(PhcMethod method) override;

 private:
  KernelPhc(std::string path, PhcCalls calls, double max_frequency_ppb);
  absl::Status Failed(const std::string& what) const;
  absl::Status Adjust(timex& request, const std::string& what);

  std::string path_;
  PhcCalls calls_;
  double max_frequency_ppb_;
};

}  // namespace ptpcore::clock
