// Facts of a host on which PTP works: a test spoils one thing and looks what is said of it.
#pragma once

#include <string>

#include "ptpcore/profile/settings.h"
#include "service/diagnose/chain.h"
#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

inline constexpr char kMasterIdentity[] = "0200c0fffe000001/1";
inline constexpr char kMasterAddress[] = "192.0.2.1";
inline constexpr char kOwnIdentity[] = "020000fffe000202/1";

inline Talker GrandmasterTalker() {
  Talker master;
  master.device = "eth0";
  master.identity = kMasterIdentity;
  master.address = kMasterAddress;
  master.network = v1::NETWORK_PROTOCOL_UDP_IPV4;
  master.announces = 3;
  master.syncs = 6;
  master.two_step_syncs = 6;
  master.follow_ups = 6;
  master.delay_responses = 4;
  master.multicast = 19;
  master.announced = AnnouncedClock();
  master.announced->clock_class = 6;
  master.announced->utc_offset_s = 37;
  for (int i = 0; i < 6; ++i) master.samples.push_back({1.0 * i, 0.000002 * (i % 2)});
  return master;
}

inline Talker OwnTalker() {
  Talker own;
  own.device = "eth0";
  own.own = true;
  own.identity = kOwnIdentity;
  own.address = "192.0.2.2";
  own.network = v1::NETWORK_PROTOCOL_UDP_IPV4;
  own.delay_requests = 4;
  own.multicast = 4;
  return own;
}

// A report after so many seconds of ordinary work.
inline v1::PtpStats ReportAfter(int seconds) {
  const auto count = static_cast<uint64_t>(seconds);
  v1::PtpStats stats;
  stats.set_engine_pid(4711);
  stats.set_port_state(v1::PORT_STATE_SLAVE);
  stats.set_reason(v1::PORT_REASON_NONE);
  stats.set_state_reason("synchronized to the master");
  stats.set_clock("system");
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.set_clock_calibrated(true);
  stats.set_servo("adaptive");
  stats.mutable_local_time()->set_seconds(1800000000 + seconds);
  stats.mutable_port_identity()->set_clock_identity("020000fffe000202");
  stats.mutable_port_identity()->set_port_number(1);
  v1::ParentDataSet& parent = *stats.mutable_parent();
  parent.mutable_parent_port_identity()->set_clock_identity("0200c0fffe000001");
  parent.mutable_parent_port_identity()->set_port_number(1);
  parent.set_parent_address(kMasterAddress);
  parent.set_grandmaster_clock_class(6);
  parent.set_sync_mode(v1::SYNC_MODE_TWO_STEP);
  stats.mutable_time_properties()->set_current_utc_offset_s(37);
  stats.mutable_time_properties()->set_utc_decision("arbitrary timescale, taken as UTC");
  stats.mutable_offset_from_master_ns()->set_last(120);
  stats.mutable_uncertainty()->set_bound_95_ns(2500);
  v1::MessageCounters& messages = *stats.mutable_messages();
  messages.set_announce_received(count / 2);
  messages.set_sync_received(count);
  messages.set_follow_up_received(count);
  messages.set_delay_req_sent(count);
  messages.set_delay_resp_received(count);
  messages.set_received_total(4 * count);
  v1::ForeignMaster& master = *stats.add_foreign_master_list();
  *master.mutable_port_identity() = parent.parent_port_identity();
  master.set_address(kMasterAddress);
  master.set_grandmaster_clock_class(6);
  master.set_qualification(v1::MASTER_QUALIFICATION_QUALIFIED);
  master.set_followed(true);
  return stats;
}

inline Facts WorkingHost() {
  Facts facts;
  facts.ptp.settings.enabled = true;
  facts.ptp.settings.interface = "vmk0";
  facts.ptp.service_state = reconcile::ServiceState::kRunning;
  facts.ptp.engine_pid = 4711;
  facts.ptp.device = "eth0";
  facts.ptp.ruleset_enabled = true;
  const auto& protocol = facts.ptp.settings.protocol;
  facts.protocol = ptpcore::profile::Effective(protocol.profile, protocol.values);

  host::Device device;
  device.index = 2;
  device.name = "eth0";
  device.alternative_names = {"vmk0"};
  device.kind = "physical";
  device.up = device.running = true;
  device.ipv4 = {{"192.0.2.2", 24}};
  facts.interface.device = device;
  facts.interface.path = "eth0 (physical), 192.0.2.2";
  facts.interface.cards = {"eth0"};
  facts.interface.groups = {"224.0.0.1", "224.0.1.129"};

  facts.wire.available = true;
  facts.wire.traffic.talkers = {GrandmasterTalker(), OwnTalker()};
  facts.wire.traffic.answers_to_us = 4;
  facts.firewall.traced = true;
  facts.firewall.ruleset.enabled = true;
  facts.kernel_clock.known = true;
  facts.kernel_clock.leap_list_tai_offset_s = 37;
  facts.before = ReportAfter(100);
  facts.after = ReportAfter(105);
  facts.observed_s = 5;
  return facts;
}

// What is left of it while the engine hears nothing.
inline void ForgetMaster(Facts& facts, v1::PortReason reason) {
  facts.before->clear_parent();
  facts.after = facts.before;
  facts.after->set_port_state(v1::PORT_STATE_LISTENING);
  facts.after->set_reason(reason);
  facts.after->set_clock_state(v1::CLOCK_STATE_FREE_RUNNING);
  facts.after->clear_foreign_master_list();
  facts.after->clear_time_properties();
}

// The verdict of the whole chain.
inline v1::TestVerdict Judged(const Facts& facts) {
  Chain chain;
  for (const Link& link : Links()) chain.Judge(link, facts);
  return chain.Verdict(facts);
}

}  // namespace hostctl::diagnose
