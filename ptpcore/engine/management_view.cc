#include "ptpcore/engine/management_view.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "ptpcore/engine/protocol_config.h"
#include "ptpcore/profile/addresses.h"
#include "ptpcore/profile/profiles.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

// `00-1b-19-00-01-00` to its octets; zeros for anything else.
std::array<uint8_t, 6> OctetsOf(const std::string& text) {
  std::array<uint8_t, 6> octets{};
  std::array<unsigned, 6> parts{};
  if (std::sscanf(text.c_str(), "%2x-%2x-%2x-%2x-%2x-%2x", &parts[0], &parts[1], &parts[2],
                  &parts[3], &parts[4], &parts[5]) == 6) {
    std::copy(parts.begin(), parts.end(), octets.begin());
  }
  return octets;
}

// Of one that was checked.
wire::PortAddress AddressOf(const std::string& text) {
  wire::PortAddress address;
  const std::optional<profile::ClockAddress> parsed = profile::ParseAddress(text);
  if (!parsed) return address;
  switch (parsed->network) {
    case v1::NETWORK_PROTOCOL_UDP_IPV4:
      address.protocol = wire::NetworkProtocol::kUdpIpv4;
      address.length = 4;
      inet_pton(AF_INET, parsed->text.c_str(), address.octets.data());
      break;
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      address.protocol = wire::NetworkProtocol::kUdpIpv6;
      address.length = 16;
      inet_pton(AF_INET6, parsed->text.c_str(), address.octets.data());
      break;
    default: {
      address.protocol = wire::NetworkProtocol::kIeee8023;
      address.length = 6;
      std::string dashed = parsed->text;
      std::replace(dashed.begin(), dashed.end(), ':', '-');
      const std::array<uint8_t, 6> mac = OctetsOf(dashed);
      std::copy(mac.begin(), mac.end(), address.octets.begin());
    }
  }
  return address;
}

// Our own on this network; of UDP/IPv6 only the protocol is known here.
wire::PortAddress OwnAddress(v1::NetworkProtocol protocol, const net::Device& device) {
  wire::PortAddress address;
  switch (protocol) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      address.protocol = wire::NetworkProtocol::kUdpIpv6;
      break;
    case v1::NETWORK_PROTOCOL_ETHERNET:
      address.protocol = wire::NetworkProtocol::kIeee8023;
      address.length = 6;
      std::copy(device.mac.begin(), device.mac.end(), address.octets.begin());
      break;
    default:
      address.protocol = wire::NetworkProtocol::kUdpIpv4;
      address.length = 4;
      std::copy(device.ipv4.begin(), device.ipv4.end(), address.octets.begin());
  }
  return address;
}

wire::TimeInterval IntervalOf(double ns) {
  constexpr double kMost = 9.2e18;
  return {static_cast<int64_t>(std::clamp(ns * 65536.0, -kMost, kMost))};
}

management::PortView PortViewOf(const PtpEngine& engine, const EnginePort& engine_port,
                                const v1::PtpProtocol& settings) {
  const OrdinaryClock& clock = *engine_port.ordinary_clock();
  const protocol::Port& port = clock.port();
  management::PortView view;
  view.identity = port.identity();
  view.state = port.state();
  view.log_min_delay_req_interval = port.parent() != nullptr
                                        ? port.client_side().delay_exchange().log_interval()
                                        : port.config().intervals.log_min_delay_req;
  view.log_announce_interval = port.config().intervals.log_announce;
  view.announce_receipt_timeout = port.config().announce_receipt_timeout;
  view.log_sync_interval = port.config().intervals.log_sync;
  view.log_min_pdelay_req_interval = port.config().log_min_pdelay_req_interval;
  if (port.config().delay_mechanism == protocol::DelayMechanism::kP2p) {
    view.delay_mechanism = management::DelayMechanism::kP2p;
  }
  view.minor_version = port.client_side().minor_version().minor_version();
  if (const protocol::PeerLink* link = port.peer_link()) {
    view.log_min_pdelay_req_interval = link->log_interval();
    view.mean_link_delay = IntervalOf(link->mean_link_delay_ns().value_or(0));
    view.as_capable = link->as_capable().value_or(true);
  }
  view.master_only = port.config().master_only;
  view.unicast_negotiation = settings.unicast_negotiation();
  for (const std::string& master : engine.config()->unicast_masters()) {
    view.unicast_masters.push_back(AddressOf(master));
  }
  view.acceptable_masters_only = engine.config()->acceptable_masters_size() > 0;
  view.neighbor_propagation_delay_threshold_ns = settings.neighbor_propagation_delay_threshold_ns();
  view.interface = engine_port.interface();
  view.mac = engine_port.network().device().mac;
  view.address = OwnAddress(settings.network_protocol(), engine_port.network().device());
  if (engine.follower() != nullptr) view.timestamping = management::Timestamping::kHardware;
  view.received = clock.packets().received_by_type;
  view.sent = clock.packets().sent_by_type;
  return view;
}

