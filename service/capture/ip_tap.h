// Packets inside the IP stack: after the firewall when received, before it when sent. A
// table of our own in nftables looks on as the last at `input` and as the first at
// `output`; its rules log to a group of nfnetlink_log, which is read here. What a firewall
// drops on its way in is not seen, what it drops on its way out is.
//
// Times: of received packets the kernel's (microseconds); of sent ones, which have none
// there yet, when they were read here.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "service/capture/frame_source.h"

namespace hostctl::capture {

// Opens a tap on what `device` (by its name in the kernel) receives and sends. Its table is
// removed with it. PERMISSION_DENIED without CAP_NET_ADMIN, UNAVAILABLE says what failed.
absl::StatusOr<std::unique_ptr<FrameSource>> OpenIpTap(const std::string& device,
                                                       FrameFilter filter);

// Removes the tables of taps whose process was killed; those of living ones go with it, so
// only before the first tap of this network namespace is opened.
absl::Status RemoveLeftoverIpTaps();

}  // namespace hostctl::capture
