#include "service/reconcile/way_in.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "firewall/allowed_ip.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/words.h"

namespace hostctl::reconcile {
namespace {

using firewall::DefaultAction;
using firewall::RulesetDefinition;
using firewall::Treatment;

bool Names(const RulesetDefinition& ruleset, uint16_t port) {
  return std::any_of(ruleset.rules.begin(), ruleset.rules.end(),
                     [port](const firewall::Rule& rule) {
                       return rule.direction == firewall::Direction::kInbound &&
                              rule.protocol == firewall::Protocol::kTcp &&
                              rule.port_type == firewall::PortType::kDst &&
                              rule.port_begin <= port && port <= rule.port_end;
                     });
}

// Whether one of `networks` contains `address`; with an empty one, whether there are any.
bool AnyContains(const std::vector<std::string>& networks, const std::string& address) {
  if (address.empty()) return !networks.empty();
  const auto single = firewall::ParseIpNetwork(address);
  return single.ok() &&
         std::any_of(networks.begin(), networks.end(), [&single](const std::string& text) {
           const auto network = firewall::ParseIpNetwork(text);
           return network.ok() && network->Contains(*single);
         });
}

bool Drops(const firewall::Wanted& wanted) {
  return wanted.policy.enabled && wanted.policy.default_action == DefaultAction::kDrop;
}

absl::Status Refuse(const std::string& message, const std::string& remedy) {
  return Failure(absl::StatusCode::kFailedPrecondition, message,
                 {"SSH_NOT_ALLOWED", "force", remedy});
}

}  // namespace

// As in the kernel's table: whichever ruleset admits the packet lets it in; where
// none does, those that are set drop it; what none names meets the default action.
bool LetsIn(const firewall::Wanted& wanted, uint16_t port, const std::string& address) {
  if (!wanted.policy.enabled) return true;
  bool named = false;
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    if (!Names(ruleset, port)) continue;
    const Treatment treatment = firewall::TreatmentOf(ruleset, wanted.policy);
    if (treatment == Treatment::kUnmanaged) continue;
    if (treatment == Treatment::kOpen) return true;
    if (treatment == Treatment::kRestricted &&
        AnyContains(wanted.policy.rulesets.at(ruleset.id).allowed_ips, address)) {
      return true;
    }
    named = true;
  }
  return !named && !Drops(wanted);
}

absl::Status CheckWayIn(const firewall::Wanted& before, const firewall::Wanted& after,
                        const std::vector<std::string>& sessions) {
  const bool to_drop = Drops(after) && !Drops(before);
  if (!LetsIn(after, kSshPort, "") && (to_drop || LetsIn(before, kSshPort, ""))) {
    return Refuse(
        to_drop
            ? absl::StrCat("with the default action DROP nobody could reach this host over ssh: "
                           "the ruleset ",
                           kSshRuleset, " is not open")
            : absl::StrCat("nobody could reach this host over ssh (TCP port ", kSshPort,
                           ") any longer"),
        to_drop ? absl::StrCat("hostctl network firewall ruleset set --ruleset-id ", kSshRuleset,
                               " --enabled true; or repeat it with --force, and with "
                               "--confirm-within 60 it is undone unless you confirm it")
                : "repeat it with --force; with --confirm-within 60 it is undone unless you "
                  "confirm it");
  }
  std::vector<std::string> shut_out;
  for (const std::string& address : sessions) {
    if (LetsIn(before, kSshPort, address) && !LetsIn(after, kSshPort, address)) {
      shut_out.push_back(address);
    }
  }
  if (shut_out.empty()) return absl::OkStatus();
  return Refuse(
      absl::StrCat("it would end the ssh session from ", Listed(shut_out)),
      absl::StrCat("hostctl network firewall ruleset allowedip add --ruleset-id ", kSshRuleset,
                   " --ip-address ", shut_out.front(), "; or repeat it with --force"));
}

}  // namespace hostctl::reconcile
