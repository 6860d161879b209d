// Between hostctl.v1 and the reconciler's types: how PTP speaks. Pure; no gRPC.
#pragma once

#include <set>
#include <string>

#include "hostctl/v1/ptp.pb.h"
#include "service/reconcile/protocol_update.h"

namespace hostctl::rpc {

// The paths of an update mask: `profile`, `protocol`, `protocol.priority1`, ...
std::set<std::string> ProtocolPaths();

// What `config` says of the paths in `fields`; others are ignored. Values are checked later.
reconcile::ProtocolUpdate ProtocolUpdateOf(const v1::PtpConfig& config,
                                           const std::set<std::string>& fields);

// Fills in the configuration, and what it comes to.
void SetProtocol(const ptpcore::profile::Settings& settings, v1::Ptp& ptp);

}  // namespace hostctl::rpc
