// What the commands about interfaces share.
#pragma once

#include "cli/command.h"

namespace hostctl::cli {

// `-i|--interface-name`, to show only that one.
Option OnlyInterface();

Command NetworkIpInterfaceIpv4GetCommand();  // network_ip_interface_ipv4.cc

}  // namespace hostctl::cli
