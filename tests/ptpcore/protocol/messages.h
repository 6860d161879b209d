// What peers say, for the tests of the protocol: short ways to write messages
// and times.
#pragma once

#include <chrono>
#include <cstdint>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Monotonic time since the start of the test.
inline MonoTime At(Duration since_start) {
  return MonoTime(since_start);
}

inline constexpr int64_t kSecond = 1'000'000'000;
inline constexpr wire::ClockIdentity kMasterA = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A}};
inline constexpr wire::ClockIdentity kMasterB = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0B}};
inline constexpr wire::ClockIdentity kUs = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0xCC}};

// A grandmaster's own Announce, as linuxptp sends it by default.
inline wire::Message AnnounceOf(const wire::ClockIdentity& master, uint16_t sequence_id,
                                uint8_t priority1 = 128) {
  wire::Message message;
  message.header.type = wire::MessageType::kAnnounce;
  message.header.source = {master, 1};
  message.header.sequence_id = sequence_id;
  message.header.log_message_interval = 1;
  wire::Announce body;
  body.grandmaster = master;
  body.priority1 = priority1;
  message.body = body;
  return message;
}

// An address of the documentation network, 192.0.2.host.
inline wire::PortAddress AddressOf(uint8_t host) {
  return {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, host}};
}

}  // namespace ptpcore::protocol
