// hardware clock get | set
#include <cmath>

#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/proto_record.h"
#include "cli/time_options.h"
#include "cli/time_text.h"
#include "hostctl/v1/time.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::TimeService::Stub;
using google::protobuf::Timestamp;

// The clock of a host that runs for months drifts by seconds; more is worth a word.
constexpr double kWorthAWordNs = 2e9;

Outcome GetClock(const Arguments& /*arguments*/, Session& session) {
  v1::HardwareClock clock;
  if (auto failure =
          session.connection.Call(&Stub::GetHardwareClock, v1::GetHardwareClockRequest(), &clock)) {
    return *failure;
  }
  Output output;
  output.lines = SecondsText(clock.time().seconds()) + "\n";
  output.machine = [clock] { return SingleRecord(clock); };
  const double offset = static_cast<double>(clock.offset_ns());
  if (std::abs(offset) > kWorthAWordNs) {
    output.notes.push_back({"it is " + SpanText(std::abs(offset)) +
                                (offset > 0 ? " ahead of" : " behind") + " the system clock",
                            "hostctl hardware clock set"});
  }
  return output;
}

Outcome SetClock(const Arguments& arguments, Session& session) {
  v1::SetHardwareClockRequest request;
  if (TimeGiven(arguments)) {
    v1::SystemTime now;
    if (NeedsPresentTime(arguments)) {
      if (auto failure = session.connection.Call(&Stub::GetTime, v1::GetTimeRequest(), &now)) {
        return *failure;
      }
    }
    const auto time = TimeFrom(arguments, now.time());
    if (const auto* wrong = std::get_if<std::string>(&time)) {
      return Failure{kExitUsage, *wrong, {}, {}};
    }
    *request.mutable_time() = std::get<Timestamp>(time);
  }
  request.set_force(arguments.Has("force"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::SetHardwareClockResponse response;
  if (auto failure = session.connection.Call(&Stub::SetHardwareClock, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Command GetCommand() {
  Command get;
  get.path = {"hardware", "clock"};
  get.name = "get";
  get.description = "Show the hardware clock (UTC), which keeps time while the host is off.";
  get.rpc = "hostctl.v1.TimeService.GetHardwareClock";
  get.examples = {
      {"hostctl hardware clock get", "What does it show?"},
      {"hostctl --formatter=json hardware clock get", "With its offset from the system clock"}};
  get.run = GetClock;
  return get;
}

Command SetCommand() {
  Command set;
  set.path = {"hardware", "clock"};
  set.name = "set";
  set.description =
      "Set the hardware clock: to the system clock, or to the time that is given. The latter is "
      "refused while PTP or NTP owns the system clock.";
  set.rpc = "hostctl.v1.TimeService.SetHardwareClock";
  set.options = TimeOptions();
  set.options.push_back({'f', "force", ValueType::kFlag,
                         "To another time, although PTP or NTP owns the system clock."});
  set.options.push_back(
      {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."});
  set.exclusive = TimeOptionsExclusive();
  set.examples = {{"hostctl hardware clock set", "Give it the time of the system clock"}};
  set.run = SetClock;
  return set;
}

}  // namespace

std::vector<Command> HardwareClockCommands() {
  return {GetCommand(), SetCommand()};
}

}  // namespace hostctl::cli
