// system ntp get | config get | stats get
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/ntp_text.h"
#include "cli/proto_record.h"
#include "cli/state_value.h"
#include "hostctl/v1/ntp.grpc.pb.h"

namespace hostctl::cli {
namespace {

template <typename Texts>
Value ListOrNone(const Texts& texts) {
  List list;
  for (const auto& text : texts) list.emplace_back(text);
  return list.empty() ? Value("none") : Value(std::move(list));
}

Value ConditionsValue(const v1::NtpRuntime& runtime) {
  List conditions;
  for (const v1::Condition& condition : runtime.conditions()) {
    Record record("Condition", {{"Message", condition.message()}, {"Do", condition.remedy()}});
    record.heading = condition.code();
    conditions.emplace_back(std::move(record));
  }
  return conditions.empty() ? Value("none") : Value(std::move(conditions));
}

// The first three as esxcli shows them.
Records NtpForPeople(const v1::Ntp& ntp) {
  const v1::NtpConfig& config = ntp.config();
  const v1::NtpRuntime& runtime = ntp.runtime();
  std::vector<std::string> servers;
  for (const v1::NtpServer& server : config.servers()) servers.push_back(NtpServerText(server));
  return {false,
          {Record("Ntp", {{"Enabled", config.enabled()},
                          {"Loglevel", config.log_level()},
                          {"Servers", ListOrNone(servers)},
                          {"Directives", ListOrNone(config.directives())},
                          {"Disable Events", config.disable_events()},
                          {"Service State", StateValue(EnumText(runtime.service_state()))},
                          {"PID", runtime.pid()},
                          {"Firewall Ruleset Enabled", runtime.ruleset_enabled()},
                          {"In Control", runtime.in_control()},
                          {"Conditions", ConditionsValue(runtime)}})},
          {}};
}

Outcome GetNtp(const Arguments& /*arguments*/, Session& session) {
  v1::Ntp ntp;
  if (auto failure =
          session.connection.Call(&v1::NtpService::Stub::GetNtp, v1::GetNtpRequest(), &ntp)) {
    return *failure;
  }
  Output output;
  output.human = [ntp] { return NtpForPeople(ntp); };
  output.machine = [ntp] { return SingleRecord(ntp); };
  return output;
}

Outcome GetConfiguration(const Arguments& /*arguments*/, Session& session) {
  v1::NtpConfiguration configuration;
  if (auto failure = session.connection.Call(&v1::NtpService::Stub::GetNtpConfiguration,
                                             v1::GetNtpConfigurationRequest(), &configuration)) {
    return *failure;
  }
  Output output;
  for (const std::string& line : configuration.lines()) output.lines += line + "\n";
  output.machine = [configuration] { return SingleRecord(configuration); };
  return output;
}

Records StatsForPeople(const v1::NtpStats& stats) {
  Records records{true, {}, {}};
  for (const MetricRow& row : NtpStatsTable(stats)) {
    records.items.emplace_back(
        Record("Metric", {{"Metric", row.metric}, {"Value", StateValue(row.value)}}));
  }
  return records;
}

Outcome GetStats(const Arguments& arguments, Session& session) {
  v1::NtpStats stats;
  if (auto failure = session.connection.Call(&v1::NtpService::Stub::GetNtpStats,
                                             v1::GetNtpStatsRequest(), &stats)) {
    return *failure;
  }
  const bool sources = arguments.Has("sources");
  Output output;
  output.human = [stats, sources] {
    return sources ? NtpSourceTable(stats) : StatsForPeople(stats);
  };
  output.machine = [stats, sources] {
    return sources ? RecordList(stats.sources()) : SingleRecord(stats);
  };
  return output;
}

Command GetCommand() {
  Command get;
  get.path = {"system", "ntp"};
  get.name = "get";
  get.description = "Show the NTP configuration, what runs, and what stands in its way.";
  get.rpc = "hostctl.v1.NtpService.GetNtp";
  get.examples = {{"hostctl system ntp get", "Is NTP on, and does it run?"}};
  get.run = GetNtp;
  return get;
}

Command ConfigGetCommand() {
  Command get;
  get.path = {"system", "ntp", "config"};
  get.name = "get";
  get.description = "Show the configuration that chronyd is given when it starts.";
  get.rpc = "hostctl.v1.NtpService.GetNtpConfiguration";
  get.examples = {{"hostctl system ntp config get", "As lines of chrony.conf(5)"}};
  get.run = GetConfiguration;
  return get;
}

Command StatsGetCommand() {
  Command get;
  get.path = {"system", "ntp", "stats"};
  get.name = "get";
  get.description = "Show what chronyd measures.";
  get.rpc = "hostctl.v1.NtpService.GetNtpStats";
  get.format = Format::kTable;
  get.options = {{'\0', "sources", ValueType::kFlag, "Show the time servers, a row each."}};
  get.examples = {
      {"hostctl system ntp stats get", "How far is the clock from NTP time?"},
      {"hostctl system ntp stats get --sources", "Which servers answer, and which is followed?"},
      {"hostctl --formatter=json system ntp stats get", "For a program, in nanoseconds"}};
  get.run = GetStats;
  return get;
}

}  // namespace

std::vector<Command> SystemNtpCommands() {
  return {GetCommand(), ConfigGetCommand(), StatsGetCommand()};
}

}  // namespace hostctl::cli
