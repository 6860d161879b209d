// The differences between two desired states that are about interfaces, for the answer
// of a set and of a dry run. Pure.
#pragma once

#include <vector>

#include "service/host/interfaces.h"
#include "service/reconcile/changes.h"

namespace hostctl::reconcile {

// Whether both want the same of interfaces.
bool SameInterfaces(const store::DesiredState& a, const store::DesiredState& b);

// `interface.vmk3: (none) -> macvlan on eth2`, `interface.vmk3.mtu: 1500 -> 9000`, ... by
// name. What was never set is, before, as `snapshot` shows it.
std::vector<Change> InterfaceChangesBetween(const store::DesiredState& before,
                                            const store::DesiredState& after,
                                            const host::Snapshot& snapshot);

}  // namespace hostctl::reconcile
