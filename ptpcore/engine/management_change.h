// What a management SET means for the engine's configuration.
#pragma once

#include "ptpcore/engine/config.h"
#include "ptpcore/management/change.h"

namespace ptpcore::engine {

// `config` with what the change asks for on top of its profile. Not checked: Configure()
// does that.
EngineConfig WithChange(EngineConfig config, const management::Change& change);

}  // namespace ptpcore::engine
