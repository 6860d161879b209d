// See event_source.h.
#include "service/event/observed/event_source.h"

#include <utility>

#include "service/event/observed/observation_events.h"

namespace hostctl::event {

EventSource::EventSource(HostState before, absl::Time born, Sink sink,
                         std::function<bool()> wants_ntp_events)
    : state_(std::move(before)),
      born_(born),
      sink_(std::move(sink)),
      wants_ntp_events_(std::move(wants_ntp_events)) {}

void EventSource::Observe(const host_time::Observation& seen) {
  HostState next = StateOf(seen, state_, born_);
  next.ntp_events = wants_ntp_events_();
  for (v1::Event& event : EventsBetween(state_, next)) sink_(std::move(event));
  state_ = std::move(next);
}

}  // namespace hostctl::event
