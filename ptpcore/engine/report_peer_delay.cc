#include "ptpcore/engine/report_peer_delay.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

void SetPeerDelayMessages(const protocol::Port& port, v1::MessageCounters* out) {
  if (port.peer_link() == nullptr) return;
  const protocol::PortCounters& counters = port.counters();
  out->set_pdelay_req_received(counters.pdelay_req_received);
  out->set_pdelay_req_sent(counters.pdelay_req_sent);
  out->set_pdelay_resp_received(counters.pdelay_resp_received);
  out->set_pdelay_resp_sent(counters.pdelay_resp_sent);
  out->set_pdelay_resp_follow_up_received(counters.pdelay_resp_follow_up_received);
  out->set_pdelay_resp_follow_up_sent(counters.pdelay_resp_follow_up_sent);
}

void AddPeerDelayFaults(const protocol::Port& port, v1::FaultCounters* out) {
  const protocol::PeerLink* link = port.peer_link();
  if (link == nullptr) return;
  const protocol::PeerDelayCounters& exchanges = link->peer_delay().counters();
  out->set_unanswered_pdelay_requests(exchanges.unanswered);
  out->set_multiple_pdelay_responses(exchanges.multiple_responses);
  out->set_sequence_mismatches(out->sequence_mismatches() + exchanges.unexpected);
  out->set_invalid_timestamps(out->invalid_timestamps() + exchanges.implausible);
  out->set_lost_transmit_timestamps(out->lost_transmit_timestamps() +
                                    exchanges.lost_transmit_timestamps +
                                    link->responder().lost_transmit_timestamps());
}

void SetPeerDelay(const protocol::Port& port, v1::PortStatus* out) {
  const protocol::PeerLink* link = port.peer_link();
  if (link == nullptr) return;
  if (const auto delay = link->mean_link_delay_ns()) out->set_mean_link_delay_ns(*delay);
  if (const auto ratio = link->neighbor_rate_ratio()) out->set_neighbor_rate_ratio(*ratio);
  if (const auto capable = link->as_capable()) out->set_as_capable(*capable);
}

}  // namespace ptpcore::engine
