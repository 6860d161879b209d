// Where frames come from, whatever taps them: a packet socket, the packet filter, a UDP
// socket, or a test.
//
//   while (std::optional<Frame> frame = source->Next()) Show(*frame);   // when fd() is readable
//
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"

namespace hostctl::capture {

enum class Direction { kReceived, kSent };

// What a frame begins with.
enum class LinkLayer {
  kEthernet,  // an Ethernet header; a VLAN tag that the kernel took off is put back
  kIp,        // an IPv4 or IPv6 header
};

struct Frame {
  absl::Time time;  // CLOCK_REALTIME, by the kernel's stamp where there is one
  Direction direction = Direction::kReceived;
  LinkLayer link = LinkLayer::kEthernet;
  std::vector<uint8_t> data;
  size_t original_length = 0;  // octets on the way; `data` may hold fewer
};

// Which frames are wanted.
enum class FrameFilter {
  kAll,
  kPtp,               // ethertype 0x88F7; UDP to port 319 or 320
  kPtpAndMembership,  // these, and IGMP and MLD: who wants which multicast group, who asks
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;

  // Readable when a frame may be there; owned by the source.
  virtual int fd() const = 0;
  // The next frame; absent when there is none now. Never waits.
  virtual std::optional<Frame> Next() = 0;
  // Frames lost since the source was opened, because Next() was not called fast enough.
  virtual uint64_t dropped() = 0;
};

}  // namespace hostctl::capture
