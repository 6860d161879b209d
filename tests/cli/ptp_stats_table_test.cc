#include "cli/ptp_stats_table.h"

#include <algorithm>
#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sample_stats.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;

using Rows = std::vector<std::pair<std::string, std::string>>;

Rows TableOf(const v1::PtpStats& stats) {
  Rows rows;
  for (const MetricRow& row : PtpStatsTable(stats)) rows.emplace_back(row.metric, row.value);
  return rows;
}

// The value of one row; nothing if there is no such row.
std::optional<std::string> Row(const v1::PtpStats& stats, const std::string& metric) {
  for (const auto& [name, value] : TableOf(stats)) {
    if (name == metric) return value;
  }
  return std::nullopt;
}

TEST(PtpStatsTable, ShowsEveryRowOfAClientAsTheOriginalDoes) {
  const Rows expected = {
      {"Announce received", "21"},
      {"Best master ID", "ae0686fffed5d425(unknown)/1"},
      {"Best master IP", "192.0.2.1"},
      {"Clock Source", "ptp"},
      {"Clock correction", "-7.433 ppm, mean -7.147 ppm, dev  0.177 ppm"},
      {"Clock status", "calibrated, in control"},
      {"Delay mechanism", "E2E"},
      {"DelayReq sent", "36"},
      {"DelayResp received", "36"},
      {"Follow-up received", "33"},
      {"GM priority", "Priority1 128, Priority2 128, clockClass 248"},
      {"Host info", "vm, PID 5175"},
      {"Interface", "eth0"},
      {"Kernel time", "Thu Jun 17 17:09:55 UTC 2021"},
      {"Local port ID", "5a91a6fffea13f80(unknown)/1"},
      {"Local time", "Thu Jun 17 17:09:55 UTC 2021"},
      {"Mean Path Delay", "0.000065303 s, mean  0.000140093 s, dev  0.000067909 s"},
      {"Message rates", "1/s sync, 1/s delay, 1/2s announce"},
      {"Offset from Master", "-0.000053647 s, mean -0.000082227 s, dev  0.000141358 s"},
      {"PTP Engine resets", "1"},
      {"PTP domain", "0"},
      {"Performance", "Message RX 3/s, TX 1/s"},
      {"Port state", "PTP_SLAVE"},
      {"Preset", "slaveonly"},
      {"State transitions", "3"},
      {"Sync mode", "TWO_STEP"},
      {"Sync received", "33"},
      {"Time properties", "ARB timescale, tracbl: time N, freq N, src: INTERNAL_OSCILLATOR(0xa0)"},
      {"TimingService", "current PTP0, best PTP0, pref PTP0"},
      {"TimingServices", "total 1, avail 1, oper 1, idle 0, in_ctrl 1"},
      {"Transport", "ipv4, multicast"},
      {"UTC properties", "UTC valid: N, UTC offset: 37"},
  };
  EXPECT_THAT(TableOf(SampleStats()), ::testing::ElementsAreArray(expected));
}

TEST(PtpStatsTable, LeavesOutWhatHasNoMeaningWithoutAMaster) {
  v1::PtpStats stats = SampleStats();
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.set_clock_in_control(false);
  stats.clear_parent();
  stats.clear_time_properties();
  stats.set_state_reason("No Announce for 6 s");
  std::vector<std::string> metrics;
  for (const auto& [metric, value] : TableOf(stats)) metrics.push_back(metric);
  EXPECT_THAT(metrics,
              ElementsAre("Clock Source", "Delay mechanism", "Host info", "Interface",
                          "Kernel time", "Local port ID", "Local time", "PTP Engine resets",
                          "PTP domain", "Performance", "Port state", "Preset", "State reason",
                          "State transitions", "TimingService", "TimingServices", "Transport"));
  EXPECT_EQ(Row(stats, "Port state"), "PTP_LISTENING");
  EXPECT_EQ(Row(stats, "State reason"), "No Announce for 6 s");
  EXPECT_EQ(Row(stats, "TimingService"), "current none, best none, pref PTP0");
  EXPECT_EQ(Row(stats, "TimingServices"), "total 1, avail 0, oper 0, idle 0, in_ctrl 0");
}

TEST(PtpStatsTable, TellsTheStatusOfTheClockInEveryCombination) {
  v1::PtpStats stats = SampleStats();
  stats.set_clock_calibrated(false);
  EXPECT_EQ(Row(stats, "Clock status"), "not calibrated, in control");
  stats.set_clock_in_control(false);
  EXPECT_EQ(Row(stats, "Clock status"), "not calibrated, no control");
  stats.set_clock_calibrated(true);
  stats.set_clock_read_only(true);
  EXPECT_EQ(Row(stats, "Clock status"), "calibrated, no control, read-only");
  EXPECT_EQ(Row(stats, "TimingServices"), "total 1, avail 1, oper 1, idle 1, in_ctrl 0");
}

