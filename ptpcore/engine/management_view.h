// What the engine's clocks show to management messages.
#pragma once

#include <cstddef>

#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/management/view.h"

namespace ptpcore::engine {

// The clock that the engine's port with this index belongs to; without ports where its
// network was not up yet. The engine is configured.
management::ClockView ManagementViewOf(const PtpEngine& engine, size_t port);

}  // namespace ptpcore::engine
