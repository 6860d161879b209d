// The lines of the statistics log `ptpd.stats`, in the layout of ptpd 2.3.1: times
// in seconds with nine decimals, deviations in whole nanoseconds, drift in ppb.
#pragma once

#include <cstdint>
#include <string>

namespace ptpcore::stats {

struct StatsLine {
  int64_t time_ns = 0;   // local time, UTC
  std::string state;     // `slv`, `uncl`, `lstn_init`, ...
  std::string clock_id;  // `000c29fffe1ddaab(unknown)/1`
  double one_way_delay_ns = 0;
  double offset_ns = 0;
  double slave_to_master_ns = 0;
  double master_to_slave_ns = 0;
  double observed_drift_ppb = 0;  // how fast the uncorrected clock gains on the master
  char last_packet = ' ';         // S, D, P; a blank for a change of state
  uint16_t sequence_id = 0;
  double one_way_delay_mean_ns = 0;
  double one_way_delay_std_dev_ns = 0;
  double offset_mean_ns = 0;
  double offset_std_dev_ns = 0;
  double observed_drift_mean_ppb = 0;
  double observed_drift_std_dev_ppb = 0;
  double raw_master_to_slave_ns = 0;
  double raw_slave_to_master_ns = 0;
};

// The first line of the log.
std::string StatsHeader();
// One line, with its end-of-line.
std::string FormatStatsLine(const StatsLine& line);

}  // namespace ptpcore::stats
