// system service list | start | stop | restart | set
#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "cli/time_text.h"
#include "hostctl/v1/service.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::HostServiceService::Stub;

struct PolicyName {
  const char* name;
  v1::ServicePolicy policy;
};
constexpr PolicyName kPolicies[] = {{"on", v1::SERVICE_POLICY_ON},
                                    {"off", v1::SERVICE_POLICY_OFF},
                                    {"automatic", v1::SERVICE_POLICY_AUTOMATIC}};

std::string PolicyText(v1::ServicePolicy policy) {
  for (const PolicyName& entry : kPolicies) {
    if (entry.policy == policy) return entry.name;
  }
  return EnumText(policy);
}

// `2026-11-22T15:06:18Z`; empty when absent.
std::string SinceText(const v1::HostService& service) {
  if (!service.has_since()) return "";
  const std::string text = Rfc3339Text(service.since().seconds(), 0);
  return text.substr(0, text.find('.')) + "Z";
}

Records ServicesForPeople(const v1::ListServicesResponse& response) {
  Records records{true, {}, {}};
  for (const v1::HostService& service : response.services()) {
    records.items.push_back(
        Record("Service", {{"Key", service.key()},
                           {"Label", service.label()},
                           {"Running", service.running()},
                           {"Policy", PolicyText(service.policy())},
                           {"Required", service.required()},
                           {"Ruleset", service.ruleset()},
                           {"PID", service.pid() == 0 ? Value() : Value(service.pid())},
                           {"Restarts", service.restarts()},
                           {"Since", SinceText(service)},
                           {"Last Exit", service.last_exit()}}));
  }
  return records;
}

Outcome ListServices(const Arguments& arguments, Session& session) {
  v1::ListServicesRequest request;
  request.set_key(arguments.String("service"));
  v1::ListServicesResponse response;
  if (auto failure = session.connection.Call(&Stub::ListServices, request, &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return ServicesForPeople(response); };
  output.machine = [response] { return RecordList(response.services()); };
  for (const v1::HostService& service : response.services()) {
    if (service.state() != v1::SERVICE_STATE_FAILED) continue;
    output.notes.push_back({service.key() + " does not run: " + service.reason(), ""});
  }
  return output;
}

// Calls `rpc`, one of those that act on a service and tell what changed.
template <typename Request, typename Response>
Outcome Act(const Arguments& arguments, Session& session, Request request,
            grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&, Response*)) {
  request.set_validate_only(arguments.Has("dry-run"));
  Response response;
  if (auto failure = session.connection.Call(rpc, request, &response)) return *failure;
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

template <typename Request>
Request Named(const Arguments& arguments) {
  Request request;
  request.set_key(arguments.String("service"));
  return request;
}

Outcome SetService(const Arguments& arguments, Session& session) {
  v1::UpdateServiceRequest request;
  request.mutable_service()->set_key(arguments.String("service"));
  for (const PolicyName& entry : kPolicies) {
    if (arguments.String("policy") == entry.name)
      request.mutable_service()->set_policy(entry.policy);
  }
  request.mutable_update_mask()->add_paths("policy");
  return Act(arguments, session, request, &Stub::UpdateService);
}

// A command on one service.
Command ServiceCommand(const std::string& name, const std::string& description,
                       const std::string& rpc) {
  Command command;
  command.path = {"system", "service"};
  command.name = name;
  command.description = description;
  command.rpc = "hostctl.v1.HostServiceService." + rpc;
  command.options = {
      Option{'k', "service", ValueType::kString, "The service, e.g. ptpd or chronyd."}
          .Required()
          .Metavar("key")
          .Live(LiveValues::kServices),
  };
  return command;
}

Option DryRun() {
  return {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."};
}

Command ListCommand() {
  Command list = ServiceCommand(
      "list", "List the host's services: what runs, when they run, and how they ended.",
      "ListServices");
  list.options = {
      Option{'k', "service", ValueType::kString, "Only this service, e.g. ptpd."}
          .Metavar("key")
          .Live(LiveValues::kServices)};
  list.examples = {{"hostctl system service list", "What runs, and since when?"}};
  list.format = Format::kTable;
  list.run = ListServices;
  return list;
}

Command StartCommand() {
  Command start = ServiceCommand(
      "start", "Start a service; it runs until it is stopped or the host starts again.",
      "StartService");
  start.options.push_back(DryRun());
  start.examples = {
      {"hostctl system service start --service ptpd", "Run PTP although its policy is off"}};
  start.run = [](const Arguments& arguments, Session& session) {
    return Act(arguments, session, Named<v1::StartServiceRequest>(arguments), &Stub::StartService);
  };
  return start;
}

Command StopCommand() {
  Command stop = ServiceCommand(
      "stop", "Stop a service; it stays stopped until it is started or the host starts again.",
      "StopService");
  stop.options.push_back(DryRun());
  stop.examples = {{"hostctl system service stop --service chronyd", "Give the clock to PTP"}};
  stop.run = [](const Arguments& arguments, Session& session) {
    return Act(arguments, session, Named<v1::StopServiceRequest>(arguments), &Stub::StopService);
  };
  return stop;
}

Command RestartCommand() {
  Command restart =
      ServiceCommand("restart", "Stop a service and start it again; starts one that does not run.",
                     "RestartService");
  restart.options.push_back(DryRun());
  restart.examples = {
      {"hostctl system service restart --service ptpd", "Measure from the beginning"}};
  restart.run = [](const Arguments& arguments, Session& session) {
    return Act(arguments, session, Named<v1::RestartServiceRequest>(arguments),
               &Stub::RestartService);
  };
  return restart;
}

Command SetCommand() {
  Command set = ServiceCommand("set", "Set when a service runs.", "UpdateService");
  set.options.push_back(
      Option{'p', "policy", ValueType::kString,
             "on: with the host; off: when started by hand; automatic: if and only if its "
             "firewall ruleset is open."}
          .Choices({"on", "off", "automatic"})
          .Required());
  set.options.push_back(DryRun());
  set.examples = {{"hostctl system service set --service ptpd --policy off",
                   "From the next start of the host on, run PTP only when started by hand"}};
  set.run = SetService;
  return set;
}

}  // namespace

std::vector<Command> SystemServiceCommands() {
  return {ListCommand(), StartCommand(), StopCommand(), RestartCommand(), SetCommand()};
}

}  // namespace hostctl::cli
