// ICMPv6 types after RFC 4890 4.4.1.
#include "firewall/nft_essentials.h"

#include <string>
#include <utility>

#include "firewall/nft_json.h"
#include "firewall/nft_names.h"

namespace hostctl::firewall {

using nlohmann::json;

namespace {

std::string ChainOf(Direction direction) {
  return direction == Direction::kInbound ? "input" : "output";
}

// DHCP (RFC 2131 4.1) between the ports of client and server, DHCPv6 (RFC 8415
// 7.2) to the client's port: a server may answer from any, but from the link.
json::array_t AcceptDhcp(Direction direction) {
  const std::string chain = ChainOf(direction);
  if (direction == Direction::kInbound) {
    return {AddRule(chain, {Equal(Payload("udp", "sport"), 67), Equal(Payload("udp", "dport"), 68),
                            Accept()}),
            AddRule(chain, {Equal(Payload("ip6", "saddr"), Prefix("fe80::", 10)),
                            Equal(Payload("udp", "dport"), 546), Accept()})};
  }
  return {AddRule(chain, {Equal(Payload("udp", "sport"), 68), Equal(Payload("udp", "dport"), 67),
                          Accept()}),
          AddRule(chain, {Equal(Payload("udp", "sport"), 546), Equal(Payload("udp", "dport"), 547),
                          Accept()})};
}

}  // namespace

json AcceptLoopback(Direction direction) {
  const bool inbound = direction == Direction::kInbound;
  return AddRule(ChainOf(direction),
                 {Equal(Meta(inbound ? "iifname" : "oifname"), "lo"), Accept()});
}

json::array_t AcceptEssentials(Direction direction) {
  const std::string chain = ChainOf(direction);
  // Connection tracking costs every packet of the host something; it is asked for
  // here only, so a host whose default action is PASS does not pay.
  const json established = {{"match",
                             {{"op", "in"},
                              {"left", {{"ct", {{"key", "state"}}}}},
                              {"right", {"established", "related"}}}}};
  const json icmp =
      Equal(Payload("icmp", "type"), {{"set",
                                       {"echo-request", "echo-reply", "destination-unreachable",
                                        "time-exceeded", "parameter-problem"}}});
  const json icmp6 =
      Equal(Payload("icmpv6", "type"),
            {{"set",
              {"echo-request", "echo-reply", "destination-unreachable", "packet-too-big",
               "time-exceeded", "parameter-problem", "nd-router-solicit", "nd-router-advert",
               "nd-neighbor-solicit", "nd-neighbor-advert", "mld-listener-query",
               "mld-listener-report", "mld-listener-done", "mld2-listener-report"}}});
  // IGMP by its number: its name needs /etc/protocols, which a small host lacks.
  const json igmp = Equal(Meta("l4proto"), 2);

  json::array_t rules;
  for (const json& match : {established, icmp, icmp6, igmp}) {
    rules.push_back(AddRule(chain, {match, Accept()}));
  }
  // A flow from before tracking began is new to it, and goes on with a segment that
  // has ACK and neither SYN nor RST: none that could begin a connection.
  const json syn_rst_ack = {{"|", {{{"|", {"syn", "rst"}}}, "ack"}}};
  rules.push_back(AddRule(chain, {Equal({{"&", {Payload("tcp", "flags"), syn_rst_ack}}}, "ack"),
                                  Equal({{"ct", {{"key", "state"}}}}, "new"), Accept()}));
  for (json& rule : AcceptDhcp(direction)) rules.push_back(std::move(rule));
  return rules;
}

}  // namespace hostctl::firewall
