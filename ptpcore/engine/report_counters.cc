#include "ptpcore/engine/report_counters.h"

#include "ptpcore/engine/report_authentication.h"
#include "ptpcore/engine/report_peer_delay.h"
#include "ptpcore/engine/report_unicast.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

void SetMessages(const OrdinaryClock& clock, v1::MessageCounters* out) {
  const protocol::PortCounters& port = clock.port().counters();
  const PacketCounters& packets = clock.packets();
  out->set_announce_received(port.announce_received);
  out->set_sync_received(port.sync_received);
  out->set_follow_up_received(port.follow_up_received);
  out->set_delay_req_sent(port.delay_req_sent);
  out->set_delay_resp_received(port.delay_resp_received);
  out->set_announce_sent(port.announce_sent);
  out->set_sync_sent(port.sync_sent);
  out->set_follow_up_sent(port.follow_up_sent);
  out->set_delay_req_received(port.delay_req_received);
  out->set_delay_resp_sent(port.delay_resp_sent);
  const auto by_type = [](const auto& counts, wire::MessageType type) {
    return counts[static_cast<size_t>(type)];
  };
  out->set_signaling_received(by_type(packets.received_by_type, wire::MessageType::kSignaling));
  out->set_signaling_sent(by_type(packets.sent_by_type, wire::MessageType::kSignaling));
  out->set_management_received(by_type(packets.received_by_type, wire::MessageType::kManagement));
  out->set_management_sent(by_type(packets.sent_by_type, wire::MessageType::kManagement));
  out->set_received_total(packets.received);
  out->set_sent_total(packets.sent);
  SetPeerDelayMessages(clock.port(), out);
}

void SetFaults(const OrdinaryClock& clock, v1::FaultCounters* out) {
  const protocol::PortCounters& port = clock.port().counters();
  const protocol::DelayExchange& delay = clock.port().client_side().delay_exchange();
  const PacketCounters& packets = clock.packets();
  const auto undecodable = [&](wire::DecodeError error) {
    return packets.undecodable[static_cast<size_t>(error)];
  };
  out->set_domain_mismatches(port.domain_mismatches);
  out->set_version_mismatches(undecodable(wire::DecodeError::kVersion));
  out->set_truncated(undecodable(wire::DecodeError::kTruncated));
  out->set_bad_message_length(undecodable(wire::DecodeError::kMessageLength));
  out->set_bad_tlv(undecodable(wire::DecodeError::kTlv));
  out->set_unknown_message_type(undecodable(wire::DecodeError::kUnknownType));
  out->set_from_self(port.from_self);
  out->set_not_from_parent(port.not_from_parent);
  out->set_ignored_announce(port.ignored_announce);
  out->set_sequence_mismatches(port.sequence_mismatches +
                               clock.port().client_side().sync_pairing().unmatched());
  out->set_ignored_type(port.ignored_type);
  out->set_missing_receive_timestamps(port.missing_receive_timestamps);
  out->set_lost_transmit_timestamps(delay.lost_transmit_timestamps() +
                                    port.lost_transmit_timestamps);
  out->set_send_errors(packets.send_errors);
  out->set_unanswered_delay_requests(delay.unanswered());
  out->set_invalid_timestamps(port.invalid_timestamps);
  out->set_looped_announces(port.looped_announces);
  out->set_duplicate_identities(port.duplicate_identities);
  out->set_invalid_corrections(port.invalid_corrections);
  out->set_sdo_mismatches(port.sdo_mismatches);
  out->set_unacceptable_masters(port.unacceptable_masters);
  out->set_excess_messages(clock.excess_messages());
  AddAuthenticationFaults(clock, out);
  AddPeerDelayFaults(clock.port(), out);
  AddUnicastFaults(clock.port(), out);
}

}  // namespace ptpcore::engine
