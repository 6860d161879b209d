// The TLVs of IEEE 802.1AS-2020 (gPTP), organization 00-80-C2.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::wire {

// ScaledNs, 802.1AS 6.4.3.1: a signed number of 96 bits, in units of 2^-16 ns.
struct ScaledNs {
  int16_t high = 0;       // the uppermost 16 bits of the whole nanoseconds
  uint64_t low = 0;       // the other 64
  uint16_t fraction = 0;  // in 2^-16 ns

  friend bool operator==(const ScaledNs& a, const ScaledNs& b) {
    return a.high == b.high && a.low == b.low && a.fraction == b.fraction;
  }

  static ScaledNs Read(Reader& reader);
  void Write(Writer& writer) const;
};

// Follow_Up information TLV, 11.4.4.3: behind a Follow_Up, or a one-step Sync.
struct FollowUpInformation {
  static constexpr TlvType kType = TlvType::kOrganizationExtension;

  // (rate of the grandmaster / rate of the sender's clock - 1) * 2^41
  int32_t cumulative_scaled_rate_offset = 0;
  uint16_t gm_time_base_indicator = 0;  // changes with each step of the grandmaster
  ScaledNs last_gm_phase_change;
  int32_t scaled_last_gm_freq_change = 0;  // relative, times 2^41

  static std::optional<FollowUpInformation> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// What an interval in a request may be beside log2 of seconds (10.6.4.3.6).
inline constexpr int8_t kStopMessages = 127;
inline constexpr int8_t kInitialInterval = 126;
inline constexpr int8_t kKeepInterval = -128;

// Message interval request TLV, 10.6.4.3: in a Signaling message to the other end of the link.
struct MessageIntervalRequest {
  static constexpr TlvType kType = TlvType::kOrganizationExtension;

  int8_t log_link_delay_interval = kKeepInterval;  // of Pdelay_Req
  int8_t log_time_sync_interval = kKeepInterval;   // of Sync
  int8_t log_announce_interval = kKeepInterval;
  bool compute_neighbor_rate_ratio = false;
  bool compute_mean_link_delay = false;
  bool one_step_receive_capable = false;

  static std::optional<MessageIntervalRequest> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// gPTP-capable TLV, 10.6.4.4: in Signaling messages, says that gPTP is spoken here.
struct GptpCapable {
  static constexpr TlvType kType = TlvType::kOrganizationExtensionDoNotPropagate;

  int8_t log_gptp_capable_message_interval = 0;
  uint8_t flags = 0;

  static std::optional<GptpCapable> Read(Reader& reader);
  void Write(Writer& writer) const;
};

// gPTP-capable message interval request TLV, 10.6.4.5.
struct GptpCapableMessageIntervalRequest {
  static constexpr TlvType kType = TlvType::kOrganizationExtensionDoNotPropagate;

  int8_t log_gptp_capable_message_interval = 0;

  static std::optional<GptpCapableMessageIntervalRequest> Read(Reader& reader);
  void Write(Writer& writer) const;
};

}  // namespace ptpcore::wire
