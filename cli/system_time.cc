// system time get | set | status, system time zone list | set
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cli/changes.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/proto_record.h"
#include "cli/state_value.h"
#include "cli/time_options.h"
#include "cli/time_text.h"
#include "hostctl/v1/time.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::TimeService::Stub;
using google::protobuf::Timestamp;

Option DryRun() {
  return {'\0', "dry-run", ValueType::kFlag, "Check, and show what would change; change nothing."};
}

Outcome GetTime(const Arguments& /*arguments*/, Session& session) {
  v1::SystemTime time;
  if (auto failure = session.connection.Call(&Stub::GetTime, v1::GetTimeRequest(), &time)) {
    return *failure;
  }
  Output output;
  output.lines = SecondsText(time.time().seconds()) + "\n";
  output.machine = [time] { return SingleRecord(time); };
  return output;
}

Outcome SetTime(const Arguments& arguments, Session& session) {
  v1::SystemTime now;
  if (NeedsPresentTime(arguments)) {
    if (auto failure = session.connection.Call(&Stub::GetTime, v1::GetTimeRequest(), &now)) {
      return *failure;
    }
  }
  const auto time = TimeFrom(arguments, now.time());
  if (const auto* wrong = std::get_if<std::string>(&time))
    return Failure{kExitUsage, *wrong, {}, {}};
  v1::SetTimeRequest request;
  *request.mutable_time() = std::get<Timestamp>(time);
  request.set_force(arguments.Has("force"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::SetTimeResponse response;
  if (auto failure = session.connection.Call(&Stub::SetTime, request, &response)) return *failure;
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

// `+-2.00 us (95 %), +-40.0 us at most`.
std::string BoundText(const v1::TimeStatus& status) {
  if (!status.has_maximum_error_ns()) return "unknown";
  const std::string most = "+-" + SpanText(status.maximum_error_ns()) + " at most";
  if (!status.has_bound_95_ns()) return most;
  return "+-" + SpanText(status.bound_95_ns()) + " (95 %), " + most;
}

// `2026-11-22T21:00:00Z (12 min)`, by the clock that is shown.
std::string SinceText(const v1::TimeStatus& status) {
  if (!status.has_since()) return "";
  std::string text = SecondsText(status.since().seconds());
  // With a virtual clock the two are of different clocks.
  if (status.clock() == "virtual" || !status.has_time()) return text;
  return text + " (" +
         LongSpanText(std::max<int64_t>(0, status.time().seconds() - status.since().seconds())) +
         ")";
}

std::string FallbackText(const v1::FallbackStatus& fallback) {
  if (!fallback.in_fallback()) return fallback.reason().empty() ? "no" : "no: " + fallback.reason();
  return "since " + SecondsText(fallback.since().seconds()) + ": " + fallback.reason();
}

Value ConditionsValue(const v1::TimeStatus& status) {
  List conditions;
  for (const v1::Condition& condition : status.conditions()) {
    Record record("Condition", {{"Message", condition.message()}, {"Do", condition.remedy()}});
    record.heading = condition.code();
    conditions.emplace_back(std::move(record));
  }
  return conditions.empty() ? Value("none") : Value(std::move(conditions));
}

// One screen: is it right, by whom, how sure, since when, what would take over, what is wrong.
Records StatusForPeople(const v1::TimeStatus& status) {
  const std::string time =
      status.has_time() ? Rfc3339Text(status.time().seconds(), status.time().nanos()) : "unknown";
  return {false,
          {Record("TimeStatus",
                  {{"Health", StateValue(EnumText(status.health()))},
                   {"Reason", status.reason()},
                   {"Protocol", EnumText(status.protocol())},
                   {"Source", status.source().empty() ? "none" : status.source()},
                   {"Error Bound", BoundText(status)},
                   {"Offset", status.has_offset_ns() ? SpanText(status.offset_ns()) : "unknown"},
                   {"Since", SinceText(status)},
                   {"Takes Over", status.takes_over().empty() ? "nothing" : status.takes_over()},
                   {"Fallback", FallbackText(status.fallback())},
                   {"Time", time},
                   {"Clock", status.clock()},
                   {"Time Zone", status.time_zone()},
                   {"Conditions", ConditionsValue(status)}})},
          {}};
}

int ExitCodeOf(v1::TimeHealth health) {
  switch (health) {
    case v1::TIME_HEALTH_SYNCHRONIZED:
    case v1::TIME_HEALTH_DEGRADED:
    case v1::TIME_HEALTH_FALLBACK:
    case v1::TIME_HEALTH_HOLDOVER:
      return kExitDone;
    default:
      return kExitNotSynchronized;
  }
}

Outcome GetStatus(const Arguments& /*arguments*/, Session& session) {
  v1::TimeStatus status;
  if (auto failure =
          session.connection.Call(&Stub::GetTimeStatus, v1::GetTimeStatusRequest(), &status)) {
    return *failure;
  }
  Output output;
  output.human = [status] { return StatusForPeople(status); };
  output.machine = [status] { return SingleRecord(status); };
  output.exit_code = ExitCodeOf(status.health());
  return output;
}

// `+01:00`.
std::string OffsetText(int32_t seconds) {
  const int minutes = std::abs(seconds) / 60;
  char text[32];
  std::snprintf(text, sizeof text, "%c%02d:%02d", seconds < 0 ? '-' : '+', minutes / 60,
                minutes % 60);
  return text;
}

Outcome ListZones(const Arguments& arguments, Session& session) {
  v1::ListTimeZonesResponse response;
  if (auto failure =
          session.connection.Call(&Stub::ListTimeZones, v1::ListTimeZonesRequest(), &response)) {
    return *failure;
  }
  if (arguments.Has("current")) {
    v1::ListTimeZonesResponse current;
    for (const v1::TimeZone& zone : response.time_zones()) {
      if (zone.current()) *current.add_time_zones() = zone;
    }
    response = std::move(current);
  }
  Output output;
  output.human = [response] {
    Records records{true, {}, {}};
    for (const v1::TimeZone& zone : response.time_zones()) {
      records.items.push_back(Record("TimeZone", {{"Name", zone.name()},
                                                  {"UTC Offset", OffsetText(zone.utc_offset_s())},
                                                  {"Abbreviation", zone.abbreviation()},
                                                  {"Current", zone.current()}}));
    }
    return records;
  };
  output.machine = [response] { return RecordList(response.time_zones()); };
  return output;
}

Outcome SetZone(const Arguments& arguments, Session& session) {
  v1::SetTimeZoneRequest request;
  request.set_name(arguments.String("zone"));
  request.set_validate_only(arguments.Has("dry-run"));
  v1::SetTimeZoneResponse response;
  if (auto failure = session.connection.Call(&Stub::SetTimeZone, request, &response)) {
    return *failure;
  }
  if (arguments.Has("dry-run")) return DryRunOutput(response.changes());
  return Output();
}

Command GetCommand() {
  Command get;
  get.path = {"system", "time"};
  get.name = "get";
  get.description = "Show the system clock (UTC).";
  get.rpc = "hostctl.v1.TimeService.GetTime";
  get.examples = {{"hostctl system time get", "What time is it on the host?"},
                  {"hostctl --formatter=json system time get", "With zone and owner"}};
  get.run = GetTime;
  return get;
}

Command SetCommand() {
  Command set;
  set.path = {"system", "time"};
  set.name = "set";
  set.description =
      "Set the system clock. What is not given stays as it is. Refused while PTP or NTP owns it.";
  set.rpc = "hostctl.v1.TimeService.SetTime";
  set.options = TimeOptions();
  set.options.push_back({'f', "force", ValueType::kFlag,
                         "Although PTP or NTP owns the clock, and will put its own time back."});
  set.options.push_back(DryRun());
  set.exclusive = TimeOptionsExclusive();
  set.at_least_one = TimeOptionNames();
  set.examples = {{"hostctl system time set --time 2026-11-22T21:00:00Z", "Set all of it"},
                  {"hostctl system time set -H 21 -m 0 -s 0", "21:00:00 UTC, today"}};
  set.run = SetTime;
  return set;
}

Command StatusCommand() {
  Command status;
  status.path = {"system", "time"};
  status.name = "status";
  status.description =
      "Say whether time is right: by whom, how sure, since when, what would take over. Exit code "
      "4 if it is unsynchronized or nobody keeps it.";
  status.rpc = "hostctl.v1.TimeService.GetTimeStatus";
  status.examples = {{"hostctl system time status", "Is time right, and if not, why?"},
                     {"hostctl system time status --fields=health", "One word for a person"},
                     {"hostctl system time status", "Is time right? Exit code 4 if it is not"}};
  status.run = GetStatus;
  return status;
}

Command ZoneListCommand() {
  Command list;
  list.path = {"system", "time", "zone"};
  list.name = "list";
  list.description = "List the time zones that the host knows.";
  list.rpc = "hostctl.v1.TimeService.ListTimeZones";
  list.options = {{'c', "current", ValueType::kFlag, "Only the one the host is in."}};
  list.examples = {{"hostctl system time zone list --current", "Which one is the host in?"}};
  list.format = Format::kTable;
  list.run = ListZones;
  return list;
}

Command ZoneSetCommand() {
  Command set;
  set.path = {"system", "time", "zone"};
  set.name = "set";
  set.description = "Set the host's time zone.";
  set.rpc = "hostctl.v1.TimeService.SetTimeZone";
  set.options = {Option{'z', "zone", ValueType::kString, "Its name, e.g. Europe/Berlin or UTC."}
                     .Required()
                     .Metavar("name"),
                 DryRun()};
  set.examples = {{"hostctl system time zone set --zone Europe/Berlin", "Set it"}};
  set.run = SetZone;
  return set;
}

}  // namespace

std::vector<Command> SystemTimeCommands() {
  return {GetCommand(), SetCommand(), StatusCommand(), ZoneListCommand(), ZoneSetCommand()};
}

}  // namespace hostctl::cli
