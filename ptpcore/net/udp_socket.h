// What PTP over UDP/IPv4 and over UDP/IPv6 have in common.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "ptpcore/net/address_family.h"
#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::net {

// UDP ports, IEEE 1588-2019 annexes C.2 and D.2.
constexpr uint16_t UdpPort(MessageClass which) {
  return which == MessageClass::kEvent ? 319 : 320;
}

// A socket of the family `domain` (AF_INET, AF_INET6) on the device `name`, not bound yet.
// Others may listen on its port too (a monitor, a second domain's engine).
absl::StatusOr<FileDescriptor> OpenUdpSocket(const std::string& name, int domain);

// Binds to the port of `any`, the family's wildcard address.
absl::Status BindUdpSocket(const std::string& name, int fd, const SocketAddress& any,
                           MessageClass which);

// The destinations of a family: [event or general][to all, or peer delay].
using Groups = std::array<std::array<Destination, 2>, 2>;
inline const Destination& In(const Groups& groups, MessageClass which, bool peer_delay) {
  return groups[which == MessageClass::kEvent ? 0 : 1][peer_delay ? 1 : 0];
}

}  // namespace ptpcore::net
