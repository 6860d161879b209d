#include "ptpcore/engine/report_clock.h"

#include <arpa/inet.h>

#include "absl/strings/str_format.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

void SetIdentity(const wire::PortIdentity& identity, v1::PortIdentity* out) {
  out->set_clock_identity(wire::ToString(identity.clock));
  out->set_port_number(identity.port);
}

std::string AddressText(const wire::PortAddress& address) {
  const auto& octets = address.octets;
  char text[INET6_ADDRSTRLEN] = "";
  switch (address.protocol) {
    case wire::NetworkProtocol::kUdpIpv4:
      inet_ntop(AF_INET, octets.data(), text, sizeof(text));
      return text;
    case wire::NetworkProtocol::kUdpIpv6:
      inet_ntop(AF_INET6, octets.data(), text, sizeof(text));
      return text;
    case wire::NetworkProtocol::kIeee8023:
      return absl::StrFormat("%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
                             octets[3], octets[4], octets[5]);
    case wire::NetworkProtocol::kNone:
      break;
  }
  return "";
}

void SetDefaultDataSet(const protocol::PtpClock& clock, v1::DefaultDataSet* out) {
  const protocol::ClockDataSets& sets = clock.data_sets();
  const protocol::DefaultDataSet& own = sets.own;
  out->set_clock_identity(wire::ToString(own.clock_identity));
  out->set_number_ports(own.number_ports);
  out->set_clock_class(own.quality.clock_class);
  out->set_clock_accuracy(own.quality.clock_accuracy);
  out->set_offset_scaled_log_variance(own.quality.offset_scaled_log_variance);
  out->set_priority1(own.priority1);
  out->set_priority2(own.priority2);
  out->set_domain_number(own.domain_number);
  out->set_slave_only(own.slave_only);
  out->set_sdo_id(own.sdo_id);
  out->set_steps_removed(sets.current.steps_removed);
  bool gives_time = false;
  for (size_t i = 0; i < clock.size(); ++i) {
    gives_time |= clock.port(i).state() == protocol::PortState::kMaster;
  }
  out->set_grandmaster(gives_time && sets.IsGrandmaster());
}

void SetTimeProperties(const protocol::PtpClock& clock, v1::TimePropertiesDataSet* out) {
  const protocol::ClockDataSets& sets = clock.data_sets();
  const protocol::TimeProperties& p = sets.time_properties;
  out->set_ptp_timescale(p.ptp_timescale);
  out->set_time_traceable(p.time_traceable);
  out->set_frequency_traceable(p.frequency_traceable);
  out->set_time_source(p.time_source);
  out->set_current_utc_offset_valid(p.utc_offset_valid);
  out->set_current_utc_offset_s(p.utc_offset_s);
  out->set_leap61(p.leap61);
  out->set_leap59(p.leap59);
  const auto slave = clock.slave_port();
  out->set_applied_utc_offset_s(sets.utc_offset_s);
  out->set_utc_decision(slave ? clock.port(*slave).client_side().utc().Explanation()
                              : "our own clock keeps UTC: we send its time plus " +
                                    std::to_string(sets.utc_offset_s) + " s");
}

}  // namespace ptpcore::engine
