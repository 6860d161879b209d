#include "ptpcore/clock/phc_comparison.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ptpcore::clock {

absl::StatusOr<PhcReading> PhcComparison::Compare() {
  const absl::StatusOr<PhcReadings> readings = Read();
  if (!readings.ok()) return readings.status();
  if (readings->empty()) {
    return absl::UnavailableError(absl::StrCat(device_.path(), " gave no reading"));
  }
  return Quickest(*readings);
}

absl::StatusOr<PhcReadings> PhcComparison::Read() {
  if (method_) return device_.Read(*method_);
  absl::StatusOr<PhcReadings> readings = absl::UnimplementedError("");
  for (const PhcMethod method : {PhcMethod::kPrecise, PhcMethod::kExtended, PhcMethod::kPlain}) {
    readings = device_.Read(method);
    if (readings.ok()) method_ = method;
    if (!absl::IsUnimplemented(readings.status())) break;
  }
  return readings;
}

const PhcReading& Quickest(const PhcReadings& readings) {
  return *std::min_element(
      readings.begin(), readings.end(),
      [](const PhcReading& a, const PhcReading& b) { return a.delay_ns() < b.delay_ns(); });
}

std::string ToString(PhcMethod method) {
  switch (method) {
    case PhcMethod::kPrecise:
      return "precise";
    case PhcMethod::kExtended:
      return "extended";
    case PhcMethod::kPlain:
      return "plain";
  }
  return "?";
}

}  // namespace ptpcore::clock
