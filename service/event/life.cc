// See life.h.
#include "service/event/life.h"

#include "absl/strings/str_cat.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

constexpr char kHostd[] = "hostd";

// Whether the last hostd did not say that it ends.
bool EndedUnexpectedly(const std::vector<v1::Event>& events) {
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    if (event->code() == v1::EVENT_CODE_HOSTD_STARTED) return true;
    if (event->code() == v1::EVENT_CODE_HOSTD_STOPPED) return false;
  }
  return false;
}

}  // namespace

v1::Event HostdStarted(const std::string& release, const std::vector<v1::Event>& before,
                       const std::vector<std::string>& notes) {
  const bool unexpected = EndedUnexpectedly(before);
  std::string message = absl::StrCat("hostd started, release ", release);
  if (unexpected) absl::StrAppend(&message, "; the last one ended without notice");
  for (const std::string& note : notes) absl::StrAppend(&message, "; ", note);
  v1::Event event =
      MakeEvent(v1::EVENT_CODE_HOSTD_STARTED, kHostd, "", release, std::move(message));
  if (unexpected || !notes.empty()) event.set_severity(v1::EVENT_SEVERITY_WARNING);
  return event;
}

v1::Event HostdStopped(const std::string& why) {
  return MakeEvent(v1::EVENT_CODE_HOSTD_STOPPED, kHostd, "", why, absl::StrCat("hostd ends ", why));
}

}  // namespace hostctl::event
