#include "ptpcore/engine/management_change.h"

#include "ptpcore/profile/profiles.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

void SetSlaveOnly(bool slave_only, EngineConfig& config) {
  if (slave_only) {
    config.mutable_protocol()->set_role(v1::CLOCK_ROLE_CLIENT);
  } else if (profile::Effective(config.profile(), config.protocol()).role() ==
             v1::CLOCK_ROLE_CLIENT) {
    config.mutable_protocol()->set_role(v1::CLOCK_ROLE_AUTO);
  }
}

}  // namespace

EngineConfig WithChange(EngineConfig config, const management::Change& change) {
  v1::PtpProtocol& p = *config.mutable_protocol();
  if (change.priority1) p.set_priority1(*change.priority1);
  if (change.priority2) p.set_priority2(*change.priority2);
  if (change.domain_number) config.set_domain_number(*change.domain_number);
  if (change.slave_only) SetSlaveOnly(*change.slave_only, config);
  if (change.clock_class) p.set_clock_class(*change.clock_class);
  if (change.clock_accuracy) p.set_clock_accuracy(*change.clock_accuracy);
  if (change.offset_scaled_log_variance) {
    p.set_offset_scaled_log_variance(*change.offset_scaled_log_variance);
  }
  if (change.utc_offset_s) p.set_current_utc_offset_s(*change.utc_offset_s);
  if (change.utc_offset_valid) p.set_current_utc_offset_valid(*change.utc_offset_valid);
  if (change.ptp_timescale) {
    p.set_timescale(*change.ptp_timescale ? v1::TIMESCALE_PTP : v1::TIMESCALE_ARB);
  }
  if (change.time_traceable) p.set_time_traceable(*change.time_traceable);
  if (change.frequency_traceable) p.set_frequency_traceable(*change.frequency_traceable);
  if (change.time_source) p.set_time_source(*change.time_source);
  if (change.path_trace) p.set_path_trace(*change.path_trace);
  if (change.log_announce_interval) p.set_log_announce_interval(*change.log_announce_interval);
  if (change.announce_receipt_timeout) {
    p.set_announce_receipt_timeout(*change.announce_receipt_timeout);
  }
  if (change.log_sync_interval) p.set_log_sync_interval(*change.log_sync_interval);
  if (change.unicast_negotiation) p.set_unicast_negotiation(*change.unicast_negotiation);
  if (change.delay_mechanism) {
    p.set_delay_mechanism(*change.delay_mechanism == management::DelayMechanism::kP2p
                              ? v1::DELAY_MECHANISM_P2P
                              : v1::DELAY_MECHANISM_E2E);
  }
  if (change.log_min_pdelay_req_interval) {
    p.set_log_min_pdelay_req_interval(*change.log_min_pdelay_req_interval);
  }
  if (change.neighbor_propagation_delay_threshold_ns) {
    p.set_neighbor_propagation_delay_threshold_ns(*change.neighbor_propagation_delay_threshold_ns);
  }
  return config;
}

}  // namespace ptpcore::engine
