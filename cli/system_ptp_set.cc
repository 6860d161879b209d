// system ptp set
#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/ptp_protocol_options.h"
#include "cli/step_policy.h"
#include "cli/wait_for_sync.h"
#include "google/protobuf/duration.pb.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

// What says how the clock is estimated.
void AddServoSettings(const Arguments& arguments, v1::UpdatePtpRequest& request) {
  v1::PtpConfig& config = *request.mutable_config();
  const auto given = [&](const char* option, const char* field) {
    if (!arguments.Has(option)) return false;
    request.mutable_update_mask()->add_paths(field);
    return true;
  };
  if (given("servo", "servo")) config.set_servo(arguments.String("servo"));
  if (given("delay-asymmetry", "delay_asymmetry_ns")) {
    config.set_delay_asymmetry_ns(arguments.Integer("delay-asymmetry"));
  }
  if (given("ingress-latency", "ingress_latency_ns")) {
    config.set_ingress_latency_ns(arguments.Integer("ingress-latency"));
  }
  if (given("egress-latency", "egress_latency_ns")) {
    config.set_egress_latency_ns(arguments.Integer("egress-latency"));
  }
  if (given("holdover-limit", "holdover_limit")) {
    config.mutable_holdover_limit()->set_seconds(arguments.Integer("holdover-limit"));
  }
}

// What takes over when PTP fails, and when.
void AddFallback(const Arguments& arguments, v1::UpdatePtpRequest& request) {
  v1::PtpConfig& config = *request.mutable_config();
  const auto given = [&](const char* option, const char* field) {
    if (!arguments.Has(option)) return false;
    request.mutable_update_mask()->add_paths(field);
    return true;
  };
  if (given("fallback", "fallback")) {
    config.set_fallback(arguments.String("fallback") == "ntp" ? v1::FALLBACK_NTP
                                                              : v1::FALLBACK_NONE);
  }
  if (given("fallback-after", "fallback_after")) {
    config.mutable_fallback_after()->set_seconds(arguments.Integer("fallback-after"));
  }
  if (given("fallback-return-after", "fallback_return_after")) {
    config.mutable_fallback_return_after()->set_seconds(arguments.Integer("fallback-return-after"));
  }
  if (given("disable-events", "disable_events")) {
    config.set_disable_events(arguments.Boolean("disable-events"));
  }
}

// The first `--interface` is the one that PTP runs on; more of them, and what
// `--watch-interface` names, are further ones.
void AddInterfaces(const Arguments& arguments, v1::UpdatePtpRequest& request) {
  v1::PtpConfig& config = *request.mutable_config();
  const std::vector<std::string> interfaces = arguments.List("interface");
  if (!interfaces.empty()) {
    config.set_interface(interfaces.front());
    request.mutable_update_mask()->add_paths("interface");
  }
  if (interfaces.size() < 2 && !arguments.Has("watch-interface")) return;
  request.mutable_update_mask()->add_paths("watch_interfaces");
  for (size_t i = 1; i < interfaces.size(); ++i) config.add_watch_interfaces(interfaces[i]);
  for (const std::string& name : arguments.List("watch-interface")) {
    if (!name.empty()) config.add_watch_interfaces(name);
  }
}

// Only what was given is set and named in the mask. But for how PTP speaks.
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
  AddInterfaces(arguments, request);
  AddServoSettings(arguments, request);
  AddFallback(arguments, request);
  request.set_reset_to_defaults(arguments.Has("reset"));
  request.set_validate_only(arguments.Has("dry-run"));
  return request;
}

