// Compares a hardware clock with the system clock: by the best method that the device has,
// and of several readings the one that took the least time.
#pragma once

#include <optional>
#include <string>

#include "ptpcore/clock/phc_device.h"

namespace ptpcore::clock {

class PhcComparison {
 public:
  // `device` must outlive this object.
  explicit PhcComparison(PhcDevice& device) : device_(device) {}

  // UNAVAILABLE when the device is gone; UNIMPLEMENTED where it has no method at all.
  absl::StatusOr<PhcReading> Compare();

  // Absent before the first comparison.
  const std::optional<PhcMethod>& method() const { return method_; }

 private:
  absl::StatusOr<PhcReadings> Read();

  PhcDevice& device_;
  std::optional<PhcMethod> method_;
};

// The reading that took the least time. `readings` is not empty.
const PhcReading& Quickest(const PhcReadings& readings);

// `precise`, `extended`, `plain`.
std::string ToString(PhcMethod method);

}  // namespace ptpcore::clock
