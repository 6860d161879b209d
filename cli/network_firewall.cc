// network firewall get | set | load | unload | refresh | confirm
#include "cli/network_firewall.h"

#include <string>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "hostctl/v1/firewall.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::FirewallService::Stub;

std::string TimeLeftText(const google::protobuf::Duration& left) {
  // Rounded up: with 0 s it is done.
  return std::to_string(left.seconds() + (left.nanos() > 0 ? 1 : 0)) + " s";
}

Records FirewallForPeople(const v1::Firewall& firewall) {
  Record record("Firewall", {{"Default Action", EnumText(firewall.default_action())},
                             {"Enabled", firewall.enabled()},
                             {"Loaded", firewall.loaded()},
                             {"Backend", firewall.backend()},
                             {"Repairs", firewall.repairs()}});
  if (firewall.has_pending_confirmation()) {
    const v1::PendingConfirmation& pending = firewall.pending_confirmation();
    List changes;
    for (const v1::Change& change : pending.changes()) {
      Record line("Change", {{"Before", change.before()}, {"Now", change.after()}});
      line.heading = change.subject();
      changes.emplace_back(std::move(line));
    }
    record.fields.push_back({"Undone In", TimeLeftText(pending.time_left())});
    record.fields.push_back({"Undone Unless Confirmed", std::move(changes)});
  }
  if (firewall.conditions_size() > 0) {
    List conditions;
    for (const v1::Condition& condition : firewall.conditions()) {
      Record line("Condition", {{"Message", condition.message()}, {"Do", condition.remedy()}});
      line.heading = condition.code();
      conditions.emplace_back(std::move(line));
    }
    record.fields.push_back({"Conditions", std::move(conditions)});
  }
  return Records{false, {std::move(record)}, {}};
}

Outcome GetFirewall(const Arguments& /*arguments*/, Session& session) {
  v1::Firewall firewall;
  if (auto failure =
          session.connection.Call(&Stub::GetFirewall, v1::GetFirewallRequest(), &firewall)) {
    return *failure;
  }
  Output output;
  output.human = [firewall] { return FirewallForPeople(firewall); };
  output.machine = [firewall] { return SingleRecord(firewall); };
  return output;
}

