// Kernel timestamps of packets: SO_TIMESTAMPING, Documentation/networking/timestamping.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <optional>

namespace ptpcore::net {

// Asks for software timestamps of received and sent packets on the socket `fd`,
// and for POLLPRI when a transmit timestamp waits. False with errno on failure.
bool EnableSoftwareTimestamps(int fd);

// The software timestamp in the control data of a received message, CLOCK_REALTIME
// nanoseconds; absent when the kernel gave none.
std::optional<int64_t> SoftwareTimestamp(msghdr& message);

}  // namespace ptpcore::net