TEST(PtpStatsTable, SaysWhetherTheClockIsLockedAndHowFarItCanBeWrong) {
  v1::PtpStats stats = SampleStats();
  stats.set_servo("adaptive");
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.mutable_uncertainty()->set_bound_95_ns(12'400);
  stats.mutable_uncertainty()->set_maximum_error_ns(83'000);
  stats.mutable_uncertainty()->set_noise_ns(2100);
  EXPECT_EQ(Row(stats, "Clock state"), "LOCKED");
  EXPECT_EQ(Row(stats, "Clock status"), "calibrated, in control");
  EXPECT_EQ(Row(stats, "Servo"), "adaptive");
  EXPECT_EQ(Row(stats, "Uncertainty"), "+-12.4 us (95 %), +-83.0 us if the path is asymmetric");
  EXPECT_EQ(Row(stats, "Network noise"), "2.10 us");
  stats.set_clock_state(v1::CLOCK_STATE_ACQUIRING);
  EXPECT_EQ(Row(stats, "Uncertainty"),
            "+-12.4 us (95 %), +-83.0 us if the path is asymmetric; not settled");
}

TEST(PtpStatsTable, ClaimsNoUncertaintyBeforeItIsKnown) {
  v1::PtpStats stats = SampleStats();
  stats.set_servo("adaptive");
  stats.set_clock_state(v1::CLOCK_STATE_FREE_RUNNING);
  EXPECT_EQ(Row(stats, "Uncertainty"), "unknown, no master is measured yet");
  EXPECT_EQ(Row(stats, "Network noise"), std::nullopt);
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.set_clock_read_only(true);
  EXPECT_EQ(Row(stats, "Uncertainty"), "unknown, the clock is only measured");
}

TEST(PtpStatsTable, SaysInHoldoverForHowLongItLasts) {
  v1::PtpStats stats = SampleStats();
  stats.set_port_state(v1::PORT_STATE_LISTENING);
  stats.clear_parent();
  stats.set_clock_in_control(false);
  stats.set_clock_state(v1::CLOCK_STATE_HOLDOVER);
  stats.set_holdover_s(12.3);
  stats.mutable_uncertainty()->set_bound_95_ns(1'500'000);
  stats.mutable_uncertainty()->set_maximum_error_ns(1'570'000);
  EXPECT_EQ(Row(stats, "Clock state"), "HOLDOVER, 12 s");
  EXPECT_EQ(Row(stats, "Uncertainty"),
            "+-1.50 ms (95 %), +-1.57 ms if the path was asymmetric; growing");
  EXPECT_EQ(Row(stats, "Clock status"), "holdover, calibrated, no control");
  EXPECT_EQ(Row(stats, "Offset from Master"), std::nullopt);
  stats.set_clock_state(v1::CLOCK_STATE_HOLDOVER_EXPIRED);
  stats.set_holdover_s(3601);
  EXPECT_EQ(Row(stats, "Clock state"), "HOLDOVER_EXPIRED, 3601 s");
  EXPECT_EQ(Row(stats, "Clock status"), "holdover expired, calibrated, no control");
}

TEST(PtpStatsTable, ComparesTheMastersOnlyWhenThereAreSeveral) {
  v1::PtpStats stats = SampleStats();
  v1::MasterView& followed = *stats.add_masters();
  followed.set_interface("vmk0");
  followed.set_standing(v1::MASTER_STANDING_FOLLOWED);
  followed.mutable_port_identity()->set_clock_identity("ae0686fffed5d425");
  followed.mutable_port_identity()->set_port_number(1);
  followed.set_offset_ns(-120);
  followed.set_bound_ns(850);
  EXPECT_EQ(Row(stats, "Master on vmk0"), std::nullopt);

  v1::MasterView& liar = *stats.add_masters();
  liar.set_interface("vmk1");
  liar.set_standing(v1::MASTER_STANDING_DISTRUSTED);
  liar.mutable_port_identity()->set_clock_identity("0a0b0c0d0e0f0102");
  liar.mutable_port_identity()->set_port_number(2);
  liar.set_offset_ns(1500000);
  liar.set_bound_ns(40000);
  v1::MasterView& novel = *stats.add_masters();
  novel.set_interface("vmk2");
  novel.set_standing(v1::MASTER_STANDING_MEASURING);
  novel.mutable_port_identity()->set_clock_identity("1111111111111111");
  novel.mutable_port_identity()->set_port_number(1);
  EXPECT_EQ(Row(stats, "Master on vmk0"),
            "FOLLOWED, ae0686fffed5d425(unknown)/1, offset -0.000000120 s +-0.000000850 s");
  EXPECT_EQ(Row(stats, "Master on vmk1"),
            "DISTRUSTED, 0a0b0c0d0e0f0102(unknown)/2, offset 0.001500000 s +-0.000040000 s");
  EXPECT_EQ(Row(stats, "Master on vmk2"), "MEASURING, 1111111111111111(unknown)/1");
}

TEST(PtpStatsTable, SortsItsOwnRowsAmongTheOthersByteByByte) {
  v1::PtpStats stats = SampleStats();
  stats.set_servo("pi");
  stats.set_clock_state(v1::CLOCK_STATE_LOCKED);
  stats.mutable_uncertainty();
  stats.add_masters()->set_interface("vmk0");
  stats.add_masters()->set_interface("vmk1");
  const Rows rows = TableOf(stats);
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(),
                             [](const auto& a, const auto& b) { return a.first < b.first; }));
  EXPECT_EQ(rows.size(), TableOf(SampleStats()).size() + 6);
}

