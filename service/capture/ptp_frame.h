// What a frame is to somebody who looks for PTP: a PTP message (IEEE 1588-2019 annexes C,
// D, E), somebody who asks for or tells of multicast groups, or something else. Pure.
//
//   const DecodedFrame decoded = DecodeFrame(frame);
//   if (decoded.message) Count(decoded.message->header.domain_number);
#pragma once

#include <optional>
#include <string>

#include "ptpcore/wire/message.h"
#include "service/capture/frame_source.h"
#include "service/capture/membership.h"
#include "service/capture/packet_layers.h"

namespace hostctl::capture {

inline constexpr uint16_t kEventPort = 319;    // what is timestamped
inline constexpr uint16_t kGeneralPort = 320;  // all else
inline constexpr uint16_t kPtpEthertype = 0x88F7;

struct DecodedFrame {
  PacketLayers layers;
  // How PTP came; kNone: the frame is not addressed as PTP.
  ptpcore::wire::NetworkProtocol transport = ptpcore::wire::NetworkProtocol::kNone;
  // The header alone, where at least that is there and of version 2; then also of a message
  // that is malformed or was cut.
  std::optional<ptpcore::wire::Header> header;
  // The message, its spans point into the frame. Absent where it is malformed or cut.
  std::optional<ptpcore::wire::Message> message;
  // IGMP or MLD.
  std::optional<Membership> membership;
  // What is wrong with the frame or the message in it, in words; empty: nothing. A message
  // may be here although it is malformed, e.g. one that came to the wrong port.
  std::string malformed;

  bool is_ptp() const { return transport != ptpcore::wire::NetworkProtocol::kNone; }
};

// `frame` must stay while the result is used.
DecodedFrame DecodeFrame(const Frame& frame);

bool IsWanted(const Frame& frame, FrameFilter filter);

}  // namespace hostctl::capture
