// The table of profiles. Each one is told as what differs from the default profile of
// IEEE 1588-2019, annex I.3.
#include "ptpcore/profile/profiles.h"

#include <cstdint>
#include <utility>

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;

// IEEE 1588-2019 tables 4, 5 and 6; currentUtcOffset since 2017.
constexpr uint32_t kClockClassDefault = 248;
constexpr uint32_t kClockAccuracyUnknown = 0xfe;
constexpr uint32_t kVarianceUnknown = 0xffff;
constexpr uint32_t kInternalOscillator = 0xa0;
constexpr int32_t kCurrentUtcOffsetS = 37;

// Expedited forwarding, RFC 3246.
constexpr uint32_t kExpeditedForwarding = 46;

// IEEE 1588-2019 annex I.3, default delay request-response profile. Where that leaves a
// choice: a clock that may become master but claims nothing of its quality.
PtpProtocol DefaultE2e() {
  PtpProtocol p;
  p.set_role(v1::CLOCK_ROLE_AUTO);
  p.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV4);
  p.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  p.set_hybrid_e2e(false);
  p.set_sdo_id(0);
  p.set_log_announce_interval(1);
  p.set_log_sync_interval(0);
  p.set_log_min_delay_req_interval(0);
  p.set_log_min_pdelay_req_interval(0);
  p.set_announce_receipt_timeout(3);
  p.set_priority1(128);
  p.set_priority2(128);
  p.set_clock_class(kClockClassDefault);
  p.set_clock_accuracy(kClockAccuracyUnknown);
  p.set_offset_scaled_log_variance(kVarianceUnknown);
  p.set_timescale(v1::TIMESCALE_PTP);
  p.set_current_utc_offset_s(kCurrentUtcOffsetS);
  p.set_current_utc_offset_valid(false);
  p.set_time_traceable(false);
  p.set_frequency_traceable(false);
  p.set_time_source(kInternalOscillator);
  p.set_best_master_algorithm(v1::BEST_MASTER_ALGORITHM_DEFAULT);
  p.set_local_priority(128);
  p.set_maximum_clock_class(255);
  p.set_path_trace(false);
  p.set_time_to_live(1);  // annex C.4: stay on the segment
  p.set_dscp_event(0);
  p.set_dscp_general(0);
  p.set_non_forwardable(false);
  p.set_ipv6_scope(v1::IPV6_SCOPE_SITE_LOCAL);
  p.set_timestamping(v1::TIMESTAMPING_AUTO);
  p.set_unicast_negotiation(false);
  p.set_unicast_grant_duration_s(300);
  p.set_maximum_unicast_clients(1024);
  p.set_gptp(false);
  p.set_neighbor_propagation_delay_threshold_ns(800);
  return p;
}

// Annex I.4.
PtpProtocol DefaultP2p() {
  PtpProtocol p = DefaultE2e();
  p.set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  return p;
}

// The preset of that name of ptpd, which ESXi runs.
PtpProtocol SlaveOnly() {
  PtpProtocol p = DefaultE2e();
  p.set_role(v1::CLOCK_ROLE_CLIENT);
  return p;
}

// A clock at the end of a telecom network, common to G.8275.1 and G.8275.2.
PtpProtocol G8275() {
  PtpProtocol p = SlaveOnly();
  p.set_best_master_algorithm(v1::BEST_MASTER_ALGORITHM_G8275);
  p.set_log_sync_interval(-4);
  p.set_log_min_delay_req_interval(-4);
  return p;
}

// ITU-T G.8275.1 annex A: Ethernet, 8 Announce, 16 Sync and 16 Delay_Req a second.
PtpProtocol G82751() {
  PtpProtocol p = G8275();
  p.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  p.set_non_forwardable(true);
  p.set_log_announce_interval(-3);
  return p;
}

// ITU-T G.8275.2 annex A: unicast negotiation over UDP. It gives ranges for Sync and
// Delay_Req, 1 to 128 a second, and no default.
PtpProtocol G82752() {
  PtpProtocol p = G8275();
  p.set_log_announce_interval(0);
  p.set_unicast_negotiation(true);
  return p;
}

// ITU-T G.8265.1 annex A: unicast negotiation over UDP, for frequency only. It gives a
// range for Sync and Delay_Req, 1/16 to 128 a second, and no default.
PtpProtocol G82651() {
  PtpProtocol p = SlaveOnly();
  p.set_log_sync_interval(-4);
  p.set_log_min_delay_req_interval(-4);
  p.set_unicast_negotiation(true);
  return p;
}

