// system ptp get
#include <algorithm>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "cli/ptp_protocol_options.h"
#include "cli/state_value.h"
#include "cli/step_policy.h"
#include "cli/time_text.h"
#include "google/protobuf/duration.pb.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

std::string NanosecondsText(int64_t ns) {
  return std::to_string(ns) + " ns";
}

// `12 s`, with the fraction if there is one.
std::string DurationText(const google::protobuf::Duration& duration) {
  std::string text = std::to_string(duration.seconds());
  if (duration.nanos() != 0) {
    std::string fraction = std::to_string(duration.nanos() % 1000000000 + 1000000000);
    text += "." + fraction.substr(1);
  }
  return text + " s";
}

// Single values on top of the profile: `priority1 10, log-sync-interval -3 (8/s)`.
std::string SingleValuesText(const v1::PtpProtocol& protocol) {
  std::string text;
  for (const ProtocolValue& value : ProtocolValues(protocol)) {
    text += (text.empty() ? "" : ", ") + value.option + " " + value.text;
  }
  return text.empty() ? "none" : text;
}

Value ListOrNone(List list) {
  return list.empty() ? Value("none") : Value(std::move(list));
}

Value UnicastMasters(const v1::PtpConfig& config) {
  List masters;
  for (const std::string& address : config.unicast_masters()) masters.emplace_back(address);
  return ListOrNone(std::move(masters));
}

Value AcceptableMasters(const v1::PtpConfig& config) {
  List masters;
  for (const v1::AcceptableMaster& master : config.acceptable_masters()) {
    masters.emplace_back(AcceptableMasterText(master));
  }
  return masters.empty() ? Value("all") : Value(std::move(masters));
}

std::string ManagementText(const v1::ManagementPolicy& policy) {
  if (policy.has_enabled() && !policy.enabled()) return "off";
  return policy.allow_set() ? "GET, SET and COMMAND" : "GET";
}

// `spp 0, key 2, of /etc/hostctl/ptp-keys`.
std::string AuthenticationText(const v1::PtpAuthentication& authentication) {
  if (authentication.association_file().empty()) return "none";
  const uint32_t key = authentication.active_key_id();
  return "spp " + std::to_string(authentication.security_parameter_pointer()) + ", " +
         (key == 0 ? "newest valid key" : "key " + std::to_string(key)) + ", of " +
         authentication.association_file() +
         (authentication.allow_unauthenticated() ? ", not required" : "");
}

// Nothing while no engine answers.
std::string ReasonText(v1::PortReason reason) {
  return reason == v1::PORT_REASON_UNSPECIFIED ? "" : EnumText(reason);
}

// An Ethernet frame of its own type is nothing that a ruleset could stop.
Value RulesetText(const v1::Ptp& ptp) {
  const bool enabled = ptp.runtime().ruleset_enabled();
  const bool ethernet =
      ptp.effective_protocol().network_protocol() == v1::NETWORK_PROTOCOL_ETHERNET;
  return !enabled && ethernet ? Value("false (not needed over Ethernet)") : Value(enabled);
}

// Who would take over, and where that stands.
std::vector<Field> FallbackRows(const v1::Ptp& ptp) {
  const v1::PtpConfig& config = ptp.config();
  const v1::FallbackStatus& status = ptp.runtime().fallback();
  if (config.fallback() != v1::FALLBACK_NTP) return {{"Fallback", "none"}};
  std::vector<Field> rows = {
      {"Fallback", "ntp"},
      {"Fallback After", DurationText(config.fallback_after())},
      {"Fallback Return After", DurationText(config.fallback_return_after())},
      {"In Fallback", status.in_fallback()},
  };
  if (status.has_since()) {
    const std::string since = Rfc3339Text(status.since().seconds(), 0);
    rows.push_back({"In Fallback Since", since.substr(0, since.find('.')) + "Z"});
  }
  if (status.has_changes_in()) {
    rows.push_back({status.in_fallback() ? "PTP Returns In" : "NTP Takes Over In",
                    std::to_string(status.changes_in().seconds()) + " s"});
  }
  if (!status.reason().empty()) rows.push_back({"Fallback Reason", status.reason()});
  rows.push_back({"Fallbacks", status.times()});
  return rows;
}

Records PtpForPeople(const v1::Ptp& ptp) {
  const v1::PtpConfig& config = ptp.config();
  const v1::PtpRuntime& runtime = ptp.runtime();
  List watched;
  for (const std::string& name : config.watch_interfaces()) watched.emplace_back(name);
  List conditions;
  for (const v1::Condition& condition : runtime.conditions()) {
    Record record("Condition", {{"Message", condition.message()}, {"Do", condition.remedy()}});
    record.heading = condition.code();
    conditions.emplace_back(std::move(record));
  }
  Record record(
      "Ptp", {{"Enabled", config.enabled()},
              {"Interface", config.interface()},
              {"Domain", config.domain_number()},
              {"Read Only", config.read_only()},
              {"Step Policy", StepPolicyText(config.step_policy())},
              {"Servo", config.servo()},
              {"Delay Asymmetry", NanosecondsText(config.delay_asymmetry_ns())},
              {"Ingress Latency", NanosecondsText(config.ingress_latency_ns())},
              {"Egress Latency", NanosecondsText(config.egress_latency_ns())},
              {"Holdover Limit", DurationText(config.holdover_limit())},
              {"Watch Interfaces", ListOrNone(watched)},
              {"Profile", config.profile()},
              {"Single Values", SingleValuesText(config.protocol())},
              {"Role", ProtocolValueText(ptp.effective_protocol(), "role")},
              {"Transport", ProtocolValueText(ptp.effective_protocol(), "transport")},
              {"Delay Mechanism", ProtocolValueText(ptp.effective_protocol(), "delay-mechanism")},
              {"Unicast Masters", UnicastMasters(config)},
              {"Acceptable Masters", AcceptableMasters(config)},
              {"PTP Management", ManagementText(config.management())},
              {"Authentication", AuthenticationText(config.authentication())},
              {"Disable Events", config.disable_events()},
              {"Service State", StateValue(EnumText(runtime.service_state()))},
              {"Engine PID", runtime.engine_pid()},
              {"Engine Restarts", runtime.engine_restarts()},
              {"Device", runtime.device()},
              {"IPv4 Address", runtime.ipv4_address()},
              {"Firewall Ruleset Enabled", RulesetText(ptp)},
              {"Port State", StateValue(EnumText(runtime.port_state()))},
              {"Reason", ReasonText(runtime.reason())},
              {"State Reason", runtime.state_reason()},
              {"Conditions", ListOrNone(conditions)}});
  const std::vector<Field> fallback = FallbackRows(ptp);
  const auto runtime_rows =
      std::find_if(record.fields.begin(), record.fields.end(),
                   [](const Field& field) { return field.name == "Service State"; });
  record.fields.insert(runtime_rows, fallback.begin(), fallback.end());
  return {false, {std::move(record)}, {}};
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

}  // namespace

std::vector<Command> SystemPtpGetCommands() {
  return {GetCommand()};
}

}  // namespace hostctl::cli
