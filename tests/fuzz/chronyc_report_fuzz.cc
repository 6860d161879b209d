// What chronyc prints: any bytes are either refused with a reason or give a report whose
// numbers are finite and whose text can be sent on.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/ntp/chronyc_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const auto& answers :
       hostctl::ntp::ParseNtpData(text).value_or(std::vector<hostctl::ntp::NtpAnswers>())) {
    if (!std::isfinite(answers.delay_ns)) std::abort();
  }
  const auto stats = hostctl::ntp::ParseChronycReport(text);
  if (!stats.ok()) {
    if (stats.status().message().empty()) std::abort();
    return 0;
  }
  if (!std::isfinite(stats->maximum_error_ns())) std::abort();
  // Refuses text that is not UTF-8.
  if (stats->SerializeAsString().empty() && stats->ByteSizeLong() > 0) std::abort();
  return 0;
}