Outcome SetFirewall(const Arguments& arguments, Session& session) {
  v1::UpdateFirewallRequest request;
  if (arguments.Has("enabled")) {
    request.mutable_firewall()->set_enabled(arguments.Boolean("enabled"));
    request.mutable_update_mask()->add_paths("enabled");
  }
  if (arguments.Has("default-action")) {
    const std::string action = arguments.String("default-action");
    const bool pass = action == "PASS" || action == "true";
    request.mutable_firewall()->set_default_action(pass ? v1::DEFAULT_ACTION_PASS
                                                        : v1::DEFAULT_ACTION_DROP);
    request.mutable_update_mask()->add_paths("default_action");
  }
  SetChangeOptions(arguments, request);
  v1::UpdateFirewallResponse response;
  if (auto failure = session.connection.Call(&Stub::UpdateFirewall, request, &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Outcome LoadFirewall(const Arguments& arguments, Session& session) {
  v1::LoadFirewallRequest request;
  SetChangeOptions(arguments, request);
  v1::LoadFirewallResponse response;
  if (auto failure = session.connection.Call(&Stub::LoadFirewall, request, &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Outcome UnloadFirewall(const Arguments& arguments, Session& session) {
  v1::UnloadFirewallRequest request;
  request.set_validate_only(arguments.Has("dry-run"));
  v1::UnloadFirewallResponse response;
  if (auto failure = session.connection.Call(&Stub::UnloadFirewall, request, &response)) {
    return *failure;
  }
  return ChangeOutput(arguments, response);
}

Failure FilesRefused(const v1::RefreshFirewallResponse& response) {
  Failure failure;
  failure.message = "refused as mistaken, while all other files are taken:";
  for (const v1::SiteFileProblem& problem : response.problems()) {
    failure.message += "\n  " + problem.file();
    if (problem.line() > 0) failure.message += ", line " + std::to_string(problem.line());
    failure.message += ": " + problem.reason();
  }
  failure.remedies.push_back("correct that, then hostctl network firewall refresh");
  return failure;
}

Outcome RefreshFirewall(const Arguments& arguments, Session& session) {
  v1::RefreshFirewallRequest request;
  request.set_validate_only(arguments.Has("dry-run"));
  v1::RefreshFirewallResponse response;
  if (auto failure = session.connection.Call(&Stub::RefreshFirewall, request, &response)) {
    return *failure;
  }
  if (response.problems_size() > 0) return FilesRefused(response);
  return arguments.Has("dry-run") ? DryRunOutput(response.changes()) : Output();
}

Outcome ConfirmFirewall(const Arguments& /*arguments*/, Session& session) {
  v1::ConfirmFirewallResponse response;
  if (auto failure = session.connection.Call(&Stub::ConfirmFirewall, v1::ConfirmFirewallRequest(),
                                             &response)) {
    return *failure;
  }
  return Output();
}

Command FirewallCommand(const std::string& name, const std::string& rpc,
                        const std::string& description) {
  Command command;
  command.path = {"network", "firewall"};
  command.name = name;
  command.rpc = "hostctl.v1.FirewallService." + rpc;
  command.description = description;
  return command;
}

Command GetCommand() {
  Command get = FirewallCommand("get", "GetFirewall", "Show the state of the firewall as a whole.");
  get.examples = {{"hostctl network firewall get", "Are our rules in force?"}};
  get.run = GetFirewall;
  return get;
}

Command SetCommand() {
  Command set = FirewallCommand("set", "UpdateFirewall",
                                "Turn the firewall on or off, or set its default action.");
  set.options = WithChangeOptions({
      {'e', "enabled", ValueType::kBoolean, "On (true), or off: every packet passes (false)."},
      Option{'d', "default-action", ValueType::kString,
             "What happens to packets that no ruleset names; as in esxcli, true is PASS and false "
             "is DROP."}
          .Choices({"PASS", "DROP", "true", "false"}),
  });
  set.at_least_one = {"enabled", "default-action"};
  set.examples = {
      {"hostctl network firewall set --default-action DROP --confirm-within 60",
       "Drop what no ruleset opens; undone after a minute unless confirmed"},
      {"hostctl network firewall set --enabled false", "Let every packet pass"},
  };
  set.run = SetFirewall;
  return set;
}

Command LoadCommand() {
  Command load = FirewallCommand("load", "LoadFirewall",
                                 "Put our rules into the kernel again after an unload.");
  load.options = FirewallChangeOptions();
  load.examples = {{"hostctl network firewall load", "Rules in force again, as they are set"}};
  load.run = LoadFirewall;
  return load;
}

Command UnloadCommand() {
  Command unload = FirewallCommand(
      "unload", "UnloadFirewall",
      "Take our rules out of the kernel until load or a reboot; what is set stays stored.");
  unload.options = {DryRunOption()};
  unload.examples = {{"hostctl network firewall unload", "Is it the firewall? Try without"}};
  unload.run = UnloadFirewall;
  return unload;
}

Command RefreshCommand() {
  Command refresh = FirewallCommand("refresh", "RefreshFirewall",
                                    "Read the site rulesets again; a mistaken file is named with "
                                    "its line, the others are taken.");
  refresh.options = {DryRunOption()};
  refresh.examples = {
      {"hostctl network firewall refresh", "After a change in /etc/hostctl/firewall"},
      {"hostctl network firewall refresh --dry-run", "Are the files right? What would change?"},
  };
  refresh.run = RefreshFirewall;
  return refresh;
}

Command ConfirmCommand() {
  Command confirm = FirewallCommand("confirm", "ConfirmFirewall",
                                    "Keep the changes that were made with --confirm-within.");
  confirm.examples = {{"hostctl network firewall confirm", "It works: do not undo it"}};
  confirm.run = ConfirmFirewall;
  return confirm;
}

}  // namespace

Option DryRunOption() {
  return {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."};
}

std::vector<Option> FirewallChangeOptions() {
  return {
      {'\0', "force", ValueType::kFlag,
       "Do it although it shuts out those who work on this host over ssh."},
      Option{'\0', "confirm-within", ValueType::kInteger,
             "Undo it by itself after so many seconds, 1 to 86400, unless `network firewall "
             "confirm` follows."}
          .Range(1, 86400)
          .Metavar("seconds"),
      DryRunOption(),
  };
}

std::vector<Option> WithChangeOptions(std::vector<Option> options) {
  for (Option& option : FirewallChangeOptions()) options.push_back(std::move(option));
  return options;
}

std::vector<Command> NetworkFirewallCommands() {
  return {GetCommand(),    SetCommand(),     LoadCommand(),
          UnloadCommand(), RefreshCommand(), ConfirmCommand()};
}

}  // namespace hostctl::cli