Outcome SetPtp(const Arguments& arguments, Session& session) {
  v1::UpdatePtpRequest request = UpdateRequest(arguments);
  if (auto failure = AddProtocolSettings(arguments, request)) return *failure;
  v1::UpdatePtpResponse response;
  if (auto failure =
          session.connection.Call(&v1::PtpService::Stub::UpdatePtp, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  if (arguments.Has("wait-for-sync")) {
    if (!response.ptp().config().enabled()) {
      return Failure{kExitNotSynchronized,
                     "PTP is off: there is nothing to wait for",
                     {},
                     {"hostctl system ptp set --enable --wait-for-sync"}};
    }
    const std::chrono::seconds limit(arguments.Integer("wait-for-sync"));
    if (auto failure = WaitForSync(session, limit)) return *failure;
  }
  Output output;
  for (const v1::Condition& condition : response.ptp().runtime().conditions()) {
    output.notes.push_back({condition.message(), condition.remedy()});
  }
  return output;
}

// A time of at most a second either way.
Option Latency(const std::string& name, const std::string& description) {
  return Option{'\0', name, ValueType::kInteger, description}
      .Range(-1000000000, 1000000000)
      .Metavar("ns");
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
      Option{'i', "interface", ValueType::kList,
             "VMkernel interface (vmk0) or network device (eth0) to run PTP on; needed to enable "
             "it. Repeat it for further ones, as with --watch-interface."}
          .Live(LiveValues::kInterfaces),
      Option{'\0', "domain", ValueType::kInteger, "PTP domain number, 0 to 255."}.Range(0, 255),
      {'\0', "read-only", ValueType::kBoolean, "Measure and report, but leave the clock alone."},
      Option{'\0', "step-policy", ValueType::kString,
             "When the clock may be stepped rather than slewed."}
          .Choices({"first-lock", "never", "always"}),
      Option{'\0', "servo", ValueType::kString,
             "How offset and frequency are estimated; none measures only."}
          .Choices({"adaptive", "pi", "linreg", "none"}),
      Latency("delay-asymmetry",
              "By how many nanoseconds the way from the master takes longer than the mean of both "
              "ways (IEEE 1588 delayAsymmetry)."),
      Latency("ingress-latency", "Nanoseconds from the network to the receive timestamp."),
      Latency("egress-latency", "Nanoseconds from the transmit timestamp to the network."),
      Option{'\0', "holdover-limit", ValueType::kInteger,
             "How many seconds the host counts as synchronized without a master, 0 to 2592000."}
          .Range(0, 2592000)
          .Metavar("seconds"),
      Option{'\0', "watch-interface", ValueType::kList,
             "Further interface whose master is compared with the others, or with role server or "
             "auto a further port of a boundary clock; repeat it for up to 7. The given ones "
             "replace those set before, an empty string clears them."}
          .Live(LiveValues::kInterfaces),
      Option{
          '\0', "fallback", ValueType::kString,
          "What takes over when PTP is not synchronized: NTP, with the servers of system ntp set, "
          "or nothing but holdover."}
          .Choices({"ntp", "none"}),
      Option{'\0', "fallback-after", ValueType::kInteger,
             "How many seconds PTP is not locked before NTP takes over, 1 to 86400."}
          .Range(1, 86400)
          .Metavar("seconds"),
      Option{'\0', "fallback-return-after", ValueType::kInteger,
             "How many seconds PTP is good again before it takes the clock back, 1 to 86400."}
          .Range(1, 86400)
          .Metavar("seconds"),
      {'\0', "disable-events", ValueType::kBoolean, "Changes of PTP are no events."},
      {'\0', "reset", ValueType::kFlag, "Start from the defaults, then apply the other options."},
      Option{'\0', "wait-for-sync", ValueType::kInteger,
             "Then wait until the clock is locked to a master, at most so many seconds; exit code "
             "4 if it is not by then. Ctrl-C ends the waiting and leaves the setting in place."}
          .Range(1, 86400)
          .Implied("60")
          .Metavar("seconds"),
      {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."},
  };
  set.waiting_option = "wait-for-sync";
  set.exclusive = {{"enable", "disable", "enabled"}, {"wait-for-sync", "dry-run"}};
  set.at_least_one = {"enable",
                      "disable",
                      "enabled",
                      "interface",
                      "domain",
                      "read-only",
                      "step-policy",
                      "servo",
                      "delay-asymmetry",
                      "ingress-latency",
                      "egress-latency",
                      "holdover-limit",
                      "watch-interface",
                      "reset",
                      "fallback",
                      "fallback-after",
                      "fallback-return-after",
                      "disable-events"};
  for (const Option& option : ProtocolOptions()) {
    set.options.push_back(option);
    set.at_least_one.push_back(option.long_name);
  }
  set.examples = {
      {"hostctl system ptp set --enable --interface vmk0", "PTP on, firewall open, engine running"},
      {"hostctl system ptp set --enable --interface vmk0 --dry-run", "What would that change?"},
      {"hostctl system ptp set --enable --interface vmk0 --wait-for-sync=120",
       "Go on when the clock is right, or say after two minutes why it is not"},
      {"hostctl system ptp set --watch-interface vmk1 --watch-interface vmk2",
       "Compare the masters of three networks; outvote one that is wrong"},
      {"hostctl system ptp set --fallback ntp --fallback-after 120",
       "Let NTP keep the clock while PTP has not been locked for two minutes"},
      {"hostctl system ptp set --profile g8275.1 --priority2 10",
       "Speak as a telecom network does, but for one value"},
      {"hostctl system ptp set --role auto --interface vmk0 --interface vmk1",
       "A boundary clock of two ports"},
      {"hostctl system ptp set --unicast-negotiation true --unicast-master 192.0.2.1",
       "Ask this master for unicast service"},
      {"hostctl system ptp set --reset", "PTP off, everything else as delivered"},
  };
  set.run = SetPtp;
  return set;
}

}  // namespace

std::vector<Command> SystemPtpSetCommands() {
  return {SetCommand()};
}

}  // namespace hostctl::cli