// IEEE 802.1AS-2020: 10.6 and 11.5 intervals, 8.6.2 what an end station announces,
// 11.2.2 the threshold for copper.
PtpProtocol Gptp() {
  PtpProtocol p = DefaultP2p();
  p.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  p.set_non_forwardable(true);
  p.set_sdo_id(0x100);
  p.set_gptp(true);
  p.set_path_trace(true);
  p.set_log_announce_interval(0);
  p.set_log_sync_interval(-3);
  p.set_priority1(248);
  p.set_priority2(248);
  p.set_offset_scaled_log_variance(0x436a);
  return p;
}

// SMPTE ST 2059-2:2021, 4 Announce, 8 Sync and 8 Delay_Req a second.
PtpProtocol Smpte20592() {
  PtpProtocol p = SlaveOnly();
  p.set_log_announce_interval(-2);
  p.set_log_sync_interval(-3);
  p.set_log_min_delay_req_interval(-3);
  return p;
}

// AES67-2018 annex A (media profile), and clause 6.2 for the code point.
PtpProtocol Aes67() {
  PtpProtocol p = SlaveOnly();
  p.set_log_sync_interval(-3);
  p.set_dscp_event(kExpeditedForwarding);
  p.set_dscp_general(kExpeditedForwarding);
  return p;
}

// IEEE C37.238-2017 on IEC/IEEE 61850-9-3: Ethernet, peer delay, everything once a second.
PtpProtocol C37238() {
  PtpProtocol p = SlaveOnly();
  p.set_network_protocol(v1::NETWORK_PROTOCOL_ETHERNET);
  p.set_delay_mechanism(v1::DELAY_MECHANISM_P2P);
  p.set_log_announce_interval(0);
  return p;
}

struct Domains {
  uint32_t usual;
  uint32_t minimum;
  uint32_t maximum;
};

PtpProfile Make(const char* name, const char* description, const char* identifier, Domains domains,
                PtpProtocol protocol) {
  PtpProfile profile;
  profile.set_name(name);
  profile.set_description(description);
  profile.set_profile_identifier(identifier);
  profile.set_domain_number(domains.usual);
  profile.set_domain_number_minimum(domains.minimum);
  profile.set_domain_number_maximum(domains.maximum);
  *profile.mutable_protocol() = std::move(protocol);
  return profile;
}

}  // namespace

const std::vector<PtpProfile>& Profiles() {
  // Never destroyed: threads may still read it while the program ends.
  static const auto* const kProfiles = new std::vector<PtpProfile>{
      // The original takes any domain.
      Make("slaveonly", "IEEE 1588 default profile, never master: what ESXi runs",
           "00-1b-19-00-01-00", {0, 0, 255}, SlaveOnly()),
      Make("default-e2e", "IEEE 1588 default profile, delay request-response", "00-1b-19-00-01-00",
           {0, 0, 127}, DefaultE2e()),
      Make("default-p2p", "IEEE 1588 default profile, peer delay", "00-1b-19-00-02-00", {0, 0, 127},
           DefaultP2p()),
      Make("g8275.1", "ITU-T G.8275.1 telecom profile: phase and time, full timing support",
           "00-19-a7-01-02-03", {24, 24, 43}, G82751()),
      Make("g8275.2", "ITU-T G.8275.2 telecom profile: phase and time, partial timing support",
           "00-19-a7-02-01-02", {44, 44, 63}, G82752()),
      Make("g8265.1",
           "ITU-T G.8265.1 telecom profile: frequency; masters are compared as IEEE 1588 does, not "
           "by quality level",
           "00-19-a7-00-01-00", {4, 4, 23}, G82651()),
      Make("gptp", "IEEE 802.1AS generalized PTP (TSN, AVB, automotive)", "00-80-c2-00-01-00",
           {0, 0, 127}, Gptp()),
      Make("smpte-2059-2",
           "SMPTE ST 2059-2 professional broadcast; without its synchronization metadata",
           "68-97-e8-00-01-00", {127, 0, 127}, Smpte20592()),
      Make("aes67", "AES67 media profile: audio over IP", "00-0b-5e-00-01-00", {0, 0, 127},
           Aes67()),
      Make("c37.238", "IEEE C37.238 power profile; without its time inaccuracy TLV",
           "1c-12-9d-00-00-00", {254, 0, 254}, C37238()),
  };
  return *kProfiles;
}

const PtpProfile* FindProfile(const std::string& name) {
  for (const PtpProfile& profile : Profiles()) {
    if (profile.name() == (name.empty() ? kDefaultProfile : name)) return &profile;
  }
  return nullptr;
}

PtpProtocol Effective(const std::string& profile, const PtpProtocol& overrides) {
  const PtpProfile* found = FindProfile(profile);
  PtpProtocol protocol = (found != nullptr ? *found : Profiles().front()).protocol();
  protocol.MergeFrom(overrides);
  return protocol;
}

}  // namespace ptpcore::profile
