// system ptp get | set | stats get
#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "cli/ptp_stats_table.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

struct StepPolicyName {
  const char* name;
  v1::StepPolicy policy;
};
constexpr StepPolicyName kStepPolicies[] = {{"first-lock", v1::STEP_POLICY_FIRST_LOCK},
                                            {"never", v1::STEP_POLICY_NEVER},
                                            {"always", v1::STEP_POLICY_ALWAYS}};

std::string StepPolicyText(v1::StepPolicy policy) {
  // What is not set means the default, see ptp.proto.
  if (policy == v1::STEP_POLICY_UNSPECIFIED) policy = v1::STEP_POLICY_FIRST_LOCK;
  for (const StepPolicyName& entry : kStepPolicies) {
    if (entry.policy == policy) return entry.name;
  }
  return EnumText(policy);
}

Records PtpForPeople(const v1::Ptp& ptp) {
  const v1::PtpConfig& config = ptp.config();
  const v1::PtpRuntime& runtime = ptp.runtime();
  List conditions;
  for (const v1::Condition& condition : runtime.conditions()) {
    Record record("Condition", {{"Message", condition.message()}, {"Do", condition.remedy()}});
    record.heading = condition.code();
    conditions.emplace_back(std::move(record));
  }
  return {false,
          {Record("Ptp", {{"Enabled", config.enabled()},
                          {"Interface", config.interface()},
                          {"Domain", config.domain_number()},
                          {"Read Only", config.read_only()},
                          {"Step Policy", StepPolicyText(config.step_policy())},
                          {"Service State", EnumText(runtime.service_state())},
                          {"Engine PID", runtime.engine_pid()},
                          {"Engine Restarts", runtime.engine_restarts()},
                          {"Device", runtime.device()},
                          {"IPv4 Address", runtime.ipv4_address()},
                          {"Firewall Ruleset Enabled", runtime.ruleset_enabled()},
                          {"Port State", EnumText(runtime.port_state())},
                          {"State Reason", runtime.state_reason()},
                          {"Conditions", conditions.empty() ? Value("none") : Value(conditions)}})},
          {}};
}

Outcome GetPtp(const Arguments& /*arguments*/, Session& session) {
  v1::Ptp ptp;
  if (auto failure =
          session.connection.Call(&v1::PtpService::Stub::GetPtp, v1::GetPtpRequest(), &ptp)) {
    return *failure;
  }
  Output output;
  output.human = [ptp] { return PtpForPeople(ptp); };
  output.machine = [ptp] { return SingleRecord(ptp); };
  return output;
}

// Only what was given is set and named in the mask.
v1::UpdatePtpRequest UpdateRequest(const Arguments& arguments) {
  v1::UpdatePtpRequest request;
  v1::PtpConfig& config = *request.mutable_config();
  const auto set = [&request](const char* field) {
    request.mutable_update_mask()->add_paths(field);
  };
  if (arguments.Has("enable") || arguments.Has("disable") || arguments.Has("enabled")) {
    config.set_enabled(arguments.Has("enable") || arguments.Boolean("enabled"));
    set("enabled");
  }
  if (arguments.Has("interface")) {
    config.set_interface(arguments.String("interface"));
    set("interface");
  }
  if (arguments.Has("domain")) {
    config.set_domain_number(static_cast<uint32_t>(arguments.Integer("domain")));
    set("domain_number");
  }
  if (arguments.Has("read-only")) {
    config.set_read_only(arguments.Boolean("read-only"));
    set("read_only");
  }
  for (const StepPolicyName& entry : kStepPolicies) {
    if (arguments.String("step-policy") != entry.name) continue;
    config.set_step_policy(entry.policy);
    set("step_policy");
  }
  request.set_reset_to_defaults(arguments.Has("reset"));
  request.set_validate_only(arguments.Has("dry-run"));
  return request;
}

