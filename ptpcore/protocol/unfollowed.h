// Why none of those who announce themselves to a port is followed.
#pragma once

#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/reason.h"

namespace ptpcore::protocol {

// `masters` has at least one, and none that qualifies. One that may qualify with its next
// Announce is told first, then one to which there is an objection.
Explanation ExplainUnfollowed(const ForeignMasters& masters);

}  // namespace ptpcore::protocol
