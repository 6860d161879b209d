// Message intervals as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace hostctl::cli {

// logMessageInterval as a rate: -3 is `8/s`, 1 is `1/2s`. IEEE 1588-2019 7.7.2.1; an
// interval that is not known (127) is `unknown`.
std::string RateText(int32_t log_interval);

}  // namespace hostctl::cli
