// See hold_down.h.
#include "service/event/hold_down.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "service/event/event_sink.h"

namespace hostctl::event {
namespace {

using std::chrono::duration_cast;
using std::chrono::seconds;

// The kind of a code: the first of those that tell of one state.
v1::EventCode KindOf(v1::EventCode code) {
  switch (code) {
    case v1::EVENT_CODE_SYNC_LOST:
      return v1::EVENT_CODE_SYNC_ESTABLISHED;
    case v1::EVENT_CODE_HOLDOVER_LEFT:
      return v1::EVENT_CODE_HOLDOVER_ENTERED;
    case v1::EVENT_CODE_FALLBACK_LEFT:
      return v1::EVENT_CODE_FALLBACK_ENTERED;
    case v1::EVENT_CODE_INTERFACE_BACK:
      return v1::EVENT_CODE_INTERFACE_LOST;
    case v1::EVENT_CODE_MASTER_TRUSTED:
      return v1::EVENT_CODE_MASTER_DISTRUSTED;
    default:
      return code;
  }
}

// What people did, or what happens once.
bool IsAlwaysTold(v1::EventCode code) {
  switch (code) {
    case v1::EVENT_CODE_CONFIGURATION_CHANGED:
    case v1::EVENT_CODE_TIME_SET:
    case v1::EVENT_CODE_HOSTD_STARTED:
    case v1::EVENT_CODE_HOSTD_STOPPED:
    case v1::EVENT_CODE_FLAPPING_STARTED:
    case v1::EVENT_CODE_FLAPPING_ENDED:
      return true;
    default:
      return false;
  }
}

}  // namespace

HoldDown::HoldDown(Limits limits) : limits_(limits) {}

HoldDown::Flow& HoldDown::FlowOf(const v1::Event& event, TimePoint now) {
  const Key key{KindOf(event.code()), event.subject()};
  const auto found = flows_.find(key);
  if (found != flows_.end()) return found->second;
  for (auto flow = flows_.begin(); flow != flows_.end();) {
    const bool idle = !flow->second.last.has_value() && !flow->second.times.empty() &&
                      now - flow->second.times.back() > limits_.window;
    flow = idle ? flows_.erase(flow) : std::next(flow);
  }
  // Subjects may be made up by others on the network.
  return flows_.size() < limits_.subjects ? flows_[key] : flows_[{key.first, ""}];
}

std::vector<v1::Event> HoldDown::Take(v1::Event event, TimePoint now) {
  if (IsAlwaysTold(event.code())) return {std::move(event)};
  Flow& flow = FlowOf(event, now);
  const bool too_many =
      flow.times.size() == limits_.events && now - flow.times.front() < limits_.window;
  if (flow.times.size() == limits_.events) flow.times.pop_front();
  flow.times.push_back(now);
  if (!flow.last.has_value() && !too_many) return {std::move(event)};

  std::vector<v1::Event> told;
  if (!flow.last.has_value()) {
    told.push_back(MakeEvent(
        v1::EVENT_CODE_FLAPPING_STARTED, event.subject(), "", CodeName(event.code()),
        absl::StrCat("more than ", limits_.events, " such events within ",
                     duration_cast<seconds>(limits_.window).count(),
                     " s: further ones are counted, and not told until there were none for ",
                     duration_cast<seconds>(limits_.quiet).count(), " s")));
    *told.back().mutable_time() = event.time();
  }
  ++flow.held;
  flow.last = std::move(event);
  return told;
}

void HoldDown::End(Flow& flow, std::vector<v1::Event>& told) {
  v1::Event last = *std::move(flow.last);
  v1::Event ended = MakeEvent(
      v1::EVENT_CODE_FLAPPING_ENDED, last.subject(), CodeName(last.code()), absl::StrCat(flow.held),
      absl::StrCat("it is quiet again; ", flow.held, flow.held == 1 ? " event was" : " events were",
                   " held down, the last of them is told"));
  ended.set_suppressed(flow.held);
  last.set_suppressed(flow.held - 1);
  told.push_back(std::move(last));
  told.push_back(std::move(ended));
  flow = Flow();
}

std::vector<v1::Event> HoldDown::Tick(TimePoint now) {
  std::vector<v1::Event> told;
  for (auto& [key, flow] : flows_) {
    if (flow.last.has_value() && now - flow.times.back() >= limits_.quiet) End(flow, told);
  }
  return told;
}

std::optional<HoldDown::TimePoint> HoldDown::due() const {
  std::optional<TimePoint> due;
  for (const auto& [key, flow] : flows_) {
    if (!flow.last.has_value()) continue;
    const TimePoint at = flow.times.back() + limits_.quiet;
    due = due.has_value() ? std::min(*due, at) : at;
  }
  return due;
}

std::vector<v1::Event> HoldDown::Flush() {
  std::vector<v1::Event> told;
  for (auto& [key, flow] : flows_) {
    if (flow.last.has_value()) End(flow, told);
  }
  return told;
}

}  // namespace hostctl::event
