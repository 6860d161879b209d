// What a port asks its surroundings to do, and what it has to tell them: the
// answer to every event that is handed to it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/peer_delay.h"
#include "ptpcore/protocol/port_state.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

// TLVs behind a message to be sent. The action owns them: a wire::Message only points
// at its TLVs, and would point at what is gone when the action is carried out.
using TlvOctets = std::vector<uint8_t>;

// Send this event message, and report its transmit timestamp (Port::HandleTransmitted).
struct SendEvent {
  wire::Message message;                               // its own `tlvs` are not looked at
  std::optional<wire::PortAddress> to = std::nullopt;  // absent: multicast
  TlvOctets tlvs = {};
};

// Send this general message.
struct SendGeneral {
  wire::Message message;
  std::optional<wire::PortAddress> to = std::nullopt;
  TlvOctets tlvs = {};
};

// The port changed its state.
struct StateChanged {
  PortState from;
  PortState to;
  std::string reason;
};

// Another master was selected, or none is any more (`master` absent).
struct MasterChanged {
  std::optional<ForeignMaster> master;
};

// The decision how to get UTC from the master's time changed.
struct UtcDecisionChanged {
  std::string explanation;
};

// A Sync was timed. `t1_utc_ns` is the master's time in UTC.
struct SyncMeasured {
  uint16_t sequence_id;
  int64_t t1_utc_ns;
  LocalTime t2;
  wire::TimeInterval correction;
};

// A Delay_Req was timed.
struct DelayMeasured {
  uint16_t sequence_id;
  LocalTime t3;
  int64_t t4_utc_ns;
  wire::TimeInterval correction;
};

// An exchange with the neighbour was timed. `rate_ratio`: pace of its clock over ours, as
// far as known.
struct PeerDelayMeasured {
  CompletePeerDelay exchange;
  double rate_ratio;
};

// The grandmaster says that it has set its clock, or that another one is behind it (IEEE
// 802.1AS gmTimeBaseIndicator).
struct TimeBaseChanged {
  std::string explanation;
};

using Action = std::variant<SendEvent, SendGeneral, StateChanged, MasterChanged, UtcDecisionChanged,
                            SyncMeasured, DelayMeasured, PeerDelayMeasured, TimeBaseChanged>;
// In the order in which they are to be carried out. Most answers are empty.
using Actions = absl::InlinedVector<Action, 1>;

}  // namespace ptpcore::protocol
