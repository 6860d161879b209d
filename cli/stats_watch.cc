#include "cli/stats_watch.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <set>

#include "cli/chart/scale.h"
#include "cli/connection.h"
#include "cli/enum_text.h"
#include "cli/format/json_value.h"
#include "cli/format/printf.h"
#include "cli/format/text_layout.h"
#include "cli/live_terminal.h"
#include "cli/live_view.h"
#include "cli/proto_record.h"
#include "cli/stats_feed.h"
#include "cli/time_text.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

constexpr uint32_t kPrefillSeconds = 3600;
constexpr size_t kTimeWidth = 19;
constexpr size_t kStateWidth = 12;
constexpr size_t kNumberWidth = 11;

// SIGINT, SIGTERM, SIGHUP and SIGWINCH as something to poll for, so that the terminal
// is put in order before the program ends.
class Signals {
 public:
  Signals() {
    sigset_t taken;
    sigemptyset(&taken);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) sigaddset(&taken, signal);
    // Before gRPC's threads are there: they inherit it, and leave the signals to us.
    pthread_sigmask(SIG_BLOCK, &taken, &before_);
    fd_ = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  ~Signals() {
    close(fd_);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  int fd() const { return fd_; }
  // Whether one came that ends the program.
  bool TakeEnding() const {
    signalfd_siginfo info{};
    bool ending = false;
    while (read(fd_, &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
      ending = ending || info.ssi_signo != SIGWINCH;
    }
    return ending;
  }

 private:
  sigset_t before_{};
  int fd_ = -1;
};

// Whether the view is to go on.
bool HandleKeys(LiveView& view) {
  std::array<char, 64> keys{};
  const ssize_t count = read(STDIN_FILENO, keys.data(), keys.size());
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;  // the terminal has gone
  for (ssize_t i = 0; i < count; ++i) {
    switch (keys[static_cast<size_t>(i)]) {
      case 'q':
      case 'Q':
        return false;
      case '\t':
        view.NextValue();
        break;
      case '+':
      case '=':
        view.Wider();
        break;
      case '-':
        view.Narrower();
        break;
      default:
        break;
    }
  }
  return true;
}

Outcome WatchLive(const Arguments& arguments, Session& session) {
  const Signals signals;
  LiveView view;
  v1::GetPtpHistoryRequest request;
  request.add_periods(v1::HISTORY_PERIOD_SECOND);
  request.set_last(kPrefillSeconds);
  v1::PtpHistory history;
  if (auto failure =
          session.connection.Call(&v1::PtpService::Stub::GetPtpHistory, request, &history)) {
    return *failure;
  }
  view.Prefill(history);
  StatsFeed feed(session.connection, arguments.Integer("period"));
  int64_t left = arguments.Has("count") ? arguments.Integer("count") : -1;
  LiveTerminal terminal(STDIN_FILENO, STDOUT_FILENO, session.streams.out);
  const bool keys = isatty(STDIN_FILENO) != 0;
  while (true) {
    const TerminalSize size = terminal.size();
    terminal.Show(
        view.Lines({size.columns, size.lines, session.screen.unicode, session.screen.colour}));
    if (left == 0) return Output();
    std::array<pollfd, 3> entries{
        {{feed.fd(), POLLIN, 0}, {signals.fd(), POLLIN, 0}, {keys ? STDIN_FILENO : -1, POLLIN, 0}}};
    if (poll(entries.data(), entries.size(), -1) < 0) continue;
    if (entries[1].revents != 0 && signals.TakeEnding()) return Output();
    if (entries[2].revents != 0 && !HandleKeys(view)) return Output();
    for (const StatsFeed::Item& item : feed.Take()) {
      if (const auto* report = std::get_if<v1::WatchPtpStatsResponse>(&item)) {
        view.Take(*report);
        if (left > 0) --left;
      } else {
        view.ConnectionLost(std::get<Failure>(item));
      }
    }
  }
}

// Writes reports for people as lines under one heading, events between them.
class LineWriter {
 public:
  explicit LineWriter(std::ostream& out) : out_(out) {}

  void Write(const v1::WatchPtpStatsResponse& report) {
    if (!heading_written_) {
      WriteLine("Time", {"Port state", "Clock state"},
                {"Offset", "Path delay", "Frequency", "Bound"});
    }
    heading_written_ = true;
    if (!report.has_stats()) {
      out_ << report.unavailable().code() << ": " << report.unavailable().message() << "\n"
           << std::flush;
      return;
    }
    const v1::PtpStats& stats = report.stats();
    WriteEvents(stats);
    const auto ns = [](bool known, const v1::RunningValue& value) {
      return known ? WithUnit(value.last()) : "-";
    };
    WriteLine(DateTimeText(stats.local_time().seconds()),
              {EnumText(stats.port_state()), EnumText(stats.clock_state())},
              {ns(stats.has_offset_from_master_ns(), stats.offset_from_master_ns()),
               ns(stats.has_mean_path_delay_ns(), stats.mean_path_delay_ns()),
               stats.has_frequency_correction_ppb()
                   ? Printf("%.3f ppm", stats.frequency_correction_ppb().last() * 1e-3)
                   : "-",
               stats.has_uncertainty() ? WithUnit(stats.uncertainty().bound_95_ns()) : "-"});
  }

 private:
  // Those that came since the last report; of the first report none, they are old.
  void WriteEvents(const v1::PtpStats& stats) {
    for (const v1::PtpEvent& event : stats.events()) {
      if (!newest_event_ || event.sequence() <= *newest_event_) continue;
      out_ << Printf("%-19s  %s: %s\n", DateTimeText(event.time().seconds()), event.kind(),
                     event.text());
    }
    newest_event_ = stats.events().empty() ? 0 : stats.events().rbegin()->sequence();
  }

  void WriteLine(const std::string& time, const std::vector<std::string>& states,
                 const std::vector<std::string>& numbers) {
    std::string line = AlignedLeft(time, kTimeWidth);
    for (const std::string& state : states) line += "  " + AlignedLeft(state, kStateWidth);
    for (const std::string& number : numbers) line += "  " + AlignedRight(number, kNumberWidth);
    out_ << line << "\n" << std::flush;
  }

  std::ostream& out_;
  bool heading_written_ = false;
  std::optional<uint64_t> newest_event_;
};

// For programs: an object, or a row, per report.
void WriteForPrograms(const v1::WatchPtpStatsResponse& report, Format format, bool first,
                      std::ostream& out) {
  const Record record = RecordOf(report);
  if (format == Format::kJson) {
    out << DumpJson(ToJson(record), -1) << "\n" << std::flush;
    return;
  }
  std::string text = Render(format, Records{false, {record}, {}});
  if (!first) text.erase(0, text.find('\n') + 1);  // the header
  out << text << std::flush;
}

Outcome WatchLines(const Arguments& arguments, Session& session) {
  if (IsMachineFormat(session.format) && session.format != Format::kJson &&
      session.format != Format::kCsv) {
    return Failure{kExitUsage,
                   "Reports that come one by one can be shown as json or csv, or as lines for "
                   "people",
                   {},
                   {"hostctl --formatter=json system ptp stats watch"}};
  }
  v1::WatchPtpStatsRequest request;
  request.mutable_period()->set_seconds(arguments.Integer("period"));
  int64_t left = arguments.Has("count") ? arguments.Integer("count") : -1;
  bool first = true;
  LineWriter lines(session.streams.out);
  const WatchResult result =
      session.connection
          .Watch<v1::PtpService::Stub, v1::WatchPtpStatsRequest, v1::WatchPtpStatsResponse>(
              &v1::PtpService::Stub::WatchPtpStats, request, std::nullopt, nullptr,
              [&](const v1::WatchPtpStatsResponse& report) {
                if (IsMachineFormat(session.format)) {
                  WriteForPrograms(report, session.format, first, session.streams.out);
                } else {
                  lines.Write(report);
                }
                first = false;
                return (left < 0 || --left > 0) && session.streams.out.good();
              });
  if (result.end == WatchResult::End::kFailed) return result.failure;
  return Output();
}

}  // namespace

Outcome WatchStats(const Arguments& arguments, Session& session) {
  if (session.screen.terminal && !IsMachineFormat(session.format)) {
    return WatchLive(arguments, session);
  }
  return WatchLines(arguments, session);
}

}  // namespace hostctl::cli
