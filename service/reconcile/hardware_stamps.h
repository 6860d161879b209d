// Network devices stamp packets once somebody has switched it on, which takes CAP_NET_ADMIN
// (SIOCSHWTSTAMP). The engine may not: who parses packets from the network shall have no
// rights to the network. So hostd does, before it hands a configuration to the engine.
#pragma once

#include "hostctl/engine/v1/control.pb.h"
#include "ptpcore/net/device_ioctl.h"

namespace hostctl::reconcile {

// For every device of `config` that can, unless `config` has the kernel stamp. What fails is
// not said here: the engine finds out, and says what became of it.
void SwitchStampsOn(const engine::v1::EngineConfig& config, const ptpcore::net::DeviceIoctl& ioctl);

}  // namespace hostctl::reconcile
