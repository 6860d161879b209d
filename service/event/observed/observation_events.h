// The events between two states of the host. Pure: a table of what counts as a change.
#pragma once

#include <vector>

#include "hostctl/v1/event.pb.h"
#include "service/event/observed/host_state.h"

namespace hostctl::event {

// In the order in which a person would tell them: what happened to the interfaces and
// masters, then to the time. Times are absent, but of what the engine itself timed.
std::vector<v1::Event> EventsBetween(const HostState& before, const HostState& after);

}  // namespace hostctl::event
