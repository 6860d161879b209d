#include "ptpcore/engine/peer_delay_report.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

void SetPeerDelayCounters(const protocol::Port& port, v1::MessageCounters& messages,
                          v1::FaultCounters& faults) {
  const protocol::PeerLink* link = port.peer_link();
  if (link == nullptr) return;
  const protocol::PortCounters& counters = port.counters();
  messages.set_pdelay_req_received(counters.pdelay_req_received);
  messages.set_pdelay_req_sent(counters.pdelay_req_sent);
  messages.set_pdelay_resp_received(counters.pdelay_resp_received);
  messages.set_pdelay_resp_sent(counters.pdelay_resp_sent);
  messages.set_pdelay_resp_follow_up_received(counters.pdelay_resp_follow_up_received);
  messages.set_pdelay_resp_follow_up_sent(counters.pdelay_resp_follow_up_sent);

  const protocol::PeerDelayCounters& exchanges = link->peer_delay().counters();
  faults.set_unanswered_pdelay_requests(exchanges.unanswered);
  faults.set_multiple_pdelay_responses(exchanges.multiple_responses);
  faults.set_sequence_mismatches(faults.sequence_mismatches() + exchanges.unexpected);
  faults.set_invalid_timestamps(faults.invalid_timestamps() + exchanges.implausible);
  faults.set_lost_transmit_timestamps(faults.lost_transmit_timestamps() +
                                      exchanges.lost_transmit_timestamps +
                                      link->responder().lost_transmit_timestamps());
}

void SetPeerDelay(const protocol::Port& port, v1::PortStatus& out) {
  const protocol::PeerLink* link = port.peer_link();
  if (link == nullptr) return;
  out.set_log_min_pdelay_req_interval(link->log_interval());
  if (const auto delay = link->mean_link_delay_ns()) out.set_mean_link_delay_ns(*delay);
  if (const auto ratio = link->neighbor_rate_ratio()) out.set_neighbor_rate_ratio(*ratio);
  if (const auto capable = link->as_capable()) out.set_as_capable(*capable);
}

}  // namespace ptpcore::engine
