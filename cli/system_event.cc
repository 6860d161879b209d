// system event list
#include <google/protobuf/util/time_util.h>

#include <chrono>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/event_feed.h"
#include "cli/format/json_value.h"
#include "cli/format/text_layout.h"
#include "cli/proto_record.h"
#include "cli/since_text.h"
#include "cli/time_text.h"
#include "hostctl/v1/event.grpc.pb.h"

namespace hostctl::cli {
namespace {

using Stub = v1::EventService::Stub;

constexpr int64_t kMostEvents = 100000;
constexpr size_t kSeverityWidth = 7;
constexpr size_t kCodeWidth = 23;

// Without protobuf's descriptors: they cost time at every start.
std::string CodeText(v1::EventCode code) {
  constexpr size_t kPrefix = sizeof("EVENT_CODE_") - 1;
  const std::string name = v1::EventCode_Name(code);
  return name.size() > kPrefix ? name.substr(kPrefix) : std::to_string(static_cast<int>(code));
}

std::vector<std::string> CodeNames() {
  std::vector<std::string> names;
  for (int code = v1::EVENT_CODE_UNSPECIFIED + 1; code < v1::EventCode_ARRAYSIZE; ++code) {
    names.push_back(CodeText(static_cast<v1::EventCode>(code)));
  }
  return names;
}

struct SeverityName {
  const char* option;
  const char* shown;
  v1::EventSeverity severity;
  Meaning meaning;
};
constexpr SeverityName kSeverities[] = {
    {"info", "INFO", v1::EVENT_SEVERITY_INFO, Meaning::kNone},
    {"warning", "WARNING", v1::EVENT_SEVERITY_WARNING, Meaning::kWarning},
    {"error", "ERROR", v1::EVENT_SEVERITY_ERROR, Meaning::kBad}};

Value SeverityValue(v1::EventSeverity severity) {
  for (const SeverityName& entry : kSeverities) {
    if (entry.severity == severity) return Value(entry.shown).Means(entry.meaning);
  }
  return Value(std::to_string(static_cast<int>(severity)));
}

// `2026-11-22T21:05:17Z`.
std::string TimeText(const v1::Event& event) {
  const std::string text = Rfc3339Text(event.time().seconds(), 0);
  return text.substr(0, text.find('.')) + "Z";
}

Records ForPeople(const v1::ListEventsResponse& response) {
  Records records{true, {}, {}};
  for (const v1::Event& event : response.events()) {
    records.items.push_back(Record("Event", {{"Time", TimeText(event)},
                                             {"Severity", SeverityValue(event.severity())},
                                             {"Code", CodeText(event.code())},
                                             {"Subject", event.subject()},
                                             {"Old", event.old_value()},
                                             {"New", event.new_value()},
                                             {"By", event.actor()},
                                             {"Message", event.message()}}));
  }
  return records;
}

// One event as a line: what comes later cannot widen the columns of a table.
std::string Line(const v1::Event& event, bool colour) {
  const Value severity = SeverityValue(event.severity());
  std::string line =
      TimeText(event) + "  " +
      Coloured(AlignedLeft(Text(severity), kSeverityWidth), severity.meaning, colour) + "  " +
      AlignedLeft(CodeText(event.code()), kCodeWidth) + "  " + event.subject() + ": " +
      event.message();
  if (!event.actor().empty()) line += ", by " + event.actor();
  return line + "\n";
}

// Writes events as they come.
class EventWriter {
 public:
  explicit EventWriter(Session& session) : session_(session) {}

  // Whether there is somebody to write for.
  bool Write(const v1::Event& event) {
    std::ostream& out = session_.streams.out;
    if (session_.format == Format::kJson) {
      out << DumpJson(ToJson(RecordOf(event)), -1) << "\n";
    } else if (session_.format == Format::kCsv) {
      std::string text = Render(Format::kCsv, Records{false, {RecordOf(event)}, {}});
      if (!first_) text.erase(0, text.find('\n') + 1);  // the header
      out << text;
    } else {
      out << Line(event, session_.screen.colour);
    }
    first_ = false;
    out << std::flush;
    return out.good();
  }

