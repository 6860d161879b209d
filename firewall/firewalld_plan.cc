#include "firewall/firewalld_plan.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace hostctl::firewall {
namespace {

using Action = FirewalldStep::Action;

constexpr char kServicePrefix[] = "hostctl-";
// The priority by which our rich rules are known. A positive one is asked after
// all rules of the zone's owner: what they reject stays rejected.
constexpr char kRulePrefix[] = "rule priority=\"7319\" ";
// A rich rule is a rule of its own in the kernel, asked one by one. Longer lists
// are left to our own table, which has sets and which every packet passes too.
constexpr size_t kMostRichRules = 64;

// A ruleset that is open: to everybody, or to some.
struct Opening {
  std::string service;
  FirewalldPorts ports;
  std::vector<std::string> sources;  // empty: everybody
};

FirewalldPorts InboundPorts(const RulesetDefinition& ruleset) {
  FirewalldPorts ports;
  for (const Rule& rule : ruleset.rules) {
    if (rule.direction != Direction::kInbound) continue;
    std::string range = absl::StrCat(rule.port_begin);
    if (rule.port_end != rule.port_begin) absl::StrAppend(&range, "-", rule.port_end);
    ports.insert({std::move(range), rule.protocol == Protocol::kUdp ? "udp" : "tcp",
                  rule.port_type == PortType::kSrc});
  }
  return ports;
}

std::vector<Opening> OpeningsOf(const Wanted& wanted) {
  std::vector<Opening> openings;
  for (const RulesetDefinition& ruleset : wanted.definitions) {
    const auto policy = wanted.policy.rulesets.find(ruleset.id);
    // Asked of the policy as such: with our firewall off more has to pass, not less.
    if (policy == wanted.policy.rulesets.end() || !policy->second.enabled) continue;
    Opening opening = {FirewalldServiceOf(ruleset), InboundPorts(ruleset), {}};
    if (opening.ports.empty()) continue;
    if (!policy->second.allow_all) {
      if (policy->second.allowed_ips.empty()) continue;
      if (policy->second.allowed_ips.size() <= kMostRichRules) {
        opening.sources = policy->second.allowed_ips;
      }
    }
    openings.push_back(std::move(opening));
  }
  return openings;
}

std::string SourceWords(const std::string& address) {
  return absl::StrCat("family=\"", absl::StrContains(address, ':') ? "ipv6" : "ipv4",
                      "\" source address=\"", address, "\" ");
}

// Lets `opening` into `zone` by the name of its service.
void AddByName(const Opening& opening, FirewalldZone& zone) {
  if (opening.sources.empty()) zone.services.insert(opening.service);
  for (const std::string& source : opening.sources) {
    zone.rich_rules.insert(absl::StrCat(kRulePrefix, SourceWords(source), "service name=\"",
                                        opening.service, "\" accept"));
  }
}

// Lets `opening` into `zone` by its ports.
void AddByPorts(const Opening& opening, FirewalldZone& zone) {
  std::vector<std::string> sources;
  for (const std::string& source : opening.sources) sources.push_back(SourceWords(source));
  if (sources.empty()) sources.emplace_back();
  for (const std::string& source : sources) {
    for (const FirewalldPort& port : opening.ports) {
      zone.rich_rules.insert(absl::StrCat(kRulePrefix, source, port.source ? "source-port" : "port",
                                          " port=\"", port.ports, "\" protocol=\"", port.protocol,
                                          "\" accept"));
    }
  }
}

// Collects the steps in the order in which they are to be done.
class Steps {
 public:
  void Define(const std::vector<Opening>& openings, const FirewalldConfig& permanent) {
    std::set<std::string> needed;
    for (const Opening& opening : openings) {
      needed.insert(opening.service);
      const auto known = permanent.services.find(opening.service);
      if (known != permanent.services.end() && known->second == opening.ports) continue;
      const bool is_new = known == permanent.services.end();
      first_.push_back({is_new ? Action::kDefineService : Action::kRedefineService, true, "",
                        opening.service, opening.ports});
    }
    for (const auto& [name, ports] : permanent.services) {
      if (needed.count(name) == 0) last_.push_back({Action::kForgetService, true, "", name, {}});
    }
  }

