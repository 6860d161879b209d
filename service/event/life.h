// The events of hostd's own life.
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/event.pb.h"

namespace hostctl::event {

// hostd of `release` starts. `before`: the events that are kept; `notes`: what was found
// damaged in the log.
v1::Event HostdStarted(const std::string& release, const std::vector<v1::Event>& before,
                       const std::vector<std::string>& notes);

// hostd ends; `why`: `on SIGTERM`.
v1::Event HostdStopped(const std::string& why);

}  // namespace hostctl::event
