// A PTP hardware clock (PHC): the clock of a network device by which it stamps packets. As
// an interface, so that what is built on it runs against a simulated one.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace ptpcore::clock {

// The hardware clock read between two readings of CLOCK_REALTIME; nanoseconds.
struct PhcReading {
  int64_t system_before_ns = 0;
  int64_t phc_ns = 0;
  int64_t system_after_ns = 0;

  // How long it took: the hardware clock was read somewhere within.
  int64_t delay_ns() const { return system_after_ns - system_before_ns; }
};
using PhcReadings = absl::InlinedVector<PhcReading, 9>;

// How both clocks are read together, best first.
enum class PhcMethod {
  kPrecise,   // PTP_SYS_OFFSET_PRECISE: at the same moment, by the hardware
  kExtended,  // PTP_SYS_OFFSET_EXTENDED: the system clock just around the access
  kPlain,     // PTP_SYS_OFFSET: the system clock before and after the driver's call
};

class PhcDevice {
 public:
  virtual ~PhcDevice() = default;

  // `/dev/ptp0`.
  virtual const std::string& path() const = 0;
  // Nanoseconds since 1970, of TAI or UTC or anything. UNAVAILABLE when the device is gone.
  virtual absl::StatusOr<int64_t> Now() = 0;
  virtual absl::Status Step(int64_t delta_ns) = 0;
  // The clock runs `ppb` faster than by itself.
  virtual absl::Status SetFrequency(double ppb) = 0;
  virtual absl::StatusOr<double> Frequency() = 0;
  virtual double max_frequency_ppb() const = 0;
  // Several readings, one for kPrecise. UNIMPLEMENTED where the device has no such method.
  virtual absl::StatusOr<PhcReadings> Read(PhcMethod method) = 0;
};

}  // namespace ptpcore::clock
