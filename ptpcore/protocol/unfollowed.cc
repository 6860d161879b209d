#include "ptpcore/protocol/unfollowed.h"

#include <algorithm>
#include <string>

namespace ptpcore::protocol {

Explanation ExplainUnfollowed(const ForeignMasters& masters) {
  const auto& all = masters.all();
  const auto hopeful = std::find_if(all.begin(), all.end(), [](const ForeignMaster& master) {
    return master.objection == Qualification::kQualified;
  });
  const ForeignMaster& master = hopeful != all.end() ? *hopeful : all.front();
  const std::string name = "master " + wire::ToString(master.port);
  switch (master.objection) {
    case Qualification::kNotAcceptable:
      return {Reason::kMasterUnacceptable, name + " is not on the list of acceptable masters"};
    case Qualification::kClockClassUnacceptable:
      return {Reason::kClockClassUnacceptable,
              name + " has clockClass " + std::to_string(master.announce.quality.clock_class) +
                  ", and " + std::to_string(masters.rules().maximum_clock_class) +
                  " is the greatest that is followed"};
    case Qualification::kLoop:
      return {Reason::kLoop, "what " + name + " announces has passed through this clock: a loop"};
    case Qualification::kTooFar:
      return {Reason::kNotQualified, name + " is " + std::to_string(master.announce.steps_removed) +
                                         " steps from its grandmaster, which is too far"};
    case Qualification::kAlternate:
      return {Reason::kNotQualified, name + " says that it is an alternate master only"};
    case Qualification::kQualified:
    case Qualification::kTooFewAnnounces:
      break;
  }
  return {Reason::kNotQualified, name + " announced itself, and is believed after the second time"};
}

}  // namespace ptpcore::protocol
