#include "ptpcore/engine/protocol_config.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "ptpcore/engine/port_address.h"
#include "ptpcore/engine/unicast_config.h"
#include "ptpcore/profile/addresses.h"
#include "ptpcore/profile/profiles.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

v1::PtpProtocol ProtocolOf(const EngineConfig& config) {
  return profile::Effective(config.profile(), config.protocol());
}

protocol::AcceptableMaster AcceptableMasterOf(const v1::AcceptableMaster& named) {
  constexpr size_t kDigits = 16;
  protocol::AcceptableMaster master;
  const std::string text = profile::CanonicalIdentity(named.identity()).value_or("");
  // What is no address or identity was refused before; should it come here, it is nobody's.
  if (!named.address().empty()) {
    master.address = PortAddressOf(named.address()).value_or(wire::PortAddress());
    master.by_address = named.identity().empty();
  }
  if (text.size() >= kDigits) {
    const std::string octets = absl::HexStringToBytes(text.substr(0, kDigits));
    std::copy(octets.begin(), octets.end(), master.port.clock.octets.begin());
  }
  if (text.size() > kDigits + 1) {
    master.port.port = static_cast<uint16_t>(std::atoi(text.c_str() + kDigits + 1));
  }
  master.alternate_priority1 = static_cast<uint8_t>(named.alternate_priority1());
  return master;
}

}  // namespace

protocol::ClockConfig ProtocolClockConfigOf(const EngineConfig& config) {
  const v1::PtpProtocol p = ProtocolOf(config);
  protocol::ClockConfig c;
  protocol::DefaultDataSet& own = c.own;
  own.domain_number = static_cast<uint8_t>(config.domain_number());
  own.sdo_id = static_cast<uint16_t>(p.sdo_id());
  own.slave_only = p.role() == v1::CLOCK_ROLE_CLIENT;
  own.priority1 = static_cast<uint8_t>(p.priority1());
  own.priority2 = static_cast<uint8_t>(p.priority2());
  own.local_priority = static_cast<uint8_t>(p.local_priority());
  own.quality.clock_class =
      own.slave_only ? protocol::kSlaveOnlyClass : static_cast<uint8_t>(p.clock_class());
  own.quality.clock_accuracy = static_cast<uint8_t>(p.clock_accuracy());
  own.quality.offset_scaled_log_variance = static_cast<uint16_t>(p.offset_scaled_log_variance());
  protocol::TimeProperties& time = c.time_properties;
  time.ptp_timescale = p.timescale() != v1::TIMESCALE_ARB;
  time.utc_offset_s = static_cast<int16_t>(p.current_utc_offset_s());
  time.utc_offset_valid = p.current_utc_offset_valid();
  time.time_traceable = p.time_traceable();
  time.frequency_traceable = p.frequency_traceable();
  time.time_source = static_cast<uint8_t>(p.time_source());
  c.algorithm = p.best_master_algorithm() == v1::BEST_MASTER_ALGORITHM_G8275
                    ? protocol::BestMasterAlgorithm::kG8275
                    : protocol::BestMasterAlgorithm::kDefault;
  c.path_trace = p.path_trace();
  c.maximum_clock_class = static_cast<uint8_t>(p.maximum_clock_class());
  for (const v1::AcceptableMaster& named : config.acceptable_masters()) {
    c.acceptable.push_back(AcceptableMasterOf(named));
  }
  return c;
}

protocol::PortConfig ProtocolPortConfigOf(const EngineConfig& config, uint16_t port_number) {
  const v1::PtpProtocol p = ProtocolOf(config);
  protocol::PortConfig c;
  c.port_number = port_number;
  c.master_only = p.role() == v1::CLOCK_ROLE_SERVER;
  c.delay_mechanism = p.delay_mechanism() == v1::DELAY_MECHANISM_P2P
                          ? protocol::DelayMechanism::kP2p
                          : protocol::DelayMechanism::kE2e;
  c.unicast = UnicastConfigOf(config, p);
  c.hybrid_e2e = p.hybrid_e2e();
  c.intervals.log_announce = static_cast<int8_t>(p.log_announce_interval());
  c.intervals.log_sync = static_cast<int8_t>(p.log_sync_interval());
  c.intervals.log_min_delay_req = static_cast<int8_t>(p.log_min_delay_req_interval());
  c.log_min_pdelay_req_interval = static_cast<int8_t>(p.log_min_pdelay_req_interval());
  c.gptp = p.gptp();
  c.as_capable_threshold_ns = static_cast<double>(p.neighbor_propagation_delay_threshold_ns());
  c.announce_receipt_timeout = static_cast<uint8_t>(p.announce_receipt_timeout());
  return c;
}

bool HasOneClock(const EngineConfig& config) {
  return ProtocolOf(config).role() != v1::CLOCK_ROLE_CLIENT;
}

}  // namespace ptpcore::engine
