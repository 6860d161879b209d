// Sees the Announce messages that arrive at a device whatever they travel on, before any
// firewall: to tell a port that hears nothing what it could hear. Frames are only looked
// at, never taken; meant to be open while nothing else comes.
#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/net/device.h"
#include "ptpcore/net/file_descriptor.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::net {

// How an Announce message came.
struct AnnounceSeen {
  wire::NetworkProtocol protocol = wire::NetworkProtocol::kNone;
  uint16_t vlan = 0;  // 0: untagged, or a tag that carries a priority only
  wire::ClockIdentity sender;
  uint8_t ipv6_scope = 0;  // of an IPv6 group, the x of ff0x::181; else 0

  friend bool operator==(const AnnounceSeen& a, const AnnounceSeen& b) {
    return a.protocol == b.protocol && a.vlan == b.vlan && a.sender == b.sender &&
           a.ipv6_scope == b.ipv6_scope;
  }
};

// The Announce in an Ethernet frame, if that is what it is. VLAN tags may be in the frame.
std::optional<AnnounceSeen> AnnounceIn(absl::Span<const uint8_t> frame);

class AnnounceWatch {
 public:
  // Null without CAP_NET_RAW, or where there are no packet sockets: then nothing is seen.
  static std::unique_ptr<AnnounceWatch> Open(const Device& device);

  void AppendPollFds(std::vector<pollfd>& fds) const { fds.push_back({fd_.get(), POLLIN, 0}); }
  // What came, if this was ready.
  std::optional<AnnounceSeen> Dispatch(absl::Span<const pollfd> fds);

 private:
  explicit AnnounceWatch(FileDescriptor fd) : fd_(std::move(fd)) {}

  FileDescriptor fd_;
};

}  // namespace ptpcore::net
