#include "ptpcore/stats/stats_line.h"

#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::stats {
namespace {

constexpr int64_t kBillion = 1'000'000'000;

// The numbers are written by hand: printf's conversion of a double to nine decimals costs
// more than everything else that happens with a measurement.

// At least `width` digits, zeros in front.
void AppendDigits(std::string& out, uint64_t value, size_t width) {
  std::array<char, 20> digits;
  size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0 || count < width);
  while (count > 0) out.push_back(digits[--count]);
}

// Whether it can be rounded to an integer.
bool IsOrdinary(double value) {
  return std::abs(value) < 9e18;
}

// As `%.9f` writes the billionth part; `sign_column`: `% .9f`.
void AppendBillionths(std::string& out, double billionths, bool sign_column) {
  if (!IsOrdinary(billionths)) {
    if (sign_column && !std::signbit(billionths)) out.push_back(' ');
    absl::StrAppendFormat(&out, "%.9f", billionths / kBillion);
    return;
  }
  const int64_t value = std::llround(billionths);
  if (value < 0) {
    out.push_back('-');
  } else if (sign_column) {
    out.push_back(' ');
  }
  const auto size = static_cast<uint64_t>(std::abs(value));
  AppendDigits(out, size / kBillion, 1);
  out.push_back('.');
  AppendDigits(out, size % kBillion, 9);
}

// As `%.0f`.
void AppendWhole(std::string& out, double value) {
  if (IsOrdinary(value)) {
    absl::StrAppend(&out, std::llround(value));
  } else {
    absl::StrAppendFormat(&out, "%.0f", value);
  }
}

// The day of the Gregorian calendar, counted from 1970-01-01. A year begins with March
// here, so that the leap day is its last.
void AppendDate(std::string& out, int64_t days) {
  constexpr int64_t kEra = 146'097;  // days in 400 years
  days += 719'468;                   // since 0000-03-01
  const int64_t era = (days >= 0 ? days : days - kEra + 1) / kEra;
  const int64_t day_of_era = days - era * kEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;  // 0 is March
  const int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
  const int64_t year = year_of_era + era * 400 + (month >= 10 ? 1 : 0);
  AppendDigits(out, static_cast<uint64_t>(year), 4);
  out.push_back('-');
  AppendDigits(out, static_cast<uint64_t>(month < 10 ? month + 3 : month - 9), 2);
  out.push_back('-');
  AppendDigits(out, static_cast<uint64_t>(day), 2);
}

// `2021-06-17 17:09:55.780497`. Every 64-bit time lies in the years 1677 to 2262.
void AppendTime(std::string& out, int64_t time_ns) {
  constexpr int64_t kDay = 86'400 * kBillion;
  int64_t days = time_ns / kDay;
  int64_t rest = time_ns % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  AppendDate(out, days);
  const auto microseconds = static_cast<uint64_t>(rest / 1'000);
  const uint64_t seconds = microseconds / 1'000'000;
  out.push_back(' ');
  AppendDigits(out, seconds / 3'600, 2);
  out.push_back(':');
  AppendDigits(out, seconds / 60 % 60, 2);
  out.push_back(':');
  AppendDigits(out, seconds % 60, 2);
  out.push_back('.');
  AppendDigits(out, microseconds % 1'000'000, 6);
}

}  // namespace

std::string StatsHeader() {
  return "# Timestamp, State, Clock ID, One Way Delay, Offset From Master, Slave to Master, "
         "Master to Slave, Observed Drift, Last packet Received, Sequence ID, One Way Delay Mean, "
         "One Way Delay Std Dev, Offset From Master Mean, Offset From Master Std Dev, "
         "Observed Drift Mean, Observed Drift Std Dev, raw delayMS, raw delaySM\n";
}

std::string FormatStatsLine(const StatsLine& l) {
  std::string out;
  out.reserve(320);
  const auto comma = [&] { out += ", "; };
  // Nanoseconds as seconds, with a column for the sign.
  const auto seconds = [&](double ns) {
    comma();
    AppendBillionths(out, ns, /*sign_column=*/true);
  };
  const auto mean_seconds = [&](double ns) {
    comma();
    AppendBillionths(out, ns, /*sign_column=*/false);
  };
  const auto whole = [&](double value) {
    comma();
    AppendWhole(out, value);
  };

  AppendTime(out, l.time_ns);
  comma();
  out += l.state;
  comma();
  out += l.clock_id;
  seconds(l.one_way_delay_ns);
  seconds(l.offset_ns);
  seconds(l.slave_to_master_ns);
  seconds(l.master_to_slave_ns);
  seconds(l.observed_drift_ppb * kBillion);  // in ppb, with as many decimals
  comma();
  out.push_back(l.last_packet);
  comma();
  AppendDigits(out, l.sequence_id, 5);
  mean_seconds(l.one_way_delay_mean_ns);
  whole(l.one_way_delay_std_dev_ns);
  mean_seconds(l.offset_mean_ns);
  whole(l.offset_std_dev_ns);
  whole(l.observed_drift_mean_ppb);
  whole(l.observed_drift_std_dev_ppb);
  seconds(l.raw_master_to_slave_ns);
  seconds(l.raw_slave_to_master_ns);
  out.push_back('\n');
  return out;
}

}  // namespace ptpcore::stats