TEST(PtpStatsTable, SaysWhenTheCorrectionIsAtItsLimit) {
  v1::PtpStats stats = SampleStats();
  SetValue(stats.mutable_frequency_correction_ppb(), 500000, 0, 0);
  stats.set_clock_slewing_at_maximum(true);
  EXPECT_EQ(Row(stats, "Clock correction"),
            "500.000 ppm, mean  0.000 ppm, dev  0.000 ppm (slewing at maximum rate)");
}

TEST(PtpStatsTable, WritesIntervalsAsRates) {
  v1::PtpStats stats = SampleStats();
  stats.mutable_parent()->set_log_sync_interval(-3);
  stats.mutable_parent()->set_log_min_delay_req_interval(4);
  stats.mutable_parent()->set_log_announce_interval(127);
  EXPECT_EQ(Row(stats, "Message rates"), "8/s sync, 1/16s delay, unknown announce");
}

TEST(PtpStatsTable, NamesTheTimescaleTheTimeSourceAndALeapSecond) {
  v1::PtpStats stats = SampleStats();
  v1::TimePropertiesDataSet& time = *stats.mutable_time_properties();
  time.set_ptp_timescale(true);
  time.set_time_traceable(true);
  time.set_frequency_traceable(true);
  time.set_time_source(0x20);
  time.set_current_utc_offset_valid(true);
  time.set_leap61(true);
  EXPECT_EQ(Row(stats, "Time properties"), "PTP timescale, tracbl: time Y, freq Y, src: GPS(0x20)");
  EXPECT_EQ(Row(stats, "UTC properties"), "UTC valid: Y, UTC offset: 37, LEAP61 pending");
  time.set_time_source(0x07);
  EXPECT_EQ(Row(stats, "Time properties"),
            "PTP timescale, tracbl: time Y, freq Y, src: UNKNOWN(0x07)");
}

TEST(PtpStatsTable, HasNoFollowUpRowForAOneStepMaster) {
  v1::PtpStats stats = SampleStats();
  stats.mutable_parent()->set_sync_mode(v1::SYNC_MODE_ONE_STEP);
  EXPECT_EQ(Row(stats, "Sync mode"), "ONE_STEP");
  EXPECT_EQ(Row(stats, "Follow-up received"), std::nullopt);
}

TEST(PtpStatsTable, CountsMishapsOnlyWhenThereAreAny) {
  v1::PtpStats stats = SampleStats();
  stats.mutable_faults()->set_domain_mismatches(4);
  stats.mutable_faults()->set_ignored_announce(5);
  stats.mutable_faults()->set_lost_transmit_timestamps(6);
  stats.mutable_faults()->set_unanswered_delay_requests(7);
  EXPECT_EQ(Row(stats, "Domain Mismatches"), "4");
  EXPECT_EQ(Row(stats, "Ignored Announce"), "5");
  EXPECT_EQ(Row(stats, "Lost Transmit Timestamps"), "6");
  EXPECT_EQ(Row(stats, "Unanswered DelayReq"), "7");
  EXPECT_EQ(Row(SampleStats(), "Domain Mismatches"), std::nullopt);
}

TEST(PtpStatsTable, TellsHowMessagesAreAuthenticatedAndWhatWasRefused) {
  v1::PtpStats stats = SampleStats();
  EXPECT_EQ(Row(stats, "Authentication"), std::nullopt);
  stats.mutable_authentication()->set_security_parameter_pointer(3);
  stats.mutable_authentication()->set_active_key_id(7);
  EXPECT_EQ(Row(stats, "Authentication"), "spp 3, key 7, not required");
  stats.mutable_authentication()->set_required(true);
  EXPECT_EQ(Row(stats, "Authentication"), "spp 3, key 7, required");
  EXPECT_EQ(Row(stats, "Authentication missing"), std::nullopt);
  stats.mutable_faults()->set_unauthenticated_messages(1);
  stats.mutable_faults()->set_unknown_authentication_keys(2);
  stats.mutable_faults()->set_invalid_authentication(3);
  stats.mutable_faults()->set_replayed_messages(4);
  stats.mutable_faults()->set_excess_messages(5);
  EXPECT_EQ(Row(stats, "Authentication missing"), "1");
  EXPECT_EQ(Row(stats, "Authentication key unknown"), "2");
  EXPECT_EQ(Row(stats, "Authentication invalid"), "3");
  EXPECT_EQ(Row(stats, "Replayed messages"), "4");
  EXPECT_EQ(Row(stats, "Excess messages"), "5");
}

TEST(PtpStatsTable, SurvivesAnEmptyReport) {
  EXPECT_EQ(Row(v1::PtpStats(), "Port state"), "PTP_UNSPECIFIED");
}

}  // namespace
}  // namespace hostctl::cli
