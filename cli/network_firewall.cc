// network firewall get; network firewall ruleset list | set; ruleset rule list
#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "hostctl/v1/firewall.grpc.pb.h"

namespace hostctl::cli {
namespace {

// `INBOUND` as esxcli shows it: `Inbound`.
std::string Capitalized(std::string word) {
  for (size_t i = 1; i < word.size(); ++i) {
    if (word[i] >= 'A' && word[i] <= 'Z') word[i] = static_cast<char>(word[i] - 'A' + 'a');
  }
  return word;
}

Outcome GetFirewall(const Arguments& /*arguments*/, Session& session) {
  v1::Firewall firewall;
  if (auto failure = session.connection.Call(&v1::FirewallService::Stub::GetFirewall,
                                             v1::GetFirewallRequest(), &firewall)) {
    return *failure;
  }
  Output output;
  output.human = [firewall] {
    return Records{false,
                   {Record("Firewall", {{"Default Action", EnumText(firewall.default_action())},
                                        {"Enabled", firewall.enabled()},
                                        {"Loaded", firewall.loaded()},
                                        {"Backend", firewall.backend()},
                                        {"Repairs", firewall.repairs()}})},
                   {}};
  };
  output.machine = [firewall] { return SingleRecord(firewall); };
  return output;
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
  if (auto failure =
          session.connection.Call(&v1::FirewallService::Stub::ListRulesets, request, &response)) {
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
  request.set_validate_only(arguments.Has("dry-run"));
  v1::UpdateRulesetResponse response;
  if (auto failure =
          session.connection.Call(&v1::FirewallService::Stub::UpdateRuleset, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Records RulesForPeople(const v1::ListRulesResponse& response) {
  Records records{true, {}, {}};
  for (const v1::Rule& rule : response.rules()) {
    records.items.push_back(Record("Rule", {{"Ruleset", rule.ruleset_id()},
                                            {"Direction", Capitalized(EnumText(rule.direction()))},
                                            {"Protocol", EnumText(rule.protocol())},
                                            {"Port Type", Capitalized(EnumText(rule.port_type()))},
                                            {"Port Begin", rule.port_begin()},
                                            {"Port End", rule.port_end()}}));
  }
  return records;
}

Outcome ListRules(const Arguments& arguments, Session& session) {
  v1::ListRulesRequest request;
  request.set_ruleset_id(arguments.String("ruleset-id"));
  v1::ListRulesResponse response;
  if (auto failure =
          session.connection.Call(&v1::FirewallService::Stub::ListRules, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return RulesForPeople(response); };
  output.machine = [response] { return RecordList(response.rules()); };
  return output;
}

Option OnlyRuleset() {
  return {'r', "ruleset-id", ValueType::kString, "Only this ruleset, e.g. ptpd."};
}

Command GetCommand() {
  Command get;
  get.path = {"network", "firewall"};
  get.name = "get";
  get.description = "Show the state of the firewall as a whole.";
  get.rpc = "hostctl.v1.FirewallService.GetFirewall";
  get.examples = {{"hostctl network firewall get", "Are our rules in force?"}};
  get.run = GetFirewall;
  return get;
}

Command RulesetListCommand() {
  Command list;
  list.path = {"network", "firewall", "ruleset"};
  list.name = "list";
  list.description = "List the rulesets and whether they are open.";
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
  set.options = {
      Option{'r', "ruleset-id", ValueType::kString, "The ruleset to change, e.g. ptpd."}.Required(),
      {'e', "enabled", ValueType::kBoolean, "Open (true) or closed (false)."},
      {'a', "allowed-all", ValueType::kBoolean,
       "Every address may use it (true), or only its allowed addresses (false)."},
      {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."},
  };
  set.at_least_one = {"enabled", "allowed-all"};
  set.examples = {
      {"hostctl network firewall ruleset set --ruleset-id ptpd --enabled false", "Shut PTP out"}};
  set.run = SetRuleset;
  return set;
}

Command RuleListCommand() {
  Command list;
  list.path = {"network", "firewall", "ruleset", "rule"};
  list.name = "list";
  list.description = "List the rules of the rulesets.";
  list.rpc = "hostctl.v1.FirewallService.ListRules";
  list.options = {OnlyRuleset()};
  list.examples = {
      {"hostctl network firewall ruleset rule list -r ptpd", "Which ports does PTP need?"}};
  list.format = Format::kTable;
  list.run = ListRules;
  return list;
}

}  // namespace

std::vector<Command> NetworkFirewallCommands() {
  return {GetCommand(), RulesetListCommand(), RulesetSetCommand(), RuleListCommand()};
}

}  // namespace hostctl::cli
