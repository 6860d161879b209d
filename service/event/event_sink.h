// Where whoever knows that something happened leaves it: a change made by a user, a
// firewall put back, an engine started again.
//
//   sink(MakeEvent(v1::EVENT_CODE_FIREWALL_REPAIRED, "firewall", "", "",
//                  "the firewall was changed from outside and was put back"));
#pragma once

#include <functional>
#include <string>

#include "hostctl/v1/event.pb.h"

namespace hostctl::event {

// Takes an event whose `sequence` is not set; `time`, where it is absent, is now. Any
// thread. Never fails and never calls back: it may be called with locks held.
using Sink = std::function<void(v1::Event)>;

// `EVENT_CODE_SYNC_LOST` as `SYNC_LOST`; a number where this release has no name.
std::string CodeName(v1::EventCode code);

// How much an event of `code` matters by itself.
v1::EventSeverity SeverityOf(v1::EventCode code);

// An event of `code`, with the severity of its code.
v1::Event MakeEvent(v1::EventCode code, std::string subject, std::string old_value,
                    std::string new_value, std::string message);

}  // namespace hostctl::event
