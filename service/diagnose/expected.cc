#include "service/diagnose/expected.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::diagnose {

std::string NameOf(v1::NetworkProtocol network) {
  switch (network) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return "UDP over IPv6";
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return "Ethernet";
    default:
      return "UDP over IPv4";
  }
}

std::string NameOf(v1::DelayMechanism mechanism) {
  return mechanism == v1::DELAY_MECHANISM_P2P ? "peer delay (P2P)" : "end to end (E2E)";
}

std::string NameOf(const Talker& talker) {
  return talker.address.empty() ? talker.identity
                                : absl::StrCat(talker.identity, " (", talker.address, ")");
}

std::string NameOf(const v1::PortIdentity& identity) {
  return absl::StrCat(identity.clock_identity(), "/", identity.port_number());
}

std::string InterfaceName(const Facts& facts) {
  const std::string& name = facts.ptp.settings.interface;
  if (name.empty()) return "the interface";
  const auto& device = facts.interface.device;
  return !device || device->name == name ? name : absl::StrCat(name, " (", device->name, ")");
}

bool Follows(const Facts& facts) {
  return facts.protocol.role() != v1::CLOCK_ROLE_SERVER;
}

bool IsMaster(const Facts& facts) {
  return facts.after && facts.after->port_state() == v1::PORT_STATE_MASTER;
}

bool NegotiatesUnicast(const Facts& facts) {
  return facts.protocol.unicast_negotiation();
}

std::vector<const Talker*> Heard(const Facts& facts) {
  std::vector<const Talker*> heard;
  if (!facts.interface.device) return heard;
  for (const Talker& talker : facts.wire.traffic.talkers) {
    if (!talker.own && talker.device == facts.interface.device->name) heard.push_back(&talker);
  }
  return heard;
}

bool ReachesSocket(const Talker& talker, const Facts& facts) {
  return talker.network == facts.protocol.network_protocol() && talker.vlan == 0;
}

bool Fits(const Talker& talker, const Facts& facts) {
  return ReachesSocket(talker, facts) && talker.domain == facts.ptp.settings.domain_number &&
         talker.sdo_id == facts.protocol.sdo_id() && talker.version == 2;
}

std::vector<const Talker*> FittingMasters(const Facts& facts) {
  std::vector<const Talker*> masters;
  for (const Talker* talker : Heard(facts)) {
    if (talker->is_master() && Fits(*talker, facts)) masters.push_back(talker);
  }
  return masters;
}

const Talker* Master(const Facts& facts) {
  const std::vector<const Talker*> masters = FittingMasters(facts);
  if (masters.empty()) return nullptr;
  if (!facts.after || !facts.after->has_parent()) return masters.front();
  const std::string followed = NameOf(facts.after->parent().parent_port_identity());
  const auto found = std::find_if(masters.begin(), masters.end(), [&](const Talker* talker) {
    return talker->identity == followed;
  });
  return found == masters.end() ? masters.front() : *found;
}

v1::PortReason Reason(const Facts& facts) {
  return facts.after ? facts.after->reason() : v1::PORT_REASON_UNSPECIFIED;
}

bool Locked(const Facts& facts) {
  return facts.after && facts.after->port_state() == v1::PORT_STATE_SLAVE &&
         facts.after->clock_state() == v1::CLOCK_STATE_LOCKED;
}

std::string SecondsText(double seconds) {
  const double tenths = std::round(seconds * 10) / 10;
  return std::abs(tenths - std::round(tenths)) < 0.05 ? absl::StrFormat("%.0f s", tenths)
                                                      : absl::StrFormat("%.1f s", tenths);
}

}  // namespace hostctl::diagnose
