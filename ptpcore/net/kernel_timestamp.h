// Kernel timestamps of packets: SO_TIMESTAMPING, Documentation/networking/timestamping.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>

#include "ptpcore/net/transport_options.h"

namespace ptpcore::net {

// Asks for timestamps of received and sent packets on the socket `fd`, and for POLLPRI
// when a transmit timestamp waits. False with errno on failure.
bool EnableTimestamps(int fd, StampSource source);

// In nanoseconds; absent when there is none.
struct KernelTimestamps {
  std::optional<int64_t> software_ns;  // CLOCK_REALTIME
  std::optional<int64_t> hardware_ns;  // the device's clock, as it is

  bool any() const { return software_ns || hardware_ns; }
};

// The timestamps in the control data of a received message.
KernelTimestamps TimestampsOf(msghdr& message);

}  // namespace ptpcore::net
