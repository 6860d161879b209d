#include "ptpcore/engine/unicast_config.h"

#include <string>

#include "ptpcore/engine/port_address.h"

namespace ptpcore::engine {

namespace v1 = hostctl::v1;

std::optional<protocol::UnicastConfig> UnicastConfigOf(const EngineConfig& config,
                                                       const v1::PtpProtocol& in_force) {
  if (!in_force.unicast_negotiation()) return std::nullopt;
  protocol::UnicastConfig unicast;
  for (const std::string& text : config.unicast_masters()) {
    if (const auto address = PortAddressOf(text))
      unicast.client.masters.push_back({text, *address});
  }
  unicast.client.log_intervals = {static_cast<int8_t>(in_force.log_announce_interval()),
                                  static_cast<int8_t>(in_force.log_sync_interval()),
                                  static_cast<int8_t>(in_force.log_min_delay_req_interval())};
  unicast.client.duration_s = in_force.unicast_grant_duration_s();
  unicast.server.maximum_duration_s = in_force.unicast_grant_duration_s();
  unicast.server.maximum_clients = in_force.maximum_unicast_clients();
  unicast.serve = in_force.role() != v1::CLOCK_ROLE_CLIENT;
  return unicast;
}

}  // namespace ptpcore::engine
