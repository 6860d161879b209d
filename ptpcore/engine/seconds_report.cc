#include "ptpcore/engine/seconds_report.h"

#include <algorithm>
#include <limits>

#include "ptpcore/engine/report.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

constexpr int64_t kSecondNs = 1'000'000'000;

void SetValue(const stats::Moments& moments, v1::MeasuredValue* out) {
  out->set_samples(moments.count());
  out->set_minimum(moments.minimum());
  out->set_maximum(moments.maximum());
  out->set_mean(moments.mean());
  out->set_std_dev(moments.std_dev());
}

v1::MeasuredValue* FieldOf(stats::Quantity quantity, v1::MeasuredValues& values) {
  switch (quantity) {
    case stats::Quantity::kOffsetFromMasterNs:
      return values.mutable_offset_from_master_ns();
    case stats::Quantity::kMeanPathDelayNs:
      return values.mutable_mean_path_delay_ns();
    case stats::Quantity::kMasterSlaveDelayNs:
      return values.mutable_master_slave_delay_ns();
    case stats::Quantity::kSlaveMasterDelayNs:
      return values.mutable_slave_master_delay_ns();
    case stats::Quantity::kFrequencyCorrectionPpb:
      break;
  }
  return values.mutable_frequency_correction_ppb();
}

}  // namespace

hostctl::engine::v1::GetSecondsResponse MakeSeconds(const PtpEngine& engine, uint64_t after) {
  hostctl::engine::v1::GetSecondsResponse out;
  if (engine.clock() == nullptr) return out;
  // What no second can be after is after every second.
  const auto newest_known = static_cast<int64_t>(
      std::min(after, static_cast<uint64_t>(std::numeric_limits<int64_t>::max() - 1)));
  const int64_t now_ns = engine.time().monotonic_ns();
  const int64_t ahead_ns = engine.clock()->NowNs() - now_ns;  // of the clock, on CLOCK_MONOTONIC
  const OrdinaryClock* clock = engine.ordinary_clock();
  for (const stats::MeasuredSecond& second : engine.seconds().Since(newest_known, now_ns)) {
    v1::PtpSecond& to = *out.add_seconds();
    to.set_number(static_cast<uint64_t>(second.number));
    SetTime(second.number * kSecondNs + ahead_ns, to.mutable_time());
    to.set_port_state(clock == nullptr ? v1::PORT_STATE_INITIALIZING
                                       : static_cast<v1::PortState>(clock->port().state()));
    to.set_clock_state(clock == nullptr ? v1::CLOCK_STATE_FREE_RUNNING
                                        : ToProto(clock->status().state()));
    const double bound_ns = clock == nullptr ? 0 : clock->Uncertainty().bound_95_ns;
    if (bound_ns > 0) to.set_bound_95_ns(bound_ns);
    to.mutable_values();
    for (size_t i = 0; i < stats::kQuantities; ++i) {
      if (second.values[i].count() == 0) continue;
      SetValue(second.values[i], FieldOf(static_cast<stats::Quantity>(i), *to.mutable_values()));
    }
  }
  return out;
}

}  // namespace ptpcore::engine
