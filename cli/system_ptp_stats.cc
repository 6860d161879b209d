// system ptp stats get | watch | history
#include <unistd.h>

#include <array>
#include <fstream>

#include "cli/chart/terminal_chart.h"
#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/proto_record.h"
#include "cli/ptp_history_report.h"
#include "cli/ptp_stats_table.h"
#include "cli/session.h"
#include "cli/state_value.h"
#include "cli/stats_watch.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr int kChartWidth = 100;  // where the screen has no limit
constexpr int kChartHeight = 16;

Records StatsForPeople(const v1::PtpStats& stats) {
  Records records{true, {}, {}};
  for (const MetricRow& row : PtpStatsTable(stats)) {
    records.items.emplace_back(
        Record("Metric", {{"Metric", row.metric}, {"Value", StateValue(row.value)}}));
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

v1::HistoryPeriod PeriodOf(const Arguments& arguments) {
  const bool drawn = arguments.Has("chart") || arguments.Has("svg");
  const std::string period = arguments.Has("period") ? arguments.String("period")
                             : drawn                 ? "second"
                                                     : "quarter-hour";
  if (period == "second") return v1::HISTORY_PERIOD_SECOND;
  return period == "day" ? v1::HISTORY_PERIOD_DAY : v1::HISTORY_PERIOD_QUARTER_HOUR;
}

HistoryValue ValueOf(const std::string& name) {
  if (name == "delay") return HistoryValue::kMeanPathDelay;
  return name == "frequency" ? HistoryValue::kFrequency : HistoryValue::kOffset;
}

bool IsEmpty(const v1::PtpHistory& history) {
  return history.seconds().empty() && history.quarter_hours().empty() && history.days().empty();
}

Failure CannotWrite(const std::string& path) {
  return {kExitFailed,
          "Cannot write " + path,
          {},
          {"see that its folder exists, and that you may write there"}};
}

// Where the history comes from: a host, or behind a socket this one.
std::string HostOf(const std::string& where) {
  if (where.empty() || where.front() != '/') return where;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "this host";
}

// Written aside and renamed: never half a figure.
std::optional<Failure> WriteFigure(const v1::PtpHistory& history, const std::string& host,
                                   const std::string& path) {
  const std::string aside = path + ".new";
  std::ofstream file(aside, std::ios::trunc);
  file << DrawSvg(FigureOf(history, "PTP on " + host));
  file.close();
  if (!file || std::rename(aside.c_str(), path.c_str()) != 0) {
    std::remove(aside.c_str());
    return CannotWrite(path);
  }
  return std::nullopt;
}

std::string ChartText(const v1::PtpHistory& history, const Arguments& arguments,
                      const Screen& screen) {
  const HistoryValue value = ValueOf(arguments.String("value"));
  const int width = screen.width == 0 ? kChartWidth : static_cast<int>(screen.width);
  std::string text;
  for (const std::string& line : DrawTerminalChart(ChartOf(value, PointsOf(history, value)), width,
                                                   kChartHeight, screen.unicode)) {
    text += line + "\n";
  }
  return text;
}

Records TableOf(const v1::PtpHistory& history, v1::HistoryPeriod period) {
  if (period == v1::HISTORY_PERIOD_SECOND) return SecondsTable(history);
  return RecordsTable(period == v1::HISTORY_PERIOD_DAY ? history.days() : history.quarter_hours());
}

Records ForPrograms(const v1::PtpHistory& history, v1::HistoryPeriod period) {
  if (period == v1::HISTORY_PERIOD_SECOND) return RecordList(history.seconds());
  return RecordList(period == v1::HISTORY_PERIOD_DAY ? history.days() : history.quarter_hours());
}

Outcome GetHistory(const Arguments& arguments, Session& session) {
  const v1::HistoryPeriod period = PeriodOf(arguments);
  v1::GetPtpHistoryRequest request;
  request.add_periods(period);
  if (arguments.Has("last")) request.set_last(static_cast<uint32_t>(arguments.Integer("last")));
  v1::PtpHistory history;
  if (auto failure =
          session.connection.Call(&v1::PtpService::Stub::GetPtpHistory, request, &history)) {
    return *failure;
  }
  Output output;
  if (IsEmpty(history)) {
    output.notes.push_back({"Nothing was measured since hostd started",
                            "hostctl system ptp get tells whether PTP runs"});
  }
  output.machine = [history, period] { return ForPrograms(history, period); };
  if (arguments.Has("svg")) {
    if (auto failure =
            WriteFigure(history, HostOf(session.connection.where()), arguments.String("svg"))) {
      return *failure;
    }
    if (!IsMachineFormat(session.format)) output.machine = nullptr;
    return output;
  }
  if (arguments.Has("chart")) {
    output.lines = ChartText(history, arguments, session.screen);
  } else {
    output.human = [history, period] { return TableOf(history, period); };
  }
  return output;
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

Command StatsWatchCommand() {
  Command watch;
  watch.path = {"system", "ptp", "stats"};
  watch.name = "watch";
  watch.description =
      "Watch the clock live: state, offset, a chart, events; elsewhere than on a terminal a line "
      "per report.";
  watch.rpc = "hostctl.v1.PtpService.WatchPtpStats";
  watch.options = {
      Option{'p', "period", ValueType::kInteger, "Seconds from one report to the next."}
          .Range(1, 3600)
          .Default("1"),
      Option{'c', "count", ValueType::kInteger, "End after so many reports."}.Range(1, 1000000000),
  };
  watch.examples = {
      {"hostctl system ptp stats watch", "See the clock settle"},
      {"hostctl --formatter=json system ptp stats watch", "One JSON object per line, for a pipe"},
      {"hostctl system ptp stats watch --period 10 --count 6", "A minute, then end"},
  };
  watch.one_host = true;
  watch.run = WatchStats;
  return watch;
}

Command StatsHistoryCommand() {
  Command history;
  history.path = {"system", "ptp", "stats"};
  history.name = "history";
  history.description =
      "Show what was measured since hostd started: the last hour by the second, the records of "
      "IEEE 1588 annex J.5.1 by the quarter of an hour and by the day.";
  history.rpc = "hostctl.v1.PtpService.GetPtpHistory";
  history.options = {
      Option{'p', "period", ValueType::kString,
             "How finely. Default: quarter-hour; of a chart or figure second."}
          .Choices({"second", "quarter-hour", "day"}),
      Option{'l', "last", ValueType::kInteger, "Only the newest so many."}.Range(1, 3600),
      {'\0', "chart", ValueType::kFlag, "Draw a chart in the terminal."},
      Option{'v', "value", ValueType::kString, "What the chart shows."}
          .Choices({"offset", "delay", "frequency"})
          .Default("offset"),
      Option{'\0', "svg", ValueType::kString, "Write a figure of all values to this file."}.Metavar(
          "file"),
  };
  history.exclusive = {{"chart", "svg"}};
  history.examples = {
      {"hostctl system ptp stats history", "How good was time today?"},
      {"hostctl system ptp stats history --chart --last 600", "The offset of the last ten minutes"},
      {"hostctl system ptp stats history --svg ptp.svg", "A figure of the last hour"},
      {"hostctl --formatter=csv system ptp stats history --period second",
       "The last hour for a spreadsheet"},
  };
  history.format = Format::kTable;
  history.run = GetHistory;
  return history;
}

}  // namespace

std::vector<Command> SystemPtpStatsCommands() {
  return {StatsGetCommand(), StatsWatchCommand(), StatsHistoryCommand()};
}

}  // namespace hostctl::cli
