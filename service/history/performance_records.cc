#include "service/history/performance_records.h"

#include <algorithm>

#include "service/history/measured_value.h"

namespace hostctl::history {
namespace {

// A second straddles the boundary where the clock's seconds are not the steady ones.
constexpr int64_t kEdgeS = 1;

int64_t FloorTo(int64_t value, int64_t step) {
  const int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

bool Synchronized(v1::ClockState state) {
  return state == v1::CLOCK_STATE_LOCKED || state == v1::CLOCK_STATE_HOLDOVER;
}

bool HasSamples(const v1::MeasuredValues& values) {
  return values.has_offset_from_master_ns() || values.has_mean_path_delay_ns();
}

}  // namespace

PerformanceRecords::PerformanceRecords(int64_t period_s, size_t records)
    : period_s_(period_s), records_(records) {}

void PerformanceRecords::Add(const v1::PtpSecond& second) {
  const int64_t time_s = second.time().seconds();
  const int64_t start_s = FloorTo(time_s, period_s_);
  if (newest_first_.empty() || newest_first_.front().record.start_time().seconds() != start_s) {
    newest_first_.emplace_front();
    if (newest_first_.size() > records_) newest_first_.pop_back();
    Open& fresh = newest_first_.front();
    fresh.record.mutable_start_time()->set_seconds(start_s);
    fresh.first_s = time_s;
    fresh.last_number = second.number() - 1;
  }
  Open& open = newest_first_.front();
  open.without_gap = open.without_gap && second.number() == open.last_number + 1;
  open.synchronized = open.synchronized && Synchronized(second.clock_state());
  open.last_s = time_s;
  open.last_number = second.number();
  open.record.set_seconds_observed(open.record.seconds_observed() + 1);
  Merge(second.values(), *open.record.mutable_values());
}

bool PerformanceRecords::Complete(const Open& open) const {
  const int64_t start_s = open.record.start_time().seconds();
  return open.without_gap && open.first_s <= start_s + kEdgeS &&
         open.last_s >= start_s + period_s_ - 1 - kEdgeS;
}

std::vector<v1::PerformanceRecord> PerformanceRecords::Newest(size_t last) const {
  std::vector<v1::PerformanceRecord> records;
  for (const Open& open : newest_first_) {
    if (records.size() == last) break;
    v1::PerformanceRecord record = open.record;
    record.set_index(static_cast<uint32_t>(records.size()));
    record.set_period_complete(!records.empty() && Complete(open));
    record.set_measurement_valid(open.synchronized && HasSamples(record.values()));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace hostctl::history
