// How a network device can timestamp packets: ETHTOOL_GET_TS_INFO (linux/ethtool.h,
// Documentation/networking/timestamping.rst in the kernel).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace hostctl::host {

struct Timestamping {
  bool hardware_transmit = false;
  bool hardware_receive = false;
  bool software_transmit = false;
  bool software_receive = false;
  std::optional<uint32_t> phc_index;  // its PTP hardware clock is /dev/ptpN
};

// From the bits SOF_TIMESTAMPING_* and the index (negative: none) that the kernel answers.
Timestamping TimestampingOf(uint32_t so_timestamping, int32_t phc_index);

// Asks the kernel. NOT_FOUND when there is no such device.
absl::StatusOr<Timestamping> AskTimestamping(const std::string& device);

}  // namespace hostctl::host
