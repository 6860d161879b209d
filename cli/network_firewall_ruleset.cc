// network firewall ruleset list | set; ruleset rule list; ruleset client get
#include <string>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/network_firewall.h"
#include "cli/proto_record.h"
#include "hostctl/v1/firewall.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::FirewallService::Stub;

// `INBOUND` as esxcli shows it: `Inbound`.
std::string Capitalized(std::string word) {
  for (size_t i = 1; i < word.size(); ++i) {
    if (word[i] >= 'A' && word[i] <= 'Z') word[i] = static_cast<char>(word[i] - 'A' + 'a');
  }
  return word;
}

Records RulesetsForPeople(const v1::ListRulesetsResponse& response) {
  Records records{true, {}, {}};
  for (const v1::Ruleset& ruleset : response.rulesets()) {
    records.items.push_back(
        Record("Ruleset", {{"Name", ruleset.ruleset_id()},
                           {"Enabled", ruleset.enabled()},
                           {"Enable/Disable configurable", ruleset.enable_disable_configurable()},
                           {"Allowed IP configurable", ruleset.allowed_ip_configurable()}}));
  }
  return records;
}

Outcome ListRulesets(const Arguments& arguments, Session& session) {
  v1::ListRulesetsRequest request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  v1::ListRulesetsResponse response;
  if (auto failure = session.connection.Call(&Stub::ListRulesets, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return RulesetsForPeople(response); };
  output.machine = [response] { return RecordList(response.rulesets()); };
  return output;
}

Outcome SetRuleset(const Arguments& arguments, Session& session) {
  v1::UpdateRulesetRequest request;
  request.mutable_ruleset()->set_ruleset_id(arguments.String("ruleset-id"));
  if (arguments.Has("enabled")) {
    request.mutable_ruleset()->set_enabled(arguments.Boolean("enabled"));
    request.mutable_update_mask()->add_paths("enabled");
  }
  if (arguments.Has("allowed-all")) {
    request.mutable_ruleset()->set_allow_all(arguments.Boolean("allowed-all"));
    request.mutable_update_mask()->add_paths("allow_all");
  }
  SetChangeOptions(arguments, request);
  v1::UpdateRulesetResponse response;
  if (auto failure = session.connection.Call(&Stub::UpdateRuleset, request, &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Record RuleForPeople(const v1::Rule& rule, bool counters) {
  Record record("Rule", {{"Ruleset", rule.ruleset_id()},
                         {"Direction", Capitalized(EnumText(rule.direction()))},
                         {"Protocol", EnumText(rule.protocol())},
                         {"Port Type", Capitalized(EnumText(rule.port_type()))},
                         {"Port Begin", rule.port_begin()},
                         {"Port End", rule.port_end()}});
  // What no ruleset decided has neither protocol nor ports.
  if (rule.ruleset_id().empty()) {
    record.fields[0].value = "(default action)";
    for (size_t i = 2; i < record.fields.size(); ++i) record.fields[i].value = Value();
  }
  if (counters) {
    record.fields.push_back({"Packets Passed", rule.packets_passed()});
    record.fields.push_back({"Bytes Passed", rule.bytes_passed()});
    record.fields.push_back({"Packets Dropped", rule.packets_dropped()});
    record.fields.push_back({"Bytes Dropped", rule.bytes_dropped()});
  }
  return record;
}

Outcome ListRules(const Arguments& arguments, Session& session) {
  const bool counters = arguments.Has("counters");
  v1::ListRulesRequest request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  request.set_counters(counters);
  v1::ListRulesResponse response;
  if (auto failure = session.connection.Call(&Stub::ListRules, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response, counters] {
    Records records{true, {}, {}};
    for (const v1::Rule& rule : response.rules()) {
      records.items.push_back(RuleForPeople(rule, counters));
    }
    return records;
  };
  output.machine = [response] { return RecordList(response.rules()); };
  return output;
}

Records ClientsForPeople(const v1::GetRulesetClientsResponse& response) {
  List clients;
  for (const v1::RulesetClient& client : response.clients()) {
    clients.emplace_back(client.service() + (client.running() ? " (running)" : " (stopped)"));
  }
  return Records{false,
                 {Record("RulesetClients", {{"Ruleset", response.ruleset_id()},
                                            {"Client Count", response.clients_size()},
                                            {"Clients", std::move(clients)}})},
                 {}};
}

Outcome GetClients(const Arguments& arguments, Session& session) {
  v1::GetRulesetClientsRequest request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  v1::GetRulesetClientsResponse response;
  if (auto failure = session.connection.Call(&Stub::GetRulesetClients, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return ClientsForPeople(response); };
  output.machine = [response] { return SingleRecord(response); };
  return output;
}

Option OnlyRuleset() {
  return Option{'r', "ruleset-id", ValueType::kString, "Only this ruleset, e.g. ptpd."}.Live(
      LiveValues::kRulesets);
}

Command RulesetListCommand() {
  Command list;
  list.path = {"network", "firewall", "ruleset"};
  list.name = "list";
  list.description =
      "List the rulesets and whether they are open; one that nobody has set follows the default "
      "action.";
  list.rpc = "hostctl.v1.FirewallService.ListRulesets";
  list.options = {OnlyRuleset()};
  list.examples = {
      {"hostctl network firewall ruleset list --ruleset-id ptpd", "Is the way for PTP open?"}};
  list.format = Format::kTable;
  list.run = ListRulesets;
  return list;
}

Command RulesetSetCommand() {
  Command set;
  set.path = {"network", "firewall", "ruleset"};
  set.name = "set";
  set.description = "Open or close a ruleset; closed, its ports are dropped.";
  set.rpc = "hostctl.v1.FirewallService.UpdateRuleset";
  set.options = WithChangeOptions({
      Option{'r', "ruleset-id", ValueType::kString, "The ruleset to change, e.g. sshServer."}
          .Live(LiveValues::kRulesets)
          .Required(),
      {'e', "enabled", ValueType::kBoolean,
       "Open (true) or closed (false). A system-owned ruleset is opened and closed by its "
       "service."},
      {'a', "allowed-all", ValueType::kBoolean,
       "Every address may use it (true), or only its allowed addresses (false)."},
  });
  set.at_least_one = {"enabled", "allowed-all"};
  set.examples = {
      {"hostctl network firewall ruleset set --ruleset-id sshServer --enabled true",
       "Let ssh in, whatever the default action is"},
      {"hostctl network firewall ruleset set --ruleset-id sshServer --allowed-all false "
       "--confirm-within 60",
       "Only the allowed addresses; undone after a minute unless confirmed"},
  };
  set.run = SetRuleset;
  return set;
}

Command RuleListCommand() {
  Command list;
  list.path = {"network", "firewall", "ruleset", "rule"};
  list.name = "list";
  list.description = "List the rules of the rulesets.";
  list.rpc = "hostctl.v1.FirewallService.ListRules";
  list.options = {OnlyRuleset(),
                  {'\0', "counters", ValueType::kFlag,
                   "Also what each rule, and the default action, has let pass and dropped."}};
  list.examples = {
      {"hostctl network firewall ruleset rule list -r ptpd", "Which ports does PTP need?"},
      {"hostctl network firewall ruleset rule list --counters", "Is something being dropped?"}};
  list.format = Format::kTable;
  list.run = ListRules;
  return list;
}

Command ClientGetCommand() {
  Command get;
  get.path = {"network", "firewall", "ruleset", "client"};
  get.name = "get";
  get.description = "Show which services use a ruleset.";
  get.rpc = "hostctl.v1.FirewallService.GetRulesetClients";
  get.options = {Option{'r', "ruleset-id", ValueType::kString, "The ruleset, e.g. ptpd."}
                     .Live(LiveValues::kRulesets)
                     .Required()};
  get.examples = {
      {"hostctl network firewall ruleset client get -r ptpd", "Who needs PTP's ports?"}};
  get.run = GetClients;
  return get;
}

}  // namespace

std::vector<Command> NetworkFirewallRulesetCommands() {
  return {RulesetListCommand(), RulesetSetCommand(), RuleListCommand(), ClientGetCommand()};
}

}  // namespace hostctl::cli
