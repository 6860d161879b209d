// The live view of `system ptp stats watch`: what is drawn on the screen, made of
// the reports that came. No terminal in here.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "cli/outcome.h"
#include "cli/ptp_history_report.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

// What can be drawn on.
struct Canvas {
  int width = 80;   // columns, at least 30
  int height = 24;  // lines, at least 12
  bool unicode = true;
  bool colour = true;
};

class LiveView {
 public:
  // What was measured before the first report, so that the chart does not begin empty.
  void Prefill(const v1::PtpHistory& history);
  void Take(const v1::WatchPtpStatsResponse& report);
  // Until the next report.
  void ConnectionLost(const Failure& failure);

  // What the chart shows: the next of offset, path delay, frequency.
  void NextValue();
  // How much of the past it shows: 1, 5, 15 or 60 minutes.
  void Wider();
  void Narrower();

  // `canvas.height` lines.
  std::vector<std::string> Lines(const Canvas& canvas) const;

 private:
  const std::deque<ChartPoint>& PointsOf(HistoryValue value) const {
    return points_[static_cast<size_t>(value)];
  }
  void AddPoint(HistoryValue value, const ChartPoint& point);

  std::optional<v1::PtpStats> stats_;
  std::string trouble_;  // why there is none
  std::string remedy_;
  HistoryValue shown_ = HistoryValue::kOffset;
  size_t span_ = 1;   // index of the minutes shown
  double now_s_ = 0;  // of the newest report
  std::array<std::deque<ChartPoint>, 3>
      points_;  // of each HistoryValue, the newest two hours at most
};

}  // namespace hostctl::cli
