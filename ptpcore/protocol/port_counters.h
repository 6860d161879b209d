// What a port counted since it was made.
#pragma once

#include <cstdint>

namespace ptpcore::protocol {

struct PortCounters {
  // Messages by type.
  uint64_t announce_received = 0;
  uint64_t announce_sent = 0;
  uint64_t sync_received = 0;
  uint64_t sync_sent = 0;
  uint64_t follow_up_received = 0;
  uint64_t follow_up_sent = 0;
  uint64_t delay_req_received = 0;
  uint64_t delay_req_sent = 0;
  uint64_t delay_resp_received = 0;
  uint64_t delay_resp_sent = 0;
  uint64_t pdelay_req_received = 0;
  uint64_t pdelay_req_sent = 0;
  uint64_t pdelay_resp_received = 0;
  uint64_t pdelay_resp_sent = 0;
  uint64_t pdelay_resp_follow_up_received = 0;
  uint64_t pdelay_resp_follow_up_sent = 0;
  uint64_t signaling_received = 0;
  uint64_t signaling_sent = 0;

  // Messages that were of no use, and why.
  uint64_t domain_mismatches = 0;
  uint64_t sdo_mismatches = 0;
  uint64_t from_self = 0;
  uint64_t duplicate_identities = 0;  // another clock uses our identity, or that of our master
  uint64_t not_from_parent = 0;
  uint64_t ignored_announce = 0;
  uint64_t looped_announces = 0;
  uint64_t unacceptable_masters = 0;  // Announce of those
  uint64_t ignored_type = 0;
  uint64_t sequence_mismatches = 0;
  uint64_t missing_receive_timestamps = 0;
  uint64_t lost_transmit_timestamps = 0;  // of our Sync
  uint64_t invalid_timestamps = 0;
  uint64_t invalid_corrections = 0;

  uint64_t state_transitions = 0;
};

}  // namespace ptpcore::protocol
