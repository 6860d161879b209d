#include "ptpcore/engine/report_unicast.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;
using protocol::IndexOf;
using protocol::UnicastService;

void SetMaster(const protocol::UnicastMasterStatus& master, v1::UnicastMaster& out) {
  out.set_address(master.name);
  if (master.identity) {
    out.mutable_port_identity()->set_clock_identity(wire::ToString(master.identity->clock));
    out.mutable_port_identity()->set_port_number(master.identity->port);
  }
  const auto granted = [&](UnicastService service) { return master.granted[IndexOf(service)]; };
  if (const auto log_interval = granted(UnicastService::kAnnounce)) {
    out.set_granted_log_announce_interval(*log_interval);
  }
  if (const auto log_interval = granted(UnicastService::kSync)) {
    out.set_granted_log_sync_interval(*log_interval);
  }
  if (const auto log_interval = granted(UnicastService::kDelayResp)) {
    out.set_granted_log_delay_resp_interval(*log_interval);
  }
  out.set_trouble(master.trouble_text);
}

}  // namespace

void SetUnicast(const protocol::Port& port, v1::PortStatus* out) {
  if (port.unicast() == nullptr) return;
  if (const protocol::UnicastServer* server = port.unicast()->server()) {
    out->set_unicast_clients(static_cast<uint32_t>(server->clients()));
  }
  if (const protocol::UnicastClient* client = port.unicast()->client()) {
    for (const auto& master : client->Status()) SetMaster(master, *out->add_unicast_masters());
  }
}

void AddUnicastFaults(const protocol::Port& port, v1::FaultCounters* out) {
  if (port.unicast() == nullptr) return;
  if (const protocol::UnicastServer* server = port.unicast()->server()) {
    const protocol::UnicastServerCounters& counted = server->counters();
    out->set_invalid_grants(out->invalid_grants() + counted.invalid_requests);
    out->set_denied_unicast_requests(out->denied_unicast_requests() + counted.denied);
    out->set_lost_transmit_timestamps(out->lost_transmit_timestamps() +
                                      counted.lost_transmit_timestamps);
  }
  if (const protocol::UnicastClient* client = port.unicast()->client()) {
    const protocol::UnicastClientCounters& counted = client->counters();
    out->set_invalid_grants(out->invalid_grants() + counted.invalid_grants + counted.strangers);
    out->set_denied_unicast_requests(out->denied_unicast_requests() + counted.denials);
  }
}

int8_t LogAnnounceInterval(const protocol::Port& port, const protocol::ForeignMaster& master) {
  if (master.header.log_message_interval != wire::kNoLogInterval) {
    return master.header.log_message_interval;
  }
  const int8_t ours = port.config().intervals.log_announce;
  if (port.unicast() == nullptr) return ours;
  return port.unicast()->Granted(master.address, UnicastService::kAnnounce).value_or(ours);
}

}  // namespace ptpcore::engine
