// vm precisionclock check | list
#include <algorithm>
#include <cctype>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "cli/state_value.h"
#include "cli/time_text.h"
#include "hostctl/v1/precision_clock.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::PrecisionClockService::Stub;

constexpr int64_t kLeastErrorNs = 1;
constexpr int64_t kMostErrorNs = int64_t{3600} * 1'000'000'000;

struct ProtocolName {
  const char* name;
  v1::TimeProtocol protocol;
};
constexpr ProtocolName kProtocols[] = {
    {"ptp", v1::TIME_PROTOCOL_PTP}, {"ntp", v1::TIME_PROTOCOL_NTP}, {"any", v1::TIME_PROTOCOL_ANY}};

// As `--protocol` takes it.
std::string ProtocolText(v1::TimeProtocol protocol) {
  std::string text = EnumText(protocol);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

v1::CheckPrecisionClockRequest RequestOf(const Arguments& arguments) {
  v1::CheckPrecisionClockRequest request;
  for (const ProtocolName& entry : kProtocols) {
    if (arguments.String("protocol") == entry.name) request.set_protocol(entry.protocol);
  }
  if (arguments.Has("max-error")) {
    constexpr int64_t kNsPerSecond = 1'000'000'000;
    const int64_t ns = arguments.Integer("max-error");
    request.mutable_maximum_error()->set_seconds(ns / kNsPerSecond);
    request.mutable_maximum_error()->set_nanos(static_cast<int32_t>(ns % kNsPerSecond));
  }
  return request;
}

Records AnswerForPeople(const v1::PrecisionClockAnswer& answer) {
  const Meaning meaning = answer.compatible() ? Meaning::kGood : Meaning::kBad;
  return {false,
          {Record("PrecisionClockAnswer",
                  {{"Compatible", Value(answer.compatible()).Means(meaning)},
                   {"Reason", EnumText(answer.reason())},
                   {"Message", answer.message()},
                   {"Provided", ProtocolText(answer.provided())},
                   {"Health", StateValue(EnumText(answer.health()))},
                   {"Maximum Error", answer.has_maximum_error_ns()
                                         ? "+-" + SpanText(answer.maximum_error_ns())
                                         : "unknown"},
                   {"Since", answer.has_since() ? DateTimeText(answer.since().seconds()) : ""},
                   {"Host Name", answer.host_name()}})},
          {}};
}

Outcome Check(const Arguments& arguments, Session& session) {
  v1::PrecisionClockAnswer answer;
  if (auto failure =
          session.connection.Call(&Stub::CheckPrecisionClock, RequestOf(arguments), &answer)) {
    return *failure;
  }
  Output output;
  output.human = [answer] { return AnswerForPeople(answer); };
  output.machine = [answer] { return SingleRecord(answer); };
  if (!answer.compatible()) output.exit_code = kExitNotSynchronized;
  return output;
}

std::string ServesText(const v1::PrecisionClock& clock) {
  std::string text;
  for (const int protocol : clock.serves()) {
    text += (text.empty() ? "" : ", ") + ProtocolText(static_cast<v1::TimeProtocol>(protocol));
  }
  return text;
}

Records ClocksForPeople(const v1::ListPrecisionClocksResponse& response) {
  Records records{true, {}, {}};
  for (const v1::PrecisionClock& clock : response.clocks()) {
    records.items.push_back(Record("PrecisionClock", {{"Name", clock.name()},
                                                      {"Available", clock.available()},
                                                      {"Serves", ServesText(clock)},
                                                      {"Description", clock.description()}}));
  }
  return records;
}

Outcome List(const Arguments& /*arguments*/, Session& session) {
  v1::ListPrecisionClocksResponse response;
  if (auto failure = session.connection.Call(&Stub::ListPrecisionClocks,
                                             v1::ListPrecisionClocksRequest(), &response)) {
    return *failure;
  }
  Output output;
  output.human = [response] { return ClocksForPeople(response); };
  output.machine = [response] { return RecordList(response.clocks()); };
  for (const v1::PrecisionClock& clock : response.clocks()) {
    if (!clock.available()) output.notes.push_back({clock.name() + ": " + clock.trouble(), ""});
  }
  return output;
}

Command CheckCommand() {
  Command check;
  check.path = {"vm", "precisionclock"};
  check.name = "check";
  check.description =
      "Say whether a virtual machine with a precision clock can run here now; exit code 4 if not.";
  check.rpc = "hostctl.v1.PrecisionClockService.CheckPrecisionClock";
  check.options = {
      Option{'p', "protocol", ValueType::kString,
             "What its precision clock asks for; any: PTP or NTP."}
          .Choices({"ptp", "ntp", "any"})
          .Required(),
      Option{'e', "max-error", ValueType::kSpan,
             "The host's clock must be within +- this, 1ns to 1h, e.g. 10us or 1ms. Default: any "
             "error."}
          .Range(kLeastErrorNs, kMostErrorNs)};
  check.examples = {{"hostctl vm precisionclock check --protocol ptp --max-error 10us",
                     "May a machine start here that needs PTP within 10 us?"}};
  check.run = Check;
  return check;
}

Command ListCommand() {
  Command list;
  list.path = {"vm", "precisionclock"};
  list.name = "list";
  list.description = "List the clock devices that this host offers to virtual machines.";
  list.rpc = "hostctl.v1.PrecisionClockService.ListPrecisionClocks";
  list.examples = {{"hostctl vm precisionclock list", "What can a guest read the time from?"}};
  list.format = Format::kTable;
  list.run = List;
  return list;
}

}  // namespace

std::vector<Command> VmPrecisionclockCommands() {
  return {CheckCommand(), ListCommand()};
}

}  // namespace hostctl::cli
