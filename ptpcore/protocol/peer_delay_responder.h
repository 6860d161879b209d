// The responder's side of the peer delay mechanism: IEEE 1588-2019 11.4.2, two-step.
// Every request is answered at once; the follow-up leaves when the transmit timestamp of
// the response is known. Bounded: a few responses under way, however many ask.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// What Pdelay_Resp_Follow_Up has to say.
struct PeerAnswer {
  wire::PortIdentity requester;
  uint16_t sequence_id = 0;
  wire::TimeInterval correction;  // of the Pdelay_Req, given back
  LocalTime t3;
};

class PeerDelayResponder {
 public:
  // A Pdelay_Req came; the caller sends the Pdelay_Resp now.
  void OnRequest(const wire::PortIdentity& requester, uint16_t sequence_id,
                 wire::TimeInterval correction);
  // The Pdelay_Resp with this requestingPortIdentity and sequenceId left at `t3`.
  std::optional<PeerAnswer> OnTransmitTimestamp(const wire::PortIdentity& requester,
                                                uint16_t sequence_id, LocalTime t3);
  // Forgets what is under way: the clock was stepped between t2 and t3.
  void Abandon() { under_way_ = {}; }

  // Responses whose transmit timestamp had not come kUnderWay responses later.
  uint64_t lost_transmit_timestamps() const { return lost_transmit_timestamps_; }

 private:
  static constexpr size_t kUnderWay = 4;
  struct Response {
    wire::PortIdentity requester;
    uint16_t sequence_id = 0;
    wire::TimeInterval correction;
  };

  std::array<std::optional<Response>, kUnderWay> under_way_;
  size_t next_ = 0;
  uint64_t lost_transmit_timestamps_ = 0;
};

}  // namespace ptpcore::protocol
