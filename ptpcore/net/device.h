// A network device as the engine needs to know it; asked through SIOCGIF*
// ioctls (netdevice(7)), which simulators of libc understand too.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace ptpcore::net {

struct Device {
  int index = 0;
  bool up = false;       // IFF_UP
  bool running = false;  // IFF_RUNNING: has carrier; true where that is not known
  std::array<uint8_t, 6> mac{};
  std::array<uint8_t, 4> ipv4{};  // network order; 0.0.0.0 when it has none
  bool has_ipv4() const { return ipv4 != std::array<uint8_t, 4>{}; }
};

// NOT_FOUND when there is no device of this name (alternative names count).
absl::StatusOr<Device> QueryDevice(const std::string& name);

}  // namespace ptpcore::net
