// From the engine's configuration to unicast negotiation (IEEE 1588-2019 16.1).
#pragma once

#include <optional>

#include "hostctl/v1/ptp_protocol.pb.h"
#include "ptpcore/engine/config.h"
#include "ptpcore/protocol/unicast_negotiation.h"

namespace ptpcore::engine {

// `in_force`: what profile and config.protocol come to. Absent where nothing is negotiated.
std::optional<protocol::UnicastConfig> UnicastConfigOf(const EngineConfig& config,
                                                       const hostctl::v1::PtpProtocol& in_force);

}  // namespace ptpcore::engine
