#include "ptpcore/stats/stats_line.h"

#include <time.h>

#include "absl/strings/str_format.h"

namespace ptpcore::stats {
namespace {

constexpr double kSeconds = 1e-9;

std::string FormatTime(int64_t time_ns) {
  constexpr int64_t kSecond = 1'000'000'000;
  int64_t seconds = time_ns / kSecond;
  int64_t rest = time_ns % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  tm utc{};
  const time_t time = seconds;
  gmtime_r(&time, &utc);
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d.%06d", utc.tm_year + 1900, utc.tm_mon + 1,
                         utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, rest / 1000);
}

}  // namespace

std::string StatsHeader() {
  return "# Timestamp, State, Clock ID, One Way Delay, Offset From Master, Slave to Master, "
         "Master to Slave, Observed Drift, Last packet Received, Sequence ID, One Way Delay Mean, "
         "One Way Delay Std Dev, Offset From Master Mean, Offset From Master Std Dev, "
         "Observed Drift Mean, Observed Drift Std Dev, raw delayMS, raw delaySM\n";
}

std::string FormatStatsLine(const StatsLine& l) {
  return absl::StrFormat(
      "%s, %s, %s, % .9f, % .9f, % .9f, % .9f, % .9f, %c, %05d, %.9f, %.0f, %.9f, %.0f, %.0f, "
      "%.0f, % .9f, % .9f\n",
      FormatTime(l.time_ns), l.state, l.clock_id, l.one_way_delay_ns * kSeconds,
      l.offset_ns * kSeconds, l.slave_to_master_ns * kSeconds, l.master_to_slave_ns * kSeconds,
      l.observed_drift_ppb, l.last_packet, l.sequence_id, l.one_way_delay_mean_ns * kSeconds,
      l.one_way_delay_std_dev_ns, l.offset_mean_ns * kSeconds, l.offset_std_dev_ns,
      l.observed_drift_mean_ppb, l.observed_drift_std_dev_ppb, l.raw_master_to_slave_ns * kSeconds,
      l.raw_slave_to_master_ns * kSeconds);
}

}  // namespace ptpcore::stats
