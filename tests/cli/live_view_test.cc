#include "cli/live_view.h"

#include <algorithm>

#include "cli/format/text_layout.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sample_history.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Screen(const LiveView& view, Canvas canvas = {80, 24, false, false}) {
  std::string text;
  for (const std::string& line : view.Lines(canvas)) text += line + "\n";
  return text;
}

v1::WatchPtpStatsResponse Report(int64_t time_s = 1'700'000'105) {
  v1::WatchPtpStatsResponse report;
  v1::PtpStats& stats = *report.mutable_stats() = SampleStats();
  stats.mutable_local_time()->set_seconds(time_s);
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.mutable_uncertainty()->set_bound_95_ns(850);
  stats.mutable_uncertainty()->set_maximum_error_ns(66150);
  v1::PtpEvent& event = *stats.add_events();
  event.set_sequence(1);
  event.mutable_time()->set_seconds(1'700'000'050);
  event.set_kind("STATE_CHANGED");
  event.set_text("UNCALIBRATED to SLAVE: synchronized to the master");
  return report;
}

TEST(LiveView, ShowsFactsChartAndEvents) {
  LiveView view;
  view.Prefill(SampleHistory(60));
  view.Take(Report(1'700'000'160));
  EXPECT_EQ(Screen(view),
            R"( vm   eth0 (eth0), domain 0                             2023-11-14 22:16:00 UTC 

 State        PTP_SLAVE, LOCKED, in control
 Master       ae0686fffed5d425/1 at 192.0.2.1
 Offset       -53.6 us     mean -82.2 us     dev 141 us
 Path delay   65.3 us      mean 140 us       dev 67.9 us
 Frequency    -7.433 ppm   mean -7.147 ppm   dev 0.177 ppm
 Uncertainty  +-850 ns (95 %), +-66.2 us if the path is asymmetric

 Offset from master, last 5 min
         |                                                                *****
    0 ns +......................................................***********...*
         |                                                                    *
         |                                                                    *
         |                                                                    *
         |                                                                    *
         |                                                                    *
  -50 us +                                                                    *
         |                                                                    *
         +--------------+--------------------------+--------------------------+
                      22:12                      22:14

 22:14:10  STATE_CHANGED       UNCALIBRATED to SLAVE: synchronized to the master
 q quit   tab next value   + - time span
)");
}

TEST(LiveView, FillsTheScreenAndNoMore) {
  LiveView view;
  view.Prefill(SampleHistory(300));
  view.Take(Report(1'700'000'400));
  for (const int width : {30, 80, 250}) {
    for (const int height : {12, 24, 70}) {
      const auto lines = view.Lines({width, height, true, false});
      EXPECT_EQ(static_cast<int>(lines.size()), height);
      for (const std::string& line : lines) {
        EXPECT_LE(static_cast<int>(Width(line)), width) << line;
      }
    }
  }
}

TEST(LiveView, StateHasAColourThatMeansSomething) {
  LiveView view;
  view.Take(Report());
  EXPECT_THAT(Screen(view, {80, 24, false, true}),
              HasSubstr(Coloured("PTP_SLAVE, LOCKED, in control", Meaning::kGood, true)));
  v1::WatchPtpStatsResponse report = Report();
  report.mutable_stats()->set_clock_state(v1::CLOCK_STATE_HOLDOVER);
  report.mutable_stats()->set_holdover_s(12);
  view.Take(report);
  EXPECT_THAT(
      Screen(view, {80, 24, false, true}),
      HasSubstr(Coloured("PTP_SLAVE, HOLDOVER for 12 s, in control", Meaning::kWarning, true)));
}

TEST(LiveView, WithoutAMasterItTellsTheReason) {
  LiveView view;
  v1::WatchPtpStatsResponse report = Report();
  report.mutable_stats()->clear_parent();
  report.mutable_stats()->set_port_state(v1::PORT_STATE_LISTENING);
  report.mutable_stats()->set_state_reason("no Announce seen");
  view.Take(report);
  EXPECT_THAT(Screen(view), HasSubstr(" Reason       no Announce seen"));
  EXPECT_THAT(Screen(view), Not(HasSubstr("Master ")));
}

TEST(LiveView, WhilePtpIsOffItSaysSoAndKeepsTheChart) {
  LiveView view;
  view.Prefill(SampleHistory(60));
  v1::WatchPtpStatsResponse report;
  report.mutable_unavailable()->set_message("PTP is disabled");
  report.mutable_unavailable()->set_remedy("hostctl system ptp set --enable --interface vmk0");
  view.Take(report);
  EXPECT_THAT(Screen(view), HasSubstr("\n PTP is disabled\n Do: hostctl system ptp set --enable"));
  EXPECT_THAT(Screen(view), HasSubstr("Offset from master, last 5 min"));
  EXPECT_THAT(Screen(view), HasSubstr("*"));
}

TEST(LiveView, ALostConnectionIsShownUntilTheNextReport) {
  LiveView view;
  view.Take(Report());
  view.ConnectionLost({3, "hostd ended", {}, {"start it"}});
  EXPECT_THAT(Screen(view), HasSubstr("hostd ended\n Do: start it"));
  view.Take(Report());
  EXPECT_THAT(Screen(view), Not(HasSubstr("hostd ended")));
}

TEST(LiveView, KeysChooseTheValueAndTheSpan) {
  LiveView view;
  view.Prefill(SampleHistory(60));
  view.NextValue();
  view.Wider();
  EXPECT_THAT(Screen(view), HasSubstr("Mean path delay, last 15 min"));
  view.NextValue();
  for (int i = 0; i < 9; ++i) view.Narrower();
  EXPECT_THAT(Screen(view), HasSubstr("Frequency correction, last 1 min"));
  view.NextValue();
  for (int i = 0; i < 9; ++i) view.Wider();
  EXPECT_THAT(Screen(view), HasSubstr("Offset from master, last 60 min"));
}

TEST(LiveView, AClockThatIsSetBackDrawsOnFromThere) {
  LiveView view;
  view.Prefill(SampleHistory(300));
  EXPECT_THAT(Screen(view), HasSubstr("22:18"));
  view.Take(Report(1'700'000'110));
  EXPECT_THAT(Screen(view), HasSubstr("22:15"));
  EXPECT_THAT(Screen(view), Not(HasSubstr("22:16")));
}

}  // namespace
}  // namespace hostctl::cli
