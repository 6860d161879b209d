// The PTP that was seen at network devices, gathered by who sent it. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hostctl/v1/ptp_protocol.pb.h"

namespace hostctl::diagnose {

// What an Announce said last.
struct AnnouncedClock {
  std::string grandmaster;  // 16 hexadecimal digits
  uint8_t priority1 = 0;
  uint8_t clock_class = 0;
  uint8_t clock_accuracy = 0;
  uint8_t priority2 = 0;
  uint16_t steps_removed = 0;
  int16_t utc_offset_s = 0;
  bool utc_offset_valid = false;
  bool ptp_timescale = false;
};

// A Sync and the time in it.
struct SyncSample {
  double at_s = 0;  // when it was received, seconds of an arbitrary epoch, monotonic
  // Master's time as sent, minus this kernel's CLOCK_REALTIME, seconds.
  double master_minus_kernel_s = 0;
};

// A PTP port that sends, as seen at one device: the same port in another domain or over
// another transport is another one.
struct Talker {
  std::string device;
  bool own = false;      // this host sent it
  std::string identity;  // `000c29fffe1ddaab/1`; empty of a version that is not read
  std::string address;   // IP address, or MAC address over Ethernet
  hostctl::v1::NetworkProtocol network = hostctl::v1::NETWORK_PROTOCOL_UNSPECIFIED;
  uint16_t vlan = 0;  // 0: none
  uint8_t domain = 0;
  uint16_t sdo_id = 0;
  uint8_t version = 2;

  uint32_t announces = 0;
  uint32_t syncs = 0;
  uint32_t two_step_syncs = 0;
  uint32_t follow_ups = 0;
  uint32_t delay_requests = 0;
  uint32_t delay_responses = 0;
  uint32_t peer_delay_requests = 0;
  uint32_t peer_delay_responses = 0;
  uint32_t others = 0;
  uint32_t multicast = 0;
  uint32_t unicast = 0;

  std::optional<AnnouncedClock> announced;
  std::optional<int> log_announce_interval;
  std::optional<int> log_sync_interval;
  std::vector<SyncSample> samples;

  uint32_t messages() const {
    return announces + syncs + follow_ups + delay_requests + delay_responses + peer_delay_requests +
           peer_delay_responses + others;
  }
  // It gives time, or offers to.
  bool is_master() const { return announces + syncs > 0; }
};

struct Traffic {
  std::vector<Talker> talkers;
  // Delay_Resp and Pdelay_Resp that answer requests of ours.
  uint32_t answers_to_us = 0;
  // IGMP or MLD queries and who sent the last; reports that left this host.
  uint32_t queries = 0;
  std::string querier;
  uint32_t reports_sent = 0;
  uint64_t frames_lost = 0;  // not read fast enough
};

}  // namespace hostctl::diagnose
