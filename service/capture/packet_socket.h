// Frames at a network device, before the firewall when received and after it when sent:
// a packet socket, packet(7). It only looks: whoever the frames are for gets them too.
//
//   auto wire = OpenPacketSocket("eth0", FrameFilter::kPtpAndMembership);
//   if (!wire.ok()) return wire.status();
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

// Opens a packet socket on `device` of this network namespace, by any of its names. The
// device's receive filter is opened for PTP's multicast addresses; the network is told
// nothing (no IGMP or MLD report is sent), and frames for other hosts are not asked for.
//
// NOT_FOUND without such a device, FAILED_PRECONDITION where it has no Ethernet header,
// PERMISSION_DENIED without CAP_NET_RAW, UNAVAILABLE names the call that failed.
absl::StatusOr<std::unique_ptr<FrameSource>> OpenPacketSocket(const std::string& device,
                                                              FrameFilter filter);

}  // namespace hostctl::capture
