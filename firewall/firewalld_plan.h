// What to tell firewalld so that it lets in what our policy lets in. Values and
// pure functions only; see firewalld.dbus(5) for the words.
//
// firewalld learns new services only when it reloads, and a reload throws away
// what others have changed at run time, so it is never asked to. Until it knows
// our service, rich rules that name the ports stand in for it at run time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "firewall/ruleset.h"

namespace hostctl::firewall {

struct FirewalldPort {
  std::string ports;     // `319` or `319-320`
  std::string protocol;  // `udp`, `tcp`
  bool source = false;   // the packet's source port, else its destination port

  bool operator==(const FirewalldPort& o) const {
    return ports == o.ports && protocol == o.protocol && source == o.source;
  }
  bool operator<(const FirewalldPort& o) const {
    return std::tie(ports, protocol, source) < std::tie(o.ports, o.protocol, o.source);
  }
};
using FirewalldPorts = std::set<FirewalldPort>;

// What a zone lets in, as far as it is ours.
struct FirewalldZone {
  std::set<std::string> services;
  std::set<std::string> rich_rules;  // in firewalld's own notation
};

// One of the two configurations that firewalld has.
struct FirewalldConfig {
  std::map<std::string, FirewalldPorts> services;  // ours, by name
  std::map<std::string, FirewalldZone> zones;      // all there are, by name
};

struct FirewalldState {
  FirewalldConfig permanent;         // in its files, for the next reload
  FirewalldConfig runtime;           // in force now
  std::set<std::string> used_zones;  // the default zone and those of interfaces
};

// One call to firewalld.
struct FirewalldStep {
  enum class Action {
    kDefineService,    // `what` with `ports`, permanent
    kRedefineService,  // `what` gets other `ports`, permanent
    kForgetService,    // `what`, permanent
    kAddService,       // `what` to `zone`
    kRemoveService,    // `what` from `zone`
    kAddRichRule,      // `what` to `zone`
    kRemoveRichRule,   // `what` from `zone`
  };
  Action action = Action::kAddService;
  bool permanent = false;
  std::string zone;  // empty for the first three
  std::string what;  // name of the service, or the rich rule
  FirewalldPorts ports;
};

// `adding the service hostctl-ptpd to the zone public (permanent)`
std::string Describe(const FirewalldStep& step);

// Whether hostctl has made this service or rich rule.
bool IsOurService(const std::string& name);
bool IsOurRichRule(const std::string& rule);

// The service that stands for a ruleset: `hostctl-ptpd`.
std::string FirewalldServiceOf(const RulesetDefinition& ruleset);

// The steps from `state` to what `wanted` asks for; none when it is so already.
// Every zone in use lets in what is open; a closed or an unmanaged ruleset has no
// trace. What is added comes before what is removed: nothing that stays open is
// ever closed. firewalld filters what comes in, so rules for outbound do not count.
std::vector<FirewalldStep> StepsTo(const Wanted& wanted, const FirewalldState& state);

}  // namespace hostctl::firewall
