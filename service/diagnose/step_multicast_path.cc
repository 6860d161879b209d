// Why nothing of PTP arrives: multicast that is filtered on its way (bridge ports that do
// not flood it, switches that snoop IGMP, RFC 4541), or no master there.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "MULTICAST_PATH";
constexpr char kTitle[] = "Multicast finds its way here";
constexpr uint8_t kIgmp = 2;
constexpr uint8_t kIcmpV6 = 58;

std::string QuerierText(const Facts& facts) {
  const Traffic& traffic = facts.wire.traffic;
  return traffic.queries == 0 ? std::string("no IGMP or MLD querier was seen")
                              : absl::StrCat("a querier asks for memberships: ", traffic.querier);
}

// A port of our own bridge that sends no unknown multicast towards the interface.
const BridgeFacts::Port* PortWithoutFlooding(const Facts& facts) {
  if (!facts.interface.bridge) return nullptr;
  for (const BridgeFacts::Port& port : facts.interface.bridge->ports) {
    if (port.carries_interface && !port.multicast_flood) return &port;
  }
  return nullptr;
}

const Talker* MasterAtTheBridge(const Facts& facts) {
  const auto& same = facts.interface.same_network;
  for (const Talker& talker : facts.wire.traffic.talkers) {
    if (!talker.own && talker.is_master() &&
        std::find(same.begin(), same.end(), talker.device) != same.end()) {
      return &talker;
    }
  }
  return nullptr;
}

const firewall::TracedDrop* DroppedReport(const Facts& facts) {
  for (const firewall::TracedDrop& drop : facts.firewall.drops) {
    if (!drop.inbound && (drop.protocol == kIgmp || drop.protocol == kIcmpV6)) return &drop;
  }
  return nullptr;
}

std::string LastMasterText(const Facts& facts) {
  if (facts.last_master_identity.empty()) return "";
  return absl::StrCat(
      "the last master was ", facts.last_master_identity,
      facts.last_master_address.empty() ? "" : absl::StrCat(" (", facts.last_master_address, ")"));
}

v1::TestFinding NotFlooded(const BridgeFacts::Port& port, const Facts& facts) {
  const BridgeFacts& bridge = *facts.interface.bridge;
  return Failure("MULTICAST_NOT_FLOODED",
                 absl::StrCat("the bridge ", bridge.bridge, " sends no multicast out of its port ",
                              port.device, ", which leads to ", InterfaceName(facts)),
                 {absl::StrCat("multicast_flood of ", port.device, " is off"), QuerierText(facts)},
                 absl::StrCat("bridge link set dev ", port.device, " mcast_flood on"));
}

v1::TestFinding NothingComes(const Facts& facts) {
  const MulticastProbe& probe = facts.multicast;
  const std::string report =
      !probe.report_sent ? ""
                         : absl::StrCat("told again that this host wants the group: ",
                                        probe.report_on_wire ? "the report left, nothing came"
                                                             : "no report was seen to leave");
  const std::string asked =
      probe.asked.empty()
          ? ""
          : absl::StrCat("asked ", probe.asked,
                         " by unicast: ", probe.unicast_answered ? "it answers" : "no answer");
  if (probe.unicast_answered) {
    return Failure("MULTICAST_FILTERED",
                   "the network delivers PTP by unicast, but not by multicast: a switch, or its "
                   "IGMP snooping, filters it",
                   {asked, report, QuerierText(facts), LastMasterText(facts)},
                   "let the switch flood 224.0.1.129 and 224.0.0.107 to this port, or enable an "
                   "IGMP querier in the VLAN");
  }
  return Failure("NO_MASTER",
                 absl::StrCat("no PTP message arrives at ", InterfaceName(facts),
                              ": there is no master, or the network keeps it away"),
                 {absl::StrCat("seen before the firewall in ", SecondsText(facts.observed_s),
                               ": nothing of PTP, over UDP or Ethernet, in any domain"),
                  report, asked, QuerierText(facts), LastMasterText(facts)},
                 "check that a grandmaster runs in this VLAN and that switches let multicast "
                 "through; hostctl network diag capture --ptp on both ends tells how far it comes");
}

v1::TestFinding Why(const Facts& facts) {
  if (const auto* port = PortWithoutFlooding(facts)) return NotFlooded(*port, facts);
  if (const firewall::TracedDrop* drop = DroppedReport(facts)) {
    return Failure("MEMBERSHIP_REPORT_DROPPED",
                   absl::StrCat("this host's own packet filter drops its membership reports, in ",
                                drop->family, " ", drop->table, " ", drop->chain,
                                ": switches that snoop IGMP send it nothing"),
                   {drop->rule, QuerierText(facts)},
                   absl::StrCat("let igmp pass there: nft -a list chain ", drop->family, " ",
                                drop->table, " ", drop->chain));
  }
  if (facts.multicast.came_after_report) {
    return Failure("MEMBERSHIP_LOST",
                   "PTP came as soon as this host told again which multicast groups it wants: a "
                   "switch that snoops IGMP had forgotten, or never heard, that",
                   {QuerierText(facts)},
                   "enable an IGMP querier in the VLAN, so that hosts are asked regularly");
  }
  if (const Talker* talker = MasterAtTheBridge(facts)) {
    return Failure("BRIDGE_FILTERS_MULTICAST",
                   absl::StrCat("PTP arrives at ", talker->device,
                                " of this host's own switch, "
                                "and not at ",
                                InterfaceName(facts)),
                   {absl::StrCat(NameOf(*talker), " is seen on ", talker->device),
                    facts.interface.bridge && facts.interface.bridge->multicast_snooping
                        ? absl::StrCat(facts.interface.bridge->bridge, " snoops IGMP")
                        : ""},
                   facts.interface.bridge
                       ? absl::StrCat("ip link set ", facts.interface.bridge->bridge,
                                      " type bridge mcast_snooping 0")
                       : "check the filters between them");
  }
  return NothingComes(facts);
}

}  // namespace

v1::TestStep JudgeMulticastPath(const Facts& facts) {
  if (facts.simulated) return Skipped(kCode, kTitle, "the network is simulated");
  if (!facts.wire.available) return Skipped(kCode, kTitle, facts.wire.unavailable);
  if (!Follows(facts) || IsMaster(facts)) {
    return Skipped(kCode, kTitle, "this host is master");
  }
  const std::vector<const Talker*> heard = Heard(facts);
  if (NegotiatesUnicast(facts)) {
    if (!heard.empty()) return Skipped(kCode, kTitle, "PTP comes by unicast here");
    return Found(kCode, kTitle, "no unicast master sends anything",
                 {Failure("UNICAST_UNANSWERED", "no unicast master answers",
                          {facts.after ? facts.after->state_reason() : ""},
                          "hostctl system ptp get shows whom it asks; ping them")});
  }
  const bool multicast = std::any_of(heard.begin(), heard.end(),
                                     [](const Talker* talker) { return talker->multicast > 0; });
  if (multicast) {
    return Passed(kCode, kTitle,
                  facts.wire.traffic.queries > 0 ? QuerierText(facts) : "it arrives");
  }
  return Found(kCode, kTitle, "it does not arrive", {Why(facts)});
}

}  // namespace hostctl::diagnose
