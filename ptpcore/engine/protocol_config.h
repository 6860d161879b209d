// From the engine's configuration to what the protocol's clock and ports are made with.
#pragma once

#include <cstdint>

#include "ptpcore/engine/config.h"
#include "ptpcore/protocol/ptp_clock.h"

namespace ptpcore::engine {

// Of profile and protocol; the identity is the device's and not known here.
protocol::ClockConfig ProtocolClockConfigOf(const EngineConfig& config);
protocol::PortConfig ProtocolPortConfigOf(const EngineConfig& config, uint16_t port_number);

// Whether all devices are ports of one clock (roles server and auto). A client has a clock
// of its own on each, of which one is followed.
bool HasOneClock(const EngineConfig& config);

}  // namespace ptpcore::engine
