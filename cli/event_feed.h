// The stream of events, from the host's answer to the list on: opened again where it
// breaks, without a gap or a repetition.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/connection.h"
#include "cli/session.h"
#include "hostctl/v1/event.pb.h"

namespace hostctl::cli {

// Streams what `request` asks for (its token says from where on) to `on_event`, which
// returns whether to go on, until Ctrl-C. While the host does not answer it waits, and
// says so once on standard error. Nothing on a good end.
std::optional<Failure> FollowEvents(Session& session, v1::WatchEventsRequest request,
                                    const std::function<bool(const v1::Event&)>& on_event);

}  // namespace hostctl::cli
