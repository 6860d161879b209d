// The commands of hostctl: each namespace's file contributes its entries.
#pragma once

#include <vector>

#include "cli/command.h"

namespace hostctl::cli {

std::vector<Command> SystemEventCommands();               // system_event.cc
std::vector<Command> SystemPtpGetCommands();              // system_ptp_get.cc
std::vector<Command> SystemPtpSetCommands();              // system_ptp_set.cc
std::vector<Command> SystemPtpProfileCommands();          // system_ptp_profile.cc
std::vector<Command> SystemPtpPortCommands();             // system_ptp_port.cc
std::vector<Command> SystemPtpStatsCommands();            // system_ptp_stats.cc
std::vector<Command> SystemNtpCommands();                 // system_ntp.cc
std::vector<Command> SystemNtpSetCommands();              // system_ntp_set.cc
std::vector<Command> SystemNtpTestCommands();             // system_ntp_test.cc
std::vector<Command> SystemPtpTestCommands();             // system_ptp_test.cc
std::vector<Command> SystemServiceCommands();             // system_service.cc
std::vector<Command> SystemTimeCommands();                // system_time.cc
std::vector<Command> HardwareClockCommands();             // hardware_clock.cc
std::vector<Command> NetworkFirewallCommands();           // network_firewall.cc
std::vector<Command> NetworkFirewallRulesetCommands();    // network_firewall_ruleset.cc
std::vector<Command> NetworkFirewallAllowedIpCommands();  // network_firewall_allowedip.cc
std::vector<Command> NetworkIpInterfaceCommands();        // network_ip_interface.cc
std::vector<Command> NetworkMulticastCommands();          // network_multicast.cc
std::vector<Command> VmPrecisionclockCommands();          // vm_precisionclock.cc
std::vector<Command> NetworkDiagCommands();               // network_diag.cc
std::vector<Command> CommandCommands();                   // command_list.cc

// The whole table: global options, namespaces and commands.
CommandTable AllCommands();

}  // namespace hostctl::cli
