// That nobody shuts himself out: whether a change of the firewall leaves the ways
// in that administrators use. Pure.
//
// The way in is TCP port 22. A change needs `force` if nobody could use it any
// longer, or if somebody could not whose session is open now.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "firewall/ruleset.h"

namespace hostctl::reconcile {

// The port of secure shell, and the ruleset that stands for it.
inline constexpr uint16_t kSshPort = 22;
inline constexpr char kSshRuleset[] = "sshServer";

// Whether `wanted` lets connections to the TCP port in: from `address`, or with an
// empty one from at least one address. Loopback always passes.
bool LetsIn(const firewall::Wanted& wanted, uint16_t port, const std::string& address);

// FAILED_PRECONDITION SSH_NOT_ALLOWED, unless going from `before` to `after` leaves
// the way in open. `sessions`: addresses from which ssh sessions are open now. What
// is shut before may stay so, but not when DROP becomes the default action.
absl::Status CheckWayIn(const firewall::Wanted& before, const firewall::Wanted& after,
                        const std::vector<std::string>& sessions);

}  // namespace hostctl::reconcile