// What the engine tells of as an event, the newest first; only troubles and their end.
std::vector<management::FaultRecord> FaultsOf(const PtpEngine& engine,
                                              const protocol::ClockDataSets& sets) {
  std::vector<management::FaultRecord> faults;
  const auto& events = engine.events().events();
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    management::FaultRecord fault;
    if (event->kind == "FAULT") {
      fault.severity = management::Severity::kError;
    } else if (event->kind == "MASTER_DISTRUSTED") {
      fault.severity = management::Severity::kWarning;
    } else if (event->kind != "RECOVERED") {
      continue;
    }
    fault.time = protocol::SentTime(sets, {event->time_ns});
    fault.name = event->kind;
    fault.description = event->text;
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace

management::ClockView ManagementViewOf(const PtpEngine& engine, size_t port) {
  management::ClockView view;
  const EngineConfig& config = *engine.config();
  const OrdinaryClock* clock =
      port < engine.ports().size() ? engine.ports()[port]->ordinary_clock() : nullptr;
  if (clock == nullptr) return view;

  const v1::PtpProtocol settings = profile::Effective(config.profile(), config.protocol());
  const protocol::ClockDataSets& sets = clock->protocol().data_sets();
  const protocol::ClockConfig configured = ProtocolClockConfigOf(config);
  view.default_ds = sets.own;
  view.current_ds = sets.current;
  view.parent_ds = sets.parent;
  view.time_properties = sets.time_properties;
  view.time = protocol::SentTime(sets, {engine.clock()->NowNs()});
  view.path_trace_enabled = sets.path_trace_enabled;
  view.path_trace.assign(sets.path_trace.path.begin(), sets.path_trace.path.end());
  view.acceptable_masters = configured.acceptable;
  view.own_time_properties = configured.time_properties;
  view.product_description = "hostctl;ptpd;";
  view.revision_data = absl::StrCat(";;", engine.revision());
  if (const auto* profile = profile::FindProfile(config.profile())) {
    view.profile_identity = OctetsOf(profile->profile_identifier());
  }
  view.faults = FaultsOf(engine, sets);

  for (const auto& other : engine.ports()) {
    const OrdinaryClock* sibling = other->ordinary_clock();
    if (sibling == nullptr || &sibling->protocol() != &clock->protocol()) continue;
    view.ports.push_back(PortViewOf(engine, *other, settings));
    if (sibling->port().parent() == nullptr) continue;
    // The port that follows a master measures for all.
    view.current_ds.offset_from_master = IntervalOf(sibling->measurements().offset_ns.last());
    view.current_ds.mean_delay = IntervalOf(sibling->measurements().mean_path_delay_ns.last());
    view.offset_from_master_ns = std::llround(sibling->measurements().offset_ns.last());
    view.last_sync_ingress_ns = sibling->last_sync_ingress_ns();
    if (const auto& time_base = sibling->port().client_side().time_base()) {
      view.follow_up_information = *time_base;
    }
  }
  return view;
}

}  // namespace ptpcore::engine
