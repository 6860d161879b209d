#include "firewall/catalogue.h"

#include <algorithm>

namespace hostctl::firewall {
namespace {

Rule Inbound(Protocol protocol, uint16_t port) {
  return {Direction::kInbound, protocol, PortType::kDst, port, port};
}
Rule Outbound(Protocol protocol, uint16_t port) {
  return {Direction::kOutbound, protocol, PortType::kDst, port, port};
}

// A ruleset that the user opens and closes.
RulesetDefinition ForUsers(const char* id, const char* description, std::vector<Rule> rules) {
  return {id, description, std::move(rules), true, true, "", ""};
}

}  // namespace

const std::vector<RulesetDefinition>& Catalogue() {
  // Never destroyed: threads may still read it while the program ends.
  static const auto* const kCatalogue = new std::vector<RulesetDefinition>{
      ForUsers("chronyd", "NTP server: time on UDP 123, NTS key establishment on TCP 4460",
               {Inbound(Protocol::kUdp, 123), Inbound(Protocol::kTcp, 4460)}),
      ForUsers("hostd", "The API of this host, gRPC with mutual TLS on TCP 7319",
               {Inbound(Protocol::kTcp, 7319)}),
      // Answers pass as part of the flow. A rule that let in whatever comes from
      // port 123 would open every port of the host to whoever sends from there.
      ForUsers("ntpClient",
               "NTP client: servers on UDP 123, NTS key establishment (RFC 8915) on TCP 4460",
               {Outbound(Protocol::kUdp, 123), Outbound(Protocol::kTcp, 4460)}),
      // The server is elsewhere and comes to fetch: nothing goes out, and its own
      // port 9090 is no matter of this host.
      ForUsers("prometheus", "Prometheus fetches this host's metrics: node exporter on TCP 9100",
               {Inbound(Protocol::kTcp, 9100)}),
      {
          "ptpd",
          "Precision Time Protocol (IEEE 1588): event messages on UDP 319, general on UDP 320",
          // Peers send from any port (IEEE 1588-2019 C.2), so only destinations are named.
          {
              {Direction::kInbound, Protocol::kUdp, PortType::kDst, 319, 320},
              {Direction::kOutbound, Protocol::kUdp, PortType::kDst, 319, 320},
          },
          /*enable_disable_configurable=*/false,
          /*allowed_ip_configurable=*/true,
          /*owner_service=*/"ptpd",
          /*source=*/"",
      },
      ForUsers("sshServer", "Secure shell: logins on TCP 22", {Inbound(Protocol::kTcp, 22)}),
  };
  return *kCatalogue;
}

const RulesetDefinition* FindRuleset(const std::vector<RulesetDefinition>& definitions,
                                     const std::string& id) {
  const auto found =
      std::lower_bound(definitions.begin(), definitions.end(), id,
                       [](const RulesetDefinition& ruleset, const std::string& wanted) {
                         return ruleset.id < wanted;
                       });
  return found == definitions.end() || found->id != id ? nullptr : &*found;
}

}  // namespace hostctl::firewall
