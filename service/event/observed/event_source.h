// Makes events of observations as they come: subscribes to the Monitor, in effect.
//
//   EventSource source(StateFrom(log.Events()), absl::Now(), sink, wants_ntp_events);
//   monitor.Subscribe([&](const host_time::Observation& seen) { source.Observe(seen); });
#pragma once

#include <functional>

#include "absl/time/time.h"
#include "service/event/event_sink.h"
#include "service/event/observed/host_state.h"

namespace hostctl::event {

class EventSource {
 public:
  // `before`: what the log says; `born`: when hostd started; `wants_ntp_events`: whether
  // changes of NTP are events.
  EventSource(HostState before, absl::Time born, Sink sink,
              std::function<bool()> wants_ntp_events);

  // One thread at a time.
  void Observe(const host_time::Observation& seen);

 private:
  HostState state_;
  const absl::Time born_;
  const Sink sink_;
  const std::function<bool()> wants_ntp_events_;
};

}  // namespace hostctl::event
