// The commands of hostctl: each namespace's file contributes its entries.
#pragma once

#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

std::vector<Command> SystemPtpCommands();                 // system_ptp.cc
std::vector<Command> SystemPtpStatsCommands();            // system_ptp_stats.cc
std::vector<Command> SystemServiceCommands();             // system_service.cc
std::vector<Command> NetworkFirewallCommands();           // network_firewall.cc
std::vector<Command> NetworkFirewallRulesetCommands();    // network_firewall_ruleset.cc
std::vector<Command> NetworkFirewallAllowedIpCommands();  // network_firewall_allowedip.cc
std::vector<Command> NetworkIpInterfaceCommands();        // network_ip_interface.cc
std::vector<Command> NetworkMulticastCommands();          // network_multicast.cc
std::vector<Command> CommandCommands();                   // command_list.cc

// The whole table: global options, namespaces and commands.
CommandTable AllCommands();

}  // namespace hostctl::cli
