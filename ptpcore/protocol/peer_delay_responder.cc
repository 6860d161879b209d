#include "ptpcore/protocol/peer_delay_responder.h"

namespace ptpcore::protocol {

void PeerDelayResponder::OnRequest(const wire::PortIdentity& requester, uint16_t sequence_id,
                                   wire::TimeInterval correction) {
  std::optional<Response>& slot = under_way_[next_++ % kUnderWay];
  if (slot) ++lost_transmit_timestamps_;
  slot = Response{requester, sequence_id, correction};
}

std::optional<PeerAnswer> PeerDelayResponder::OnTransmitTimestamp(
    const wire::PortIdentity& requester, uint16_t sequence_id, LocalTime t3) {
  for (std::optional<Response>& slot : under_way_) {
    if (!slot || slot->sequence_id != sequence_id || slot->requester != requester) continue;
    const PeerAnswer answer{requester, sequence_id, slot->correction, t3};
    slot.reset();
    return answer;
  }
  return std::nullopt;
}

}  // namespace ptpcore::protocol
