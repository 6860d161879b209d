// What a program that listens to PTP over UDP gets: sockets joined to PTP's multicast groups
// (IEEE 1588-2019 annexes C.3 and D.3), on ports 319 and 320.
//
// They are bound to the groups, so that multicast reaches us as well as every other member
// and unicast stays with whose it is. Joining is seen by the network: the kernel reports
// the membership (IGMP, MLD) unless the engine has joined already.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

// Opens the sockets on `device` (by its name in the kernel). What of IPv4 and IPv6 the
// device has not is left out. Frames begin with an IP header that is made up from what the
// socket tells. NOT_FOUND without such a device, PERMISSION_DENIED without
// CAP_NET_BIND_SERVICE, UNAVAILABLE says what failed.
absl::StatusOr<std::unique_ptr<FrameSource>> OpenPtpSocket(const std::string& device);

}  // namespace hostctl::capture
