// The engine's last seconds as messages, for hostd's history.
#pragma once

#include <cstdint>

#include "hostctl/engine/v1/control.pb.h"
#include "ptpcore/engine/ptp_engine.h"

namespace ptpcore::engine {

// Every whole second of CLOCK_MONOTONIC after `after` that is remembered; nothing
// before the engine was configured.
hostctl::engine::v1::GetSecondsResponse MakeSeconds(const PtpEngine& engine, uint64_t after);

}  // namespace ptpcore::engine