 private:
  Session& session_;
  bool first_ = true;
};

template <typename Request>
void Select(const Arguments& arguments, Request& request) {
  for (const SeverityName& entry : kSeverities) {
    if (arguments.String("severity") == entry.option) {
      request.set_minimum_severity(entry.severity);
    }
  }
  for (const std::string& name : arguments.List("code")) {
    v1::EventCode code = v1::EVENT_CODE_UNSPECIFIED;
    if (v1::EventCode_Parse("EVENT_CODE_" + name, &code)) request.add_codes(code);
  }
}

Outcome Watch(const Arguments& arguments, Session& session, const v1::ListEventsResponse& listed) {
  EventWriter writer(session);
  for (const v1::Event& event : listed.events()) {
    if (!writer.Write(event)) return Output();
  }
  v1::WatchEventsRequest request;
  Select(arguments, request);
  request.set_resume_token(listed.resume_token());
  const auto failure = FollowEvents(
      session, request, [&writer](const v1::Event& event) { return writer.Write(event); });
  if (failure.has_value()) return *failure;
  return Output();
}

std::optional<Failure> Since(const Arguments& arguments, v1::ListEventsRequest& request) {
  if (!arguments.Has("since")) return std::nullopt;
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string text = arguments.String("since");
  const auto since = TimeFromSince(text, now.count());
  if (!since.has_value()) {
    return Failure{kExitUsage,
                   "While processing '--since'. Expecting a span (90s, 30m, 1h, 2d, 1w) or a time "
                   "(2026-11-22T21:05:17Z). Got '" +
                       text + "'",
                   {},
                   {}};
  }
  *request.mutable_since() = google::protobuf::util::TimeUtil::NanosecondsToTimestamp(*since);
  return std::nullopt;
}

Outcome List(const Arguments& arguments, Session& session) {
  const bool watch = arguments.Has("watch");
  if (watch && IsMachineFormat(session.format) && session.format != Format::kJson &&
      session.format != Format::kCsv) {
    return Failure{kExitUsage,
                   "Events that come one by one can be shown as json or csv, or as lines for "
                   "people",
                   {},
                   {"hostctl --formatter=json system event list --watch"}};
  }
  v1::ListEventsRequest request;
  if (auto failure = Since(arguments, request)) return *failure;
  Select(arguments, request);
  if (arguments.Has("limit")) request.set_limit(static_cast<uint32_t>(arguments.Integer("limit")));
  v1::ListEventsResponse response;
  if (auto failure = session.connection.Call(&Stub::ListEvents, request, &response)) {
    return *failure;
  }
  if (watch) return Watch(arguments, session, response);
  Output output;
  output.human = [response] { return ForPeople(response); };
  output.machine = [response] { return RecordList(response.events()); };
  return output;
}

Command ListCommand() {
  Command list;
  list.path = {"system", "event"};
  list.name = "list";
  list.description = "List what happened to this host's time: when, what, and by whom.";
  list.rpc = "hostctl.v1.EventService.ListEvents";
  list.options = {
      Option{'\0', "since", ValueType::kString,
             "Only events since then: 90s, 30m, 1h, 2d, 1w ago, or a time like "
             "2026-11-22T21:05:17Z."}
          .Metavar("time"),
      Option{'\0', "severity", ValueType::kString, "Only events of this severity or worse."}
          .Choices({"info", "warning", "error"}),
      Option{'c', "code", ValueType::kList, "Only events of this code; repeat it for several."}
          .Choices(CodeNames())
          .Metavar("code"),
      Option{'n', "limit", ValueType::kInteger, "Only the newest so many."}.Range(1, kMostEvents),
      Option{'w', "watch", ValueType::kFlag,
             "Go on with each event as it happens, until Ctrl-C; of one host."}};
  list.examples = {
      {"hostctl system event list --since 1h", "What happened in the last hour?"},
      {"hostctl system event list --watch --severity warning", "Tell me when something is wrong"},
      {"hostctl system event list --code CONFIGURATION_CHANGED", "Who changed what?"}};
  list.format = Format::kTable;
  list.waiting_option = "watch";
  list.one_host_option = "watch";
  list.run = List;
  return list;
}

}  // namespace

std::vector<Command> SystemEventCommands() {
  return {ListCommand()};
}

}  // namespace hostctl::cli
