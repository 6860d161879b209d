#include "service/diagnose/traffic_counter.h"

#include <algorithm>
#include <variant>

#include "absl/strings/match.h"
#include "absl/time/time.h"

namespace hostctl::diagnose {
namespace {

namespace wire = ptpcore::wire;

// Somebody may make up senders as fast as the network carries them.
constexpr size_t kMostTalkers = 256;
constexpr size_t kMostSamples = 4096;

v1::NetworkProtocol NetworkOf(wire::NetworkProtocol protocol) {
  switch (protocol) {
    case wire::NetworkProtocol::kUdpIpv6:
      return v1::NETWORK_PROTOCOL_UDP_IPV6;
    case wire::NetworkProtocol::kIeee8023:
      return v1::NETWORK_PROTOCOL_ETHERNET;
    default:
      return v1::NETWORK_PROTOCOL_UDP_IPV4;
  }
}

bool IsMulticast(const capture::PacketLayers& layers) {
  return layers.destination_mac && ((*layers.destination_mac)[0] & 1) != 0;
}

double Seconds(const wire::Timestamp& timestamp) {
  return static_cast<double>(timestamp.seconds) + timestamp.nanoseconds * 1e-9;
}

AnnouncedClock ClockOf(const wire::Header& header, const wire::Announce& announce) {
  AnnouncedClock clock;
  clock.grandmaster = wire::ToString(announce.grandmaster);
  clock.priority1 = announce.priority1;
  clock.clock_class = announce.quality.clock_class;
  clock.clock_accuracy = announce.quality.clock_accuracy;
  clock.priority2 = announce.priority2;
  clock.steps_removed = announce.steps_removed;
  clock.utc_offset_s = announce.current_utc_offset;
  clock.utc_offset_valid = header.Has(wire::kCurrentUtcOffsetValid);
  clock.ptp_timescale = header.Has(wire::kPtpTimescale);
  return clock;
}

std::optional<int> Interval(const wire::Header& header) {
  if (header.log_message_interval == wire::kNoLogInterval) return std::nullopt;
  return header.log_message_interval;
}

}  // namespace

void TrafficCounter::Add(const std::string& device, const capture::Frame& frame,
                         const TakenAt& taken) {
  const capture::DecodedFrame decoded = capture::DecodeFrame(frame);
  AddMembership(frame, decoded);
  if (!decoded.is_ptp()) return;
  Talker* const talker = TalkerOf(device, frame, decoded);
  if (talker == nullptr) return;
  ++(IsMulticast(decoded.layers) ? talker->multicast : talker->unicast);
  if (decoded.message) {
    AddMessage(*talker, frame, *decoded.message, taken);
  } else {
    ++talker->others;
  }
}

Talker* TrafficCounter::TalkerOf(const std::string& device, const capture::Frame& frame,
                                 const capture::DecodedFrame& decoded) {
  Talker talker;
  talker.device = device;
  talker.network = NetworkOf(decoded.transport);
  talker.vlan = decoded.layers.vlan.value_or(0);
  talker.address = decoded.layers.ip()         ? decoded.layers.source_ip
                   : decoded.layers.source_mac ? capture::ToString(*decoded.layers.source_mac)
                                               : "";
  if (decoded.header) {
    talker.identity = wire::ToString(decoded.header->source);
    talker.domain = decoded.header->domain_number;
    talker.sdo_id =
        static_cast<uint16_t>(decoded.header->major_sdo_id << 8 | decoded.header->minor_sdo_id);
  } else if (decoded.layers.payload.size() > 1) {
    talker.version = decoded.layers.payload[1] & 0xF;
    if (talker.version == wire::kVersionPtp) return nullptr;  // cut off: nothing to go by
  } else {
    return nullptr;
  }
  talker.own =
      frame.direction == capture::Direction::kSent || (!own_.empty() && talker.identity == own_);
  auto& all = traffic_.talkers;
  const auto same = std::find_if(all.begin(), all.end(), [&](const Talker& other) {
    return other.device == talker.device && other.own == talker.own &&
           other.identity == talker.identity && other.network == talker.network &&
           other.vlan == talker.vlan && other.domain == talker.domain &&
           other.sdo_id == talker.sdo_id && other.version == talker.version &&
           (!talker.identity.empty() || other.address == talker.address);
  });
  if (same != all.end()) return &*same;
  if (all.size() >= kMostTalkers) return nullptr;
  all.push_back(talker);
  return &all.back();
}

void TrafficCounter::AddMembership(const capture::Frame& frame,
                                   const capture::DecodedFrame& decoded) {
  if (!decoded.membership) return;
  const bool query = decoded.membership->kind == capture::Membership::Kind::kQuery;
  if (query && frame.direction == capture::Direction::kReceived) {
    ++traffic_.queries;
    traffic_.querier = decoded.layers.source_ip;
  } else if (!query && frame.direction == capture::Direction::kSent) {
    ++traffic_.reports_sent;
  }
}

void TrafficCounter::AddMessage(Talker& talker, const capture::Frame& frame,
                                const wire::Message& message, const TakenAt& taken) {
  if (!first_shift_s_) first_shift_s_ = taken.realtime_minus_monotonic_s;
  const wire::Header& header = message.header;
  const double realtime_s = absl::ToDoubleSeconds(frame.time - absl::UnixEpoch()) -
                            (taken.realtime_minus_monotonic_s - *first_shift_s_);
  const double correction_s = header.correction.nanoseconds() * 1e-9;
  const auto index = static_cast<size_t>(&talker - traffic_.talkers.data());
  const auto sample = [&](double master_s, double received_s) {
    if (talker.samples.size() >= kMostSamples) return;
    talker.samples.push_back({taken.monotonic_s, master_s - received_s});
  };
  const auto answers_us = [&](const wire::PortIdentity& requesting) {
    return !own_.empty() && wire::ToString(requesting) == own_;
  };
  if (const auto* announce = std::get_if<wire::Announce>(&message.body)) {
    ++talker.announces;
    talker.announced = ClockOf(header, *announce);
    talker.log_announce_interval = Interval(header);
  } else if (const auto* sync = std::get_if<wire::Sync>(&message.body)) {
    ++talker.syncs;
    talker.log_sync_interval = Interval(header);
    if (header.Has(wire::kTwoStep)) {
      ++talker.two_step_syncs;
      pending_[index] = {header.sequence_id, realtime_s, correction_s};
    } else {
      sample(Seconds(sync->origin) + correction_s, realtime_s);
    }
  } else if (const auto* follow_up = std::get_if<wire::FollowUp>(&message.body)) {
    ++talker.follow_ups;
    const auto found = pending_.find(index);
    if (found != pending_.end() && found->second.sequence == header.sequence_id) {
      sample(Seconds(follow_up->precise_origin) + correction_s + found->second.correction_s,
             found->second.received_s);
      pending_.erase(found);
    }
  } else if (std::holds_alternative<wire::DelayReq>(message.body)) {
    ++talker.delay_requests;
  } else if (const auto* response = std::get_if<wire::DelayResp>(&message.body)) {
    ++talker.delay_responses;
    if (answers_us(response->requesting_port)) ++traffic_.answers_to_us;
  } else if (std::holds_alternative<wire::PdelayReq>(message.body)) {
    ++talker.peer_delay_requests;
  } else if (const auto* peer = std::get_if<wire::PdelayResp>(&message.body)) {
    ++talker.peer_delay_responses;
    if (answers_us(peer->requesting_port)) ++traffic_.answers_to_us;
  } else {
    ++talker.others;
  }
}

}  // namespace hostctl::diagnose
