#include "firewall/catalogue.h"

#include <algorithm>

namespace hostctl::firewall {

const std::vector<RulesetDefinition>& Catalogue() {
  // Never destroyed: threads may still read it while the program ends.
  static const auto* const kCatalogue = new std::vector<RulesetDefinition>{
      {
          "ptpd",
          "Precision Time Protocol (IEEE 1588): event messages on UDP 319, general on UDP 320",
          // Peers send from any port (IEEE 1588-2019 C.2), so only destinations are named.
          {
              {Direction::kInbound, Protocol::kUdp, PortType::kDst, 319, 320},
              {Direction::kOutbound, Protocol::kUdp, PortType::kDst, 319, 320},
          },
      },
  };
  return *kCatalogue;
}

const RulesetDefinition* FindRuleset(const std::string& id) {
  const std::vector<RulesetDefinition>& all = Catalogue();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const RulesetDefinition& ruleset) { return ruleset.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace hostctl::firewall
