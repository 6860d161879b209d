// PTP arrives at the interface's device at all, whatever kind of it: seen by a packet
// socket, before any firewall.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/diagnose/expected.h"
#include "service/diagnose/step_result.h"
#include "service/diagnose/steps.h"

namespace hostctl::diagnose {
namespace {

constexpr char kCode[] = "NETWORK";

std::string Summary(const std::vector<const Talker*>& heard, const Facts& facts) {
  uint32_t messages = 0;
  for (const Talker* talker : heard) messages += talker->messages();
  std::string text = absl::StrCat(messages, messages == 1 ? " message" : " messages", " in ",
                                  SecondsText(facts.observed_s), " from ", NameOf(*heard.front()));
  if (heard.size() > 1) absl::StrAppend(&text, " and ", heard.size() - 1, " more");
  return text;
}

// A master at a device that has nothing to do with ours. Null: none.
const Talker* MasterElsewhere(const Facts& facts) {
  const std::string own = facts.interface.device ? facts.interface.device->name : "";
  const auto& same = facts.interface.same_network;
  const Talker* best = nullptr;
  for (const Talker& talker : facts.wire.traffic.talkers) {
    if (talker.own || !talker.is_master() || talker.device == own) continue;
    if (std::find(same.begin(), same.end(), talker.device) != same.end()) continue;
    if (best == nullptr || (Fits(talker, facts) && !Fits(*best, facts))) best = &talker;
  }
  return best;
}

}  // namespace

v1::TestStep JudgeNetwork(const Facts& facts) {
  const std::string title = absl::StrCat("PTP arrives at ", InterfaceName(facts));
  if (facts.simulated) return Skipped(kCode, title, "the network is simulated");
  if (!facts.wire.available) return Skipped(kCode, title, facts.wire.unavailable);
  if (!Follows(facts)) return Skipped(kCode, title, "as server this host needs none");
  // It may have lost its link only just now.
  const v1::TestStep interface = JudgeInterface(facts);
  if (interface.outcome() == v1::TEST_OUTCOME_FAILED) {
    return Found(kCode, title, "the interface is not in order",
                 {interface.findings().begin(), interface.findings().end()});
  }
  const std::vector<const Talker*> heard = Heard(facts);
  if (!heard.empty()) return Passed(kCode, title, Summary(heard, facts));
  const std::string nothing =
      absl::StrCat("nothing of PTP came in ", SecondsText(facts.observed_s));
  if (IsMaster(facts)) return Passed(kCode, title, absl::StrCat(nothing, "; it is master itself"));
  if (const Talker* other = MasterElsewhere(facts)) {
    return Found(kCode, title, nothing,
                 {Failure("WRONG_INTERFACE",
                          absl::StrCat("PTP arrives on ", other->device, ", and not on ",
                                       InterfaceName(facts)),
                          {absl::StrCat(other->device, ": ", other->messages(), " messages from ",
                                        NameOf(*other), ", domain ", other->domain)},
                          absl::StrCat("hostctl system ptp set --interface ", other->device))});
  }
  v1::TestStep step = Passed(kCode, title, nothing);
  step.set_outcome(v1::TEST_OUTCOME_FAILED);  // why is for JudgeMulticastPath() to say
  return step;
}

}  // namespace hostctl::diagnose
