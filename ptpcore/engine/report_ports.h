// The ports of the clock, and every master that they hear, in the status report.
#pragma once

#include <cstddef>
#include <string>

#include "hostctl/v1/ptp_stats.pb.h"
#include "ptpcore/engine/ptp_engine.h"

namespace ptpcore::engine {

// The state of a port, and why it is in it.
struct PortCondition {
  hostctl::v1::PortState state;
  hostctl::v1::PortReason reason;
  std::string sentence;
};
// `index` into engine.ports(); also before there are any.
PortCondition ConditionOf(const PtpEngine& engine, size_t index);

void AddPorts(const PtpEngine& engine, hostctl::v1::PtpStats& out);
// The best first, the unqualified last.
void AddForeignMasters(const PtpEngine& engine, hostctl::v1::PtpStats& out);

hostctl::v1::Transport TransportOf(const EngineConfig& config);

}  // namespace ptpcore::engine
