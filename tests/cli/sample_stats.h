// The status report behind a real capture of the original program: a client of
// linuxptp over a veth pair.
#pragma once

#include "hostctl/v1/ptp_stats.pb.h"

namespace hostctl::cli {

inline void SetValue(v1::RunningValue* value, double last, double mean, double std_dev) {
  value->set_last(last);
  value->set_mean(mean);
  value->set_std_dev(std_dev);
  value->set_samples(30);
}

inline v1::PtpStats SampleStats() {
  v1::PtpStats stats;
  stats.mutable_local_time()->set_seconds(1623949795);
  stats.mutable_kernel_time()->set_seconds(1623949795);
  stats.set_host_name("vm");
  stats.set_engine_pid(5175);
  stats.set_interface("eth0");
  stats.set_device("eth0");
  stats.set_preset("slaveonly");
  stats.set_port_state(v1::PORT_STATE_SLAVE);
  stats.mutable_port_identity()->set_clock_identity("5a91a6fffea13f80");
  stats.mutable_port_identity()->set_port_number(1);
  stats.set_delay_mechanism(v1::DELAY_MECHANISM_E2E);
  stats.set_transport(v1::TRANSPORT_UDP_IPV4_MULTICAST);
  stats.set_clock_source("ptp");
  stats.set_clock("system");
  stats.set_clock_calibrated(true);
  stats.set_clock_in_control(true);
  v1::ParentDataSet& parent = *stats.mutable_parent();
  parent.mutable_parent_port_identity()->set_clock_identity("ae0686fffed5d425");
  parent.mutable_parent_port_identity()->set_port_number(1);
  parent.set_parent_address("192.0.2.1");
  parent.set_grandmaster_priority1(128);
  parent.set_grandmaster_priority2(128);
  parent.set_grandmaster_clock_class(248);
  parent.set_sync_mode(v1::SYNC_MODE_TWO_STEP);
  parent.set_log_announce_interval(1);
  v1::TimePropertiesDataSet& time = *stats.mutable_time_properties();
  time.set_time_source(0xa0);
  time.set_current_utc_offset_s(37);
  SetValue(stats.mutable_offset_from_master_ns(), -53647, -82227, 141358);
  SetValue(stats.mutable_mean_path_delay_ns(), 65303, 140093, 67909);
  SetValue(stats.mutable_frequency_correction_ppb(), -7433, -7147, 177);
  v1::MessageCounters& messages = *stats.mutable_messages();
  messages.set_announce_received(21);
  messages.set_sync_received(33);
  messages.set_follow_up_received(33);
  messages.set_delay_req_sent(36);
  messages.set_delay_resp_received(36);
  stats.set_receive_rate_hz(3.2);
  stats.set_transmit_rate_hz(0.9);
  stats.set_engine_resets(1);
  stats.set_state_transitions(3);
  return stats;
}

}  // namespace hostctl::cli
