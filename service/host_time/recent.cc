#include "service/host_time/recent.h"

namespace hostctl::host_time {

uint64_t Growth::Add(TimePoint now, uint64_t value) {
  const uint64_t by = first_ ? 0 : value >= last_ ? value - last_ : value;
  first_ = false;
  last_ = value;
  if (by > 0) steps_.push_back({now, by});
  sum_ += by;
  while (!steps_.empty() && now - steps_.front().at > window_) {
    sum_ -= steps_.front().by;
    steps_.pop_front();
  }
  return sum_;
}

Lately Recent::Take(Growth::TimePoint now, const Known& known) {
  latest_.engine_restarts = engine_restarts_.Add(now, known.ptp.engine_restarts);
  latest_.firewall_repairs = firewall_repairs_.Add(now, known.ptp.firewall_repairs);
  if (!known.stats.ok()) return latest_;
  const v1::MessageCounters& messages = known.stats->messages();
  const v1::FaultCounters& faults = known.stats->faults();
  latest_.syncs = syncs_.Add(now, messages.sync_received());
  latest_.lost_timestamps = lost_timestamps_.Add(
      now, faults.missing_receive_timestamps() + faults.lost_transmit_timestamps());
  latest_.delay_requests =
      delay_requests_.Add(now, messages.delay_req_sent() + messages.pdelay_req_sent());
  latest_.unanswered_requests = unanswered_requests_.Add(
      now, faults.unanswered_delay_requests() + faults.unanswered_pdelay_requests());
  return latest_;
}

}  // namespace hostctl::host_time
