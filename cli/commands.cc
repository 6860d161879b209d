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
      Option{'\0', "fields", ValueType::kString,
             "Show only these fields, separated by commas, in this order."}
          .Metavar("name,..."),
      Option{'\0', "no-header", ValueType::kFlag, "Leave out the header of table and csv."},
      Option{'\0', "screen-width", ValueType::kInteger,
             "Columns that table and simple may take; 0: no limit. Default: the terminal's."}
          .Range(0, 10000)
          .Metavar("columns"),
      Option{'\0', "color", ValueType::kString,
             "Colour what is good and what is not; auto: on a terminal, unless $NO_COLOR is set."}
          .Choices({"auto", "always", "never"})
          .Default("auto"),
      Option{'s', "server", ValueType::kList,
             "Ask hostd on this host over TCP with mutual TLS (port 7319); repeat it to ask "
             "several at once."}
          .Metavar("host[:port]"),
      Option{'\0', "tls-certificate", ValueType::kString,
             "Certificate shown to servers. Default: $HOSTCTL_TLS_CERTIFICATE, else "
             "~/.config/hostctl/client.crt."}
          .Metavar("file"),
      Option{'\0', "tls-key", ValueType::kString,
             "Its private key. Default: $HOSTCTL_TLS_KEY, else ~/.config/hostctl/client.key."}
          .Metavar("file"),
      Option{'\0', "tls-ca", ValueType::kString,
             "Authority that signed the servers' certificates. Default: $HOSTCTL_TLS_CA, else "
             "~/.config/hostctl/ca.crt."}
          .Metavar("file"),
      Option{'\0', "socket", ValueType::kString,
             "Socket that hostd listens on. Default: $HOSTCTL_SOCKET, else "
             "/run/hostctl/hostd.sock."}
          .Metavar("path"),
      Option{'\0', "timeout", ValueType::kInteger, "Longest wait for an answer, in seconds."}
          .Range(1, kLongestTimeoutSeconds)
          .Default("10"),
      Option{'\0', "debug", ValueType::kFlag,
             "Show each call, its answer and its time on standard error."},
      Option{'?', "help", ValueType::kFlag, "Show help for the namespace or command."},
      Option{'\0', "version", ValueType::kFlag, "Show the version of hostctl."},
  };
}

std::vector<Namespace> Namespaces() {
  return {
      {{"command"}, "The commands of hostctl itself."},
      {{"hardware"}, "The host's hardware."},
      {{"hardware", "clock"}, "The hardware clock, which keeps time while the host is off."},
      {{"network"}, "The host's network: firewall, interfaces, captures."},
      {{"network", "diag"}, "Look at what the network does."},
      {{"network", "firewall"}, "The host firewall: rulesets that services need."},
      {{"network", "firewall", "ruleset"}, "List rulesets, open and close them."},
      {{"network", "firewall", "ruleset", "allowedip"}, "Which addresses may use the rulesets."},
      {{"network", "firewall", "ruleset", "client"}, "Which services use the rulesets."},
      {{"network", "firewall", "ruleset", "rule"}, "The rules that make up the rulesets."},
      {{"network", "ip"}, "IP networking."},
      {{"network", "ip", "interface"}, "VMkernel interfaces (vmk0, vmk1, ...)."},
      {{"network", "ip", "interface", "ipv4"}, "IPv4 addresses of VMkernel interfaces."},
      {{"network", "multicast"}, "IP multicast."},
      {{"network", "multicast", "group"}, "Multicast groups that interfaces have joined."},
      {{"system"}, "The host's own services and clocks."},
      {{"system", "event"}, "What happened to this host's time."},
      {{"system", "ntp"}, "Network Time Protocol (RFC 5905): configuration and state."},
      {{"system", "ntp", "config"}, "The configuration of chronyd."},
      {{"system", "ntp", "stats"}, "What NTP measures and knows."},
      {{"system", "ptp"}, "Precision Time Protocol (IEEE 1588): configuration and state."},
      {{"system", "ptp", "master"}, "The masters that are heard."},
      {{"system", "ptp", "port"}, "The ports of this host's PTP clock."},
      {{"system", "ptp", "profile"}, "Presets of how PTP speaks."},
      {{"system", "ptp", "stats"}, "What PTP measures and knows."},
      {{"system", "service"}, "The daemons of this host: which run, and when."},
      {{"system", "time"}, "The host's time: whether it is right, and by whom."},
      {{"system", "time", "zone"}, "Time zones."},
      {{"vm"}, "What this host offers to virtual machines."},
      {{"vm", "precisionclock"}, "Precision clocks: which virtual machines may run here."},
  };
}

}  // namespace

CommandTable AllCommands() {
  CommandTable table{GlobalOptions(), Namespaces(), {}};
  for (std::vector<Command> part : {SystemEventCommands(),
                                    SystemPtpGetCommands(),
                                    SystemPtpSetCommands(),
                                    SystemPtpProfileCommands(),
                                    SystemPtpPortCommands(),
                                    SystemPtpStatsCommands(),
                                    SystemNtpCommands(),
                                    SystemNtpSetCommands(),
                                    SystemNtpTestCommands(),
                                    SystemServiceCommands(),
                                    NetworkFirewallCommands(),
                                    NetworkFirewallRulesetCommands(),
                                    NetworkFirewallAllowedIpCommands(),
                                    NetworkIpInterfaceCommands(),
                                    NetworkMulticastCommands(),
                                    VmPrecisionclockCommands(),
                                    NetworkDiagCommands(),
                                    SystemPtpTestCommands(),
                                    SystemTimeCommands(),
                                    HardwareClockCommands(),
                                    CommandCommands()}) {
    std::move(part.begin(), part.end(), std::back_inserter(table.commands));
  }
  return table;
}

}  // namespace hostctl::cli
