#include "cli/commands.h"

#include <iterator>
#include <utility>

namespace hostctl::cli {
namespace {

constexpr int64_t kLongestTimeoutSeconds = 3600;

std::vector<Option> GlobalOptions() {
  return {
      Option{'\0', "formatter", ValueType::kString,
             "Output format; each command has its own default."}
          .Choices(FormatNames()),
      Option{'\0', "socket", ValueType::kString,
             "Socket that hostd listens on. Default: $HOSTCTL_SOCKET, else "
             "/run/hostctl/hostd.sock."}
          .Metavar("path"),
      Option{'\0', "timeout", ValueType::kInteger, "Longest wait for an answer, in seconds."}
          .Range(1, kLongestTimeoutSeconds)
          .Default("10"),
      Option{'?', "help", ValueType::kFlag, "Show help for the namespace or command."},
      Option{'\0', "version", ValueType::kFlag, "Show the version of hostctl."},
  };
}

std::vector<Namespace> Namespaces() {
  return {
      {{"command"}, "The commands of hostctl itself."},
      {{"network"}, "The host's network: firewall and interfaces."},
      {{"network", "firewall"}, "The host firewall: rulesets that services need."},
      {{"network", "firewall", "ruleset"}, "List rulesets, open and close them."},
      {{"network", "firewall", "ruleset", "rule"}, "The rules that make up the rulesets."},
      {{"network", "ip"}, "IP networking."},
      {{"network", "ip", "interface"}, "VMkernel interfaces (vmk0, vmk1, ...)."},
      {{"system"}, "The host's own services and clocks."},
      {{"system", "ptp"}, "Precision Time Protocol (IEEE 1588): configuration and state."},
      {{"system", "ptp", "stats"}, "What PTP measures and knows."},
  };
}

}  // namespace

CommandTable AllCommands() {
  CommandTable table{GlobalOptions(), Namespaces(), {}};
  for (std::vector<Command> part : {SystemPtpCommands(), NetworkFirewallCommands(),
                                    NetworkIpInterfaceCommands(), CommandCommands()}) {
    std::move(part.begin(), part.end(), std::back_inserter(table.commands));
  }
  return table;
}

}  // namespace hostctl::cli
