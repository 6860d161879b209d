// What arrives is what this host's PTP listens for: transport, VLAN, version, domain,
// sdoId and delay mechanism.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "PROTOCOL";
constexpr char kTitle[] = "It is the PTP that this host listens for";

std::string Seen(const Talker& talker) {
  return absl::StrCat(
      NameOf(talker), ": ", talker.messages(), " messages, domain ", talker.domain, ", ",
      NameOf(talker.network),
      talker.announced ? absl::StrCat(", clockClass ", talker.announced->clock_class) : "");
}

std::string TransportOption(v1::NetworkProtocol network) {
  switch (network) {
    case v1::NETWORK_PROTOCOL_UDP_IPV6:
      return "udp6";
    case v1::NETWORK_PROTOCOL_ETHERNET:
      return "ethernet";
    default:
      return "udp4";
  }
}

// Why this master cannot be heard: what lies outermost first.
v1::TestFinding WhyNot(const Talker& talker, const Facts& facts) {
  const std::vector<std::string> evidence = {Seen(talker)};
  if (talker.vlan != 0) {
    return Failure(
        "WRONG_VLAN",
        absl::StrCat("PTP comes in VLAN ", talker.vlan, ", and ", InterfaceName(facts),
                     " listens to untagged frames"),
        evidence,
        absl::StrCat("ip link add link ", talker.device, " name ", talker.device, ".", talker.vlan,
                     " type vlan id ", talker.vlan, ", then hostctl system ptp set --interface ",
                     talker.device, ".", talker.vlan));
  }
  if (talker.version != 2) {
    return Failure(
        "WRONG_VERSION",
        absl::StrCat("the master speaks PTP version ", talker.version, ", and this host version 2"),
        evidence, "set the master to PTPv2 (IEEE 1588-2008 or later)");
  }
  if (talker.network != facts.protocol.network_protocol()) {
    return Failure(
        "WRONG_TRANSPORT",
        absl::StrCat("the master speaks PTP over ", NameOf(talker.network), ", and this host over ",
                     NameOf(facts.protocol.network_protocol())),
        evidence,
        absl::StrCat("hostctl system ptp set --transport ", TransportOption(talker.network)));
  }
  if (talker.domain != facts.ptp.settings.domain_number) {
    return Failure("WRONG_DOMAIN",
                   absl::StrCat("the master is in domain ", talker.domain,
                                ", and this host in domain ", facts.ptp.settings.domain_number),
                   evidence, absl::StrCat("hostctl system ptp set --domain ", talker.domain));
  }
  return Failure("WRONG_SDO_ID",
                 absl::StrFormat("the master has the sdoId 0x%03x, and this host 0x%03x",
                                 talker.sdo_id, facts.protocol.sdo_id()),
                 evidence, absl::StrFormat("hostctl system ptp set --sdo-id %d", talker.sdo_id));
}

// How far from fitting: the nearer, the likelier it is the one that is meant.
int Distance(const Talker& talker, const Facts& facts) {
  return (talker.network != facts.protocol.network_protocol() ? 4 : 0) +
         (talker.vlan != 0 ? 4 : 0) + (talker.version != 2 ? 4 : 0) +
         (talker.domain != facts.ptp.settings.domain_number ? 1 : 0) +
         (talker.sdo_id != facts.protocol.sdo_id() ? 1 : 0);
}

const Talker* NearestMaster(const Facts& facts) {
  const Talker* nearest = nullptr;
  for (const Talker* talker : Heard(facts)) {
    if (!talker->is_master()) continue;
    if (nearest == nullptr || Distance(*talker, facts) < Distance(*nearest, facts)) {
      nearest = talker;
    }
  }
  return nearest;
}

// The master uses the other way to measure the delay: also of a clock that is locked still.
bool OtherDelayMechanism(const Talker& master, const Facts& facts) {
  if (Reason(facts) == v1::PORT_REASON_OTHER_DELAY_MECHANISM) return true;
  return facts.protocol.delay_mechanism() == v1::DELAY_MECHANISM_E2E &&
         master.peer_delay_requests > 0 && master.delay_responses == 0 &&
         facts.wire.traffic.answers_to_us == 0;
}

}  // namespace

v1::TestStep JudgeProtocol(const Facts& facts) {
  if (facts.simulated) return Skipped(kCode, kTitle, "the network is simulated");
  if (!facts.wire.available) return Skipped(kCode, kTitle, facts.wire.unavailable);
  if (!Follows(facts) || IsMaster(facts)) return Skipped(kCode, kTitle, "this host is master");
  if (const Talker* master = Master(facts)) {
    if (!OtherDelayMechanism(*master, facts)) return Passed(kCode, kTitle, Seen(*master));
    const bool e2e = facts.protocol.delay_mechanism() == v1::DELAY_MECHANISM_E2E;
    return Found(
        kCode, kTitle, Seen(*master),
        {Failure("WRONG_DELAY_MECHANISM",
                 absl::StrCat("the master measures delays by ",
                              NameOf(e2e ? v1::DELAY_MECHANISM_P2P : v1::DELAY_MECHANISM_E2E),
                              ", and this host by ", NameOf(facts.protocol.delay_mechanism())),
                 {absl::StrCat(NameOf(*master), ": ", master->peer_delay_requests, " Pdelay_Req, ",
                               master->delay_responses, " Delay_Resp"),
                  facts.after ? facts.after->state_reason() : ""},
                 absl::StrCat("hostctl system ptp set --delay-mechanism ", e2e ? "p2p" : "e2e"))});
  }
  const std::vector<const Talker*> heard = Heard(facts);
  if (heard.empty()) return Skipped(kCode, kTitle, "nothing arrived");
  if (NegotiatesUnicast(facts)) {
    const bool denied = Reason(facts) == v1::PORT_REASON_UNICAST_DENIED;
    return Found(kCode, kTitle, "no unicast master serves",
                 {Failure(denied ? "UNICAST_DENIED" : "UNICAST_UNANSWERED",
                          denied ? "the unicast masters deny service" : "no unicast master answers",
                          {facts.after ? facts.after->state_reason() : ""},
                          "hostctl system ptp port list shows whom it asks; ping them")});
  }
  if (const Talker* nearest = NearestMaster(facts)) {
    return Found(kCode, kTitle, Seen(*nearest), {WhyNot(*nearest, facts)});
  }
  return Found(kCode, kTitle, Seen(*heard.front()),
               {Failure("NO_MASTER",
                        "PTP is spoken here, but nobody gives time: no Announce and "
                        "no Sync came",
                        {Seen(*heard.front())}, "check that a grandmaster runs in this network")});
}

}  // namespace hostctl::diagnose