  void Match(bool permanent, const std::string& zone, const FirewalldZone& is,
             const FirewalldZone& wanted) {
    Match(permanent, zone, is.services, wanted.services, Action::kAddService,
          Action::kRemoveService);
    Match(permanent, zone, is.rich_rules, wanted.rich_rules, Action::kAddRichRule,
          Action::kRemoveRichRule);
  }

  std::vector<FirewalldStep> InOrder() && {
    for (auto* part : {&removals_, &last_}) {
      first_.insert(first_.end(), part->begin(), part->end());
    }
    return std::move(first_);
  }

 private:
  void Match(bool permanent, const std::string& zone, const std::set<std::string>& is,
             const std::set<std::string>& wanted, Action add, Action remove) {
    for (const std::string& what : wanted) {
      if (is.count(what) == 0) first_.push_back({add, permanent, zone, what, {}});
    }
    for (const std::string& what : is) {
      if (wanted.count(what) == 0) removals_.push_back({remove, permanent, zone, what, {}});
    }
  }

  std::vector<FirewalldStep> first_;     // definitions and what is added
  std::vector<FirewalldStep> removals_;  // from zones
  std::vector<FirewalldStep> last_;      // definitions that no zone needs any more
};

}  // namespace

std::string Describe(const FirewalldStep& step) {
  const std::string service = absl::StrCat("the service ", step.what);
  const std::string rule = absl::StrCat("the rich rule '", step.what, "'");
  const std::string zone =
      absl::StrCat(" the zone ", step.zone, step.permanent ? " (permanent)" : " (runtime)");
  switch (step.action) {
    case Action::kDefineService:
      return "defining " + service;
    case Action::kRedefineService:
      return "changing the ports of " + service;
    case Action::kForgetService:
      return "deleting " + service;
    case Action::kAddService:
      return "adding " + service + " to" + zone;
    case Action::kRemoveService:
      return "removing " + service + " from" + zone;
    case Action::kAddRichRule:
      return "adding " + rule + " to" + zone;
    case Action::kRemoveRichRule:
      return "removing " + rule + " from" + zone;
  }
  return "";
}

bool IsOurService(const std::string& name) {
  return absl::StartsWith(name, kServicePrefix);
}

bool IsOurRichRule(const std::string& rule) {
  return absl::StartsWith(rule, kRulePrefix);
}

std::string FirewalldServiceOf(const RulesetDefinition& ruleset) {
  // The one character that our ids may have and firewalld's names may not.
  return absl::StrCat(kServicePrefix, absl::StrReplaceAll(ruleset.id, {{".", "_2e_"}}));
}

std::vector<FirewalldStep> StepsTo(const Wanted& wanted, const FirewalldState& state) {
  const std::vector<Opening> openings = OpeningsOf(wanted);
  FirewalldZone permanent;
  FirewalldZone runtime;
  for (const Opening& opening : openings) {
    AddByName(opening, permanent);
    const auto known = state.runtime.services.find(opening.service);
    if (known != state.runtime.services.end() && known->second == opening.ports) {
      AddByName(opening, runtime);
    } else {
      AddByPorts(opening, runtime);
    }
  }
  Steps steps;
  steps.Define(openings, state.permanent);
  for (const auto& [zone, is] : state.permanent.zones) {
    steps.Match(true, zone, is, state.used_zones.count(zone) != 0 ? permanent : FirewalldZone());
  }
  for (const auto& [zone, is] : state.runtime.zones) {
    steps.Match(false, zone, is, state.used_zones.count(zone) != 0 ? runtime : FirewalldZone());
  }
  return std::move(steps).InOrder();
}

}  // namespace hostctl::firewall
