// What arrives at the device reaches the engine's socket, and what it sends leaves: else
// which rule, of whom, drops it.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/diagnose/conditions.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "FIREWALL";
constexpr char kTitle[] = "The firewall lets PTP in and out";
constexpr uint8_t kUdp = 17;
// So few may have come just before the engine counted.
constexpr uint64_t kTooFewToJudge = 2;

uint64_t OnTheWire(const Facts& facts) {
  uint64_t messages = 0;
  for (const Talker* talker : Heard(facts)) {
    if (!ReachesSocket(*talker, facts)) continue;
    // Groups that were not joined come to the device, and no further.
    messages += NegotiatesUnicast(facts) ? talker->unicast : talker->messages();
  }
  return messages;
}

bool IsOurs(const firewall::TracedDrop& drop) {
  return drop.family == "inet" && drop.table == "hostctl";
}

// The words for one drop.
std::string DropText(const firewall::TracedDrop& drop) {
  return absl::StrCat(
      drop.packets, drop.packets == 1 ? " packet" : " packets", " to UDP port ", drop.port,
      drop.source.empty() ? "" : absl::StrCat(" from ", drop.source), " dropped in table ",
      drop.family, " ", drop.table, ", chain ", drop.chain,
      drop.handle == 0 ? ", by its policy" : absl::StrCat(", by the rule: ", drop.rule));
}

std::vector<std::string> Evidence(const Facts& facts, const std::string& first) {
  std::vector<std::string> lines = {first};
  lines.push_back(absl::StrCat(
      OnTheWire(facts), " messages came to the device, ",
      Grown(facts, [](const v1::PtpStats& stats) { return stats.messages().received_total(); }),
      " to the engine"));
  return lines;
}

v1::TestFinding OursDrops(const Facts& facts, const std::string& what) {
  const firewall::RulesetPolicy& ruleset = facts.firewall.ruleset;
  if (const auto* closed = FindCondition(facts.ptp.conditions, "RULESET_CLOSED")) {
    return Failure("RULESET_CLOSED", closed->message, Evidence(facts, what), closed->remedy);
  }
  if (ruleset.enabled && !ruleset.allow_all) {
    const Talker* master = Master(facts);
    const auto& drops = facts.firewall.drops;
    const std::string address = !drops.empty()      ? drops.front().source
                                : master != nullptr ? master->address
                                                    : "";
    return Failure(
        "MASTER_NOT_ALLOWED",
        absl::StrCat("the firewall ruleset ptpd does not admit ",
                     address.empty() ? "the master" : address, ": allowed are ",
                     ruleset.allowed_ips.empty() ? "no addresses"
                                                 : absl::StrJoin(ruleset.allowed_ips, ", ")),
        Evidence(facts, what),
        absl::StrCat("hostctl network firewall ruleset allowedip add --ruleset-id ptpd "
                     "--ip-address ",
                     address.empty() ? "ADDRESS" : address));
  }
  return Failure("RULESET_CLOSED", "the firewall ruleset ptpd drops PTP", Evidence(facts, what),
                 "hostctl system ptp set --enable");
}

v1::TestFinding Dropped(const firewall::TracedDrop& drop, const Facts& facts) {
  if (IsOurs(drop)) return OursDrops(facts, DropText(drop));
  if (drop.table == "firewalld" || absl::StrContains(drop.table, "firewalld")) {
    return Failure("FIREWALLD_DROPS",
                   "firewalld drops PTP: its zone does not admit the ports 319 and 320",
                   Evidence(facts, DropText(drop)),
                   "firewall-cmd --add-port=319/udp --add-port=320/udp, then the same with "
                   "--permanent");
  }
  const std::string chain = absl::StrCat(drop.family, " ", drop.table, " ", drop.chain);
  if (drop.inbound) {
    return Failure("FOREIGN_DROP_INPUT",
                   absl::StrCat("somebody else's packet filter, the table ", drop.family, " ",
                                drop.table, ", drops PTP on its way in"),
                   Evidence(facts, DropText(drop)),
                   absl::StrCat("let udp dport 319-320 pass there: nft -a list chain ", chain));
  }
  return Failure("FOREIGN_DROP_OUTPUT",
                 absl::StrCat("somebody else's packet filter, the table ", drop.family, " ",
                              drop.table, ", drops what PTP sends"),
                 {DropText(drop)},
                 absl::StrCat("let udp dport 319-320 pass there: nft -a list chain ", chain));
}

