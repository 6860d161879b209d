// network firewall ruleset allowedip list | add | remove
#include <string>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/network_firewall.h"
#include "cli/proto_record.h"
#include "hostctl/v1/firewall.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::FirewallService::Stub;

Value AllowedText(const v1::Ruleset& ruleset) {
  if (ruleset.allow_all()) return "All";
  if (ruleset.allowed_ips().empty()) return "None";
  List addresses;
  for (const std::string& address : ruleset.allowed_ips()) addresses.emplace_back(address);
  return addresses;
}

Outcome ListAllowedIps(const Arguments& arguments, Session& session) {
  v1::ListRulesetsRequest request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  v1::ListRulesetsResponse response;
  if (auto failure = session.connection.Call(&Stub::ListRulesets, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] {
    Records records{true, {}, {}};
    for (const v1::Ruleset& ruleset : response.rulesets()) {
      records.items.push_back(Record(
          "AllowedIps",
          {{"Ruleset", ruleset.ruleset_id()}, {"Allowed IP Addresses", AllowedText(ruleset)}}));
    }
    return records;
  };
  output.machine = [response] { return RecordList(response.rulesets()); };
  return output;
}

// Add and remove take the same request under two names.
template <typename Request>
Request ChangeRequest(const Arguments& arguments) {
  Request request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  for (const std::string& address : arguments.List("ip-address")) request.add_ip_addresses(address);
  SetChangeOptions(arguments, request);
  return request;
}

Outcome AddAllowedIps(const Arguments& arguments, Session& session) {
  v1::AddAllowedIpsResponse response;
  if (auto failure = session.connection.Call(
          &Stub::AddAllowedIps, ChangeRequest<v1::AddAllowedIpsRequest>(arguments), &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Outcome RemoveAllowedIps(const Arguments& arguments, Session& session) {
  v1::RemoveAllowedIpsResponse response;
  if (auto failure = session.connection.Call(&Stub::RemoveAllowedIps,
                                             ChangeRequest<v1::RemoveAllowedIpsRequest>(arguments),
                                             &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Command AllowedIpCommand(const std::string& name, const std::string& rpc,
                         const std::string& description) {
  Command command;
  command.path = {"network", "firewall", "ruleset", "allowedip"};
  command.name = name;
  command.rpc = "hostctl.v1.FirewallService." + rpc;
  command.description = description;
  return command;
}

std::vector<Option> ChangeOptions() {
  return WithChangeOptions({
      Option{'r', "ruleset-id", ValueType::kString, "The ruleset, e.g. sshServer."}
          .Live(LiveValues::kRulesets)
          .Required(),
      Option{'i', "ip-address", ValueType::kList,
             "IPv4 or IPv6 address or network, as 192.0.2.1 or 2001:db8::/32; repeat it for more."}
          .Required()
          .Metavar("ip"),
  });
}

Command ListCommand() {
  Command list =
      AllowedIpCommand("list", "ListRulesets", "List the addresses that may use the rulesets.");
  list.options = {
      Option{'r', "ruleset-id", ValueType::kString, "Only this ruleset, e.g. ptpd."}.Live(
          LiveValues::kRulesets)};
  list.examples = {{"hostctl network firewall ruleset allowedip list -r ptpd",
                    "Whose PTP messages are let in?"}};
  list.format = Format::kTable;
  list.run = ListAllowedIps;
  return list;
}

Command AddCommand() {
  Command add = AllowedIpCommand("add", "AddAllowedIps",
                                 "Add addresses to those that may use a ruleset; in force once "
                                 "`ruleset set --allowed-all false` has been said.");
  add.options = ChangeOptions();
  add.examples = {
      {"hostctl network firewall ruleset allowedip add -r sshServer -i 192.0.2.0/24 "
       "-i 2001:db8::7",
       "Let a network and a host in"}};
  add.run = AddAllowedIps;
  return add;
}

Command RemoveCommand() {
  Command remove =
      AllowedIpCommand("remove", "RemoveAllowedIps",
                       "Remove addresses from those that may use a ruleset; without the last one "
                       "nobody may.");
  remove.options = ChangeOptions();
  remove.examples = {
      {"hostctl network firewall ruleset allowedip remove -r sshServer "
       "-i 192.0.2.0/24",
       "Shut a network out"}};
  remove.run = RemoveAllowedIps;
  return remove;
}

}  // namespace

std::vector<Command> NetworkFirewallAllowedIpCommands() {
  return {ListCommand(), AddCommand(), RemoveCommand()};
}

}  // namespace hostctl::cli
