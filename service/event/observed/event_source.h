// Makes events of observations as they come: subscribes to the Monitor, in effect.
//
//   EventSource source(StateFrom(log.Events()), absl::Now(), sink);
//   monitor.Subscribe([&](const host_time::Observation& seen) { source.Observe(seen); });
#pragma once

#include "absl/time/time.h"
#include "service/event/event_sink.h"
#include "service/event/observed/host_state.h"

namespace hostctl::event {

class EventSource {
 public:
  // `before`: what the log says; `born`: when hostd started.
  EventSource(HostState before, absl::Time born, Sink sink);

  // One thread at a time.
  void Observe(const host_time::Observation& seen);

 private:
  HostState state_;
  const absl::Time born_;
  const Sink sink_;
};

}  // namespace hostctl::event