// Nobody traced it: what else is known of the packets that do not get through.
v1::TestFinding NotTold(const Facts& facts) {
  const std::string wire = absl::StrCat(OnTheWire(facts), " messages came to the device");
  if (facts.firewall.ruleset_dropped > 0) {
    return OursDrops(facts, absl::StrCat(facts.firewall.ruleset_dropped,
                                         " packets dropped by the ruleset ptpd"));
  }
  if (const auto* foreign = FindCondition(facts.firewall.conditions, "FOREIGN_DROP")) {
    return Failure("FOREIGN_DROP_INPUT", foreign->message, Evidence(facts, ""), foreign->remedy);
  }
  if (facts.firewall.reverse_path_dropped > 0) {
    return Failure("REVERSE_PATH_FILTER",
                   absl::StrCat("the kernel drops PTP, as it would reach the master by another "
                                "interface than ",
                                InterfaceName(facts), " (reverse path filter)"),
                   {absl::StrCat(facts.firewall.reverse_path_dropped, " packets dropped"), wire},
                   absl::StrCat("give ", InterfaceName(facts),
                                " an address in the master's network, or sysctl "
                                "net.ipv4.conf.DEVICE.rp_filter=2"));
  }
  return Failure("DROPPED_IN_HOST",
                 "PTP arrives at the device and does not reach the engine: something in this host "
                 "drops it that nftables does not tell of",
                 {wire, facts.firewall.traced ? "" : facts.firewall.not_traced},
                 "iptables-legacy -S; ip route get MASTER; hostctl network diag capture --ptp");
}

}  // namespace

v1::TestStep JudgeFirewall(const Facts& facts) {
  if (facts.protocol.network_protocol() == v1::NETWORK_PROTOCOL_ETHERNET) {
    return Skipped(kCode, kTitle, "PTP over Ethernet passes below it");
  }
  const auto* closed = FindCondition(facts.ptp.conditions, "RULESET_CLOSED");
  if (closed != nullptr) return Found(kCode, kTitle, "it is closed", {OursDrops(facts, "")});
  if (facts.simulated) return Passed(kCode, kTitle, "the ruleset ptpd is open");
  if (!facts.wire.available) return Skipped(kCode, kTitle, facts.wire.unavailable);

  const uint64_t wire = OnTheWire(facts);
  const uint64_t socket =
      Grown(facts, [](const v1::PtpStats& stats) { return stats.messages().received_total(); });
  // Some senders may be shut out on purpose while the master gets through. Of the master's,
  // none may: without its Sync alone the clock stays locked for a while.
  const bool starved = wire > kTooFewToJudge && socket * 2 < wire;
  const Talker* const master = Master(facts);
  const auto matters = [&](const firewall::TracedDrop& drop) {
    return !drop.inbound || starved || !Locked(facts) ||
           (master != nullptr && drop.source == master->address);
  };
  Findings findings;
  for (const bool inbound : {true, false}) {
    for (const firewall::TracedDrop& drop : facts.firewall.drops) {
      if (drop.protocol != kUdp || drop.inbound != inbound || !findings.empty()) continue;
      if (matters(drop)) findings.push_back(Dropped(drop, facts));
    }
  }
  if (findings.empty() && wire > kTooFewToJudge && socket == 0) findings.push_back(NotTold(facts));
  if (findings.empty() && wire == 0) return Skipped(kCode, kTitle, "nothing arrived to be let in");
  return Found(kCode, kTitle,
               absl::StrCat(wire, " messages came to the device, ", socket, " to the engine"),
               findings);
}

}  // namespace hostctl::diagnose
