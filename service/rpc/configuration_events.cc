// See configuration_events.h.
#include "service/rpc/configuration_events.h"

#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

std::string Sentence(const v1::Change& change) {
  if (change.before().empty()) return absl::StrCat("set to ", change.after());
  if (change.after().empty()) return absl::StrCat("removed; it was ", change.before());
  return absl::StrCat("changed from ", change.before(), " to ", change.after());
}

}  // namespace

void TellChanges(const event::Sink& events, const std::string& actor,
                 const google::protobuf::RepeatedPtrField<v1::Change>& changes) {
  for (const v1::Change& change : changes) {
    v1::Event event = event::MakeEvent(v1::EVENT_CODE_CONFIGURATION_CHANGED, change.subject(),
                                       change.before(), change.after(), Sentence(change));
    event.set_actor(actor);
    events(std::move(event));
  }
}

}  // namespace hostctl::rpc