Outcome SetPtp(const Arguments& arguments, Session& session) {
  v1::UpdatePtpResponse response;
  if (auto failure = session.connection.Call(&v1::PtpService::Stub::UpdatePtp,
                                             UpdateRequest(arguments), &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  Output output;
  for (const v1::Condition& condition : response.ptp().runtime().conditions()) {
    output.notes.push_back({condition.message(), condition.remedy()});
  }
  return output;
}

Records StatsForPeople(const v1::PtpStats& stats) {
  Records records{true, {}, {}};
  for (const MetricRow& row : PtpStatsTable(stats)) {
    records.items.emplace_back(Record("Metric", {{"Metric", row.metric}, {"Value", row.value}}));
  }
  return records;
}

Outcome GetStats(const Arguments& /*arguments*/, Session& session) {
  v1::PtpStats stats;
  if (auto failure = session.connection.Call(&v1::PtpService::Stub::GetPtpStats,
                                             v1::GetPtpStatsRequest(), &stats)) {
    return *failure;
  }
  Output output;
  output.human = [stats] { return StatsForPeople(stats); };
  output.machine = [stats] { return SingleRecord(stats); };
  return output;
}

Command GetCommand() {
  Command get;
  get.path = {"system", "ptp"};
  get.name = "get";
  get.description = "Show the PTP configuration, what runs, and what stands in its way.";
  get.rpc = "hostctl.v1.PtpService.GetPtp";
  get.examples = {{"hostctl system ptp get", "Is PTP on, and does it run?"}};
  get.run = GetPtp;
  return get;
}

Command SetCommand() {
  Command set;
  set.path = {"system", "ptp"};
  set.name = "set";
  set.description =
      "Change the PTP configuration as one transaction: firewall ruleset and service follow.";
  set.rpc = "hostctl.v1.PtpService.UpdatePtp";
  set.options = {
      {'e', "enable", ValueType::kFlag, "Turn PTP on."},
      {'d', "disable", ValueType::kFlag, "Turn PTP off."},
      {'\0', "enabled", ValueType::kBoolean, "Turn PTP on or off."},
      {'i', "interface", ValueType::kString,
       "VMkernel interface (vmk0) or network device (eth0) to run PTP on; needed to enable it."},
      Option{'\0', "domain", ValueType::kInteger, "PTP domain number, 0 to 255."}.Range(0, 255),
      {'\0', "read-only", ValueType::kBoolean, "Measure and report, but leave the clock alone."},
      Option{'\0', "step-policy", ValueType::kString,
             "When the clock may be stepped rather than slewed."}
          .Choices({"first-lock", "never", "always"}),
      {'\0', "reset", ValueType::kFlag, "Start from the defaults, then apply the other options."},
      {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."},
  };
  set.exclusive = {{"enable", "disable", "enabled"}};
  set.at_least_one = {"enable", "disable",   "enabled",     "interface",
                      "domain", "read-only", "step-policy", "reset"};
  set.examples = {
      {"hostctl system ptp set --enable --interface vmk0", "PTP on, firewall open, engine running"},
      {"hostctl system ptp set --enable --interface vmk0 --dry-run", "What would that change?"},
      {"hostctl system ptp set --reset", "PTP off, everything else as delivered"},
  };
  set.run = SetPtp;
  return set;
}

Command StatsGetCommand() {
  Command get;
  get.path = {"system", "ptp", "stats"};
  get.name = "get";
  get.description = "Show the status report of the PTP engine.";
  get.rpc = "hostctl.v1.PtpService.GetPtpStats";
  get.examples = {
      {"hostctl system ptp stats get",
       "Is time right? See 'Clock status' and 'Offset from Master'"},
      {"hostctl --formatter=json system ptp stats get", "Typed numbers for programs"},
  };
  get.format = Format::kTable;
  get.run = GetStats;
  return get;
}

}  // namespace

std::vector<Command> SystemPtpCommands() {
  return {GetCommand(), SetCommand(), StatsGetCommand()};
}

}  // namespace hostctl::cli
