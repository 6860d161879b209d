#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"
#include "tests/cli/sample_history.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SystemPtpStats : public ::testing::Test {
 protected:
  FakeHostd hostd_;
};

TEST_F(SystemPtpStats, HistoryShowsTheQuartersOfAnHour) {
  *hostd_.history.add_quarter_hours() = SampleRecord(0, 1'700'000'100);
  const CallResult result = hostd_.Run("system ptp stats history");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, StartsWith("Index  Start                Complete  Valid  Samples"));
  EXPECT_THAT(hostd_.get_ptp_history->periods(), ElementsAre(v1::HISTORY_PERIOD_QUARTER_HOUR));
  EXPECT_EQ(hostd_.get_ptp_history->last(), 0U);
}

TEST_F(SystemPtpStats, HistoryForProgramsHasEveryField) {
  hostd_.history = SampleHistory(1);
  EXPECT_EQ(hostd_.Run("system ptp stats history -p second -l 1 --formatter=keyvalue").out,
            R"(PtpSecond[0].number.unsigned=1000
PtpSecond[0].time.string=2023-11-14T22:15:00.000000000Z
PtpSecond[0].port_state.string=SLAVE
PtpSecond[0].clock_state.string=LOCKED
PtpSecond[0].bound_95_ns.double=900
PtpSecond[0].values.offset_from_master_ns.samples.unsigned=8
PtpSecond[0].values.offset_from_master_ns.minimum.double=-50
PtpSecond[0].values.offset_from_master_ns.maximum.double=50
PtpSecond[0].values.offset_from_master_ns.mean.double=0
PtpSecond[0].values.offset_from_master_ns.std_dev.double=25
PtpSecond[0].values.mean_path_delay_ns.samples.unsigned=8
PtpSecond[0].values.mean_path_delay_ns.minimum.double=49990
PtpSecond[0].values.mean_path_delay_ns.maximum.double=50010
PtpSecond[0].values.mean_path_delay_ns.mean.double=50000
PtpSecond[0].values.mean_path_delay_ns.std_dev.double=5
PtpSecond[0].values.frequency_correction_ppb.samples.unsigned=8
PtpSecond[0].values.frequency_correction_ppb.minimum.double=-7438
PtpSecond[0].values.frequency_correction_ppb.maximum.double=-7428
PtpSecond[0].values.frequency_correction_ppb.mean.double=-7433
PtpSecond[0].values.frequency_correction_ppb.std_dev.double=2.5
)");
  EXPECT_EQ(hostd_.get_ptp_history->last(), 1U);
}

TEST_F(SystemPtpStats, HistoryDrawsAChart) {
  hostd_.history = SampleHistory(60);
  const CallResult result = hostd_.Run("--screen-width=60 system ptp stats history --chart");
  EXPECT_EQ(result.out, R"(Offset from master
    6 us +                                                 *
         |                                             *****
         |                                        ******
         |                                    ******
    4 us +                                ******
         |                           ******
         |                      ******
         |                 ******
    2 us +             ******
         |         ******
         |    ******
    0 ns +******............................................
         |*
         ++------------------------+------------------------
      22:15:00                 22:15:30
)");
  EXPECT_THAT(hostd_.get_ptp_history->periods(), ElementsAre(v1::HISTORY_PERIOD_SECOND));
}

TEST_F(SystemPtpStats, HistoryWritesAFigure) {
  const TemporaryFolder folder;
  hostd_.history = SampleHistory(60);
  const CallResult result = hostd_.Run("system ptp stats history --svg " + folder.path("ptp.svg"));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
  std::ostringstream svg;
  svg << std::ifstream(folder.path("ptp.svg")).rdbuf();
  EXPECT_THAT(svg.str(), StartsWith("<svg "));
  EXPECT_THAT(svg.str(), HasSubstr("Offset within its stated bound"));
  std::array<char, 256> host{};
  ASSERT_EQ(gethostname(host.data(), host.size() - 1), 0);
  EXPECT_THAT(svg.str(), HasSubstr(">PTP on " + std::string(host.data()) + "<"));
}

TEST_F(SystemPtpStats, AFigureThatCannotBeWrittenIsAnError) {
  hostd_.history = SampleHistory(60);
  const CallResult result = hostd_.Run("system ptp stats history --svg /nowhere/ptp.svg");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err,
            "Error: Cannot write /nowhere/ptp.svg\n"
            "  Do: see that its folder exists, and that you may write there\n");
}

TEST_F(SystemPtpStats, WithoutHistoryItSaysWhy) {
  const CallResult result = hostd_.Run("system ptp stats history");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err,
            "Note: Nothing was measured since hostd started\n"
            "  Do: hostctl system ptp get tells whether PTP runs\n");
}

class WatchLines : public SystemPtpStats {
 protected:
  WatchLines() {
    v1::WatchPtpStatsResponse report;
    *report.mutable_stats() = SampleStats();
    report.mutable_stats()->set_clock_state(v1::CLOCK_STATE_LOCKED);
    hostd_.watched.push_back(report);
    report.mutable_stats()->mutable_local_time()->set_seconds(1623949796);
    report.mutable_stats()->mutable_uncertainty()->set_bound_95_ns(850);
    v1::PtpEvent& event = *report.mutable_stats()->add_events();
    event.set_sequence(1);
    event.mutable_time()->set_seconds(1623949796);
    event.set_kind("CLOCK_STEPPED");
    event.set_text("by -0.5 s to follow the master");
    hostd_.watched.push_back(report);
    hostd_.watched.emplace_back().mutable_unavailable()->set_code("PTP_DISABLED");
    hostd_.watched.back().mutable_unavailable()->set_message("PTP is disabled");
  }
};

TEST_F(WatchLines, ElsewhereThanOnATerminalItWritesALinePerReport) {
  const CallResult result = hostd_.Run("system ptp stats watch --count 3 --period 2");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(
      result.out,
      R"(Time                 Port state    Clock state        Offset   Path delay    Frequency        Bound
2021-06-17 17:09:55  SLAVE         LOCKED           -53.6 us      65.3 us   -7.433 ppm            -
2021-06-17 17:09:56  CLOCK_STEPPED: by -0.5 s to follow the master
2021-06-17 17:09:56  SLAVE         LOCKED           -53.6 us      65.3 us   -7.433 ppm       850 ns
PTP_DISABLED: PTP is disabled
)");
  EXPECT_EQ(hostd_.watch_ptp_stats->period().seconds(), 2);
}

TEST_F(WatchLines, JsonIsOneObjectPerLine) {
  const CallResult result = hostd_.Run("--formatter=json system ptp stats watch -c 3");
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_THAT(result.out, StartsWith("{\"stats\":{\"local_time\":\"2021-06-17T17:09:55"));
  EXPECT_THAT(result.out,
              HasSubstr("\n{\"stats\":null,\"unavailable\":{\"code\":\"PTP_DISABLED\""));
}

TEST_F(WatchLines, CsvHasOneHeader) {
  const CallResult result = hostd_.Run("--formatter=csv system ptp stats watch -c 2");
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_THAT(result.out, StartsWith("stats.local_time,"));
}

TEST_F(WatchLines, WhenHostdEndsItSaysSo) {
  const CallResult result = hostd_.Run("--formatter=json system ptp stats watch");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 3);
  EXPECT_THAT(result.err, HasSubstr("ended the watch"));
}

TEST_F(WatchLines, OtherFormatsAreRefused) {
  const CallResult result = hostd_.Run("--formatter=xml system ptp stats watch -c 1");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("can be shown as json or csv"));
}

}  // namespace
}  // namespace hostctl::cli
