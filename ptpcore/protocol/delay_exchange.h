// The client's side of delay request-response: IEEE 1588-2019 11.3 and 9.5.11.
// A few requests may be under way at once, as the random interval may be short;
// the transmit timestamp and the answer of each may come in either order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// A complete exchange: sent by us at `t3`, received by the master at `t4` (its
// timescale); `correction` is that of the Delay_Resp.
struct CompleteDelay {
  uint16_t sequence_id = 0;
  LocalTime t3;
  int64_t t4_ns = 0;
  wire::TimeInterval correction;
};

class DelayExchange {
 public:
  // Neighbouring seeds (of a rack of clients) give unrelated times.
  explicit DelayExchange(uint32_t seed);

  // Starts with a new master, whose own interval is not known yet (as SetLogInterval): the
  // first request follows within one interval.
  void Start(MonoTime now, int8_t log_interval = 0);
  // No master: no requests.
  void Stop();
  bool running() const { return next_request_ != kNever; }

  // When the next request is due; kNever while stopped.
  MonoTime next_request() const { return next_request_; }
  // Begins a request, and schedules the next after a time drawn evenly from 0 to
  // twice the mean interval (9.5.11.2). Returns its sequenceId.
  uint16_t BeginRequest(MonoTime now);

  // logMinDelayReqInterval as the master's Delay_Resp states it; what is outside
  // -7..7 is ignored.
  void SetLogInterval(int8_t log_interval);
  int8_t log_interval() const { return log_interval_; }

  std::optional<CompleteDelay> OnTransmitTimestamp(uint16_t sequence_id, LocalTime t3);
  std::optional<CompleteDelay> OnResponse(uint16_t sequence_id, int64_t t4_ns,
                                          wire::TimeInterval correction);
  // Whether a response with this sequenceId would belong to a request under way.
  bool Expects(uint16_t sequence_id) const;

  // Forgets what is under way, e.g. because the clock was stepped under it.
  void Abandon() { under_way_ = {}; }

  // Requests whose answer had not come kUnderWay requests later.
  uint64_t unanswered() const { return unanswered_; }
  // Requests whose transmit timestamp had not come kUnderWay requests later.
  uint64_t lost_transmit_timestamps() const { return lost_transmit_timestamps_; }

 private:
  static constexpr size_t kUnderWay = 4;
  struct Request {
    uint16_t sequence_id = 0;
    std::optional<LocalTime> t3;
    std::optional<int64_t> t4_ns;
    wire::TimeInterval correction;
  };

  Duration DrawInterval(int intervals);
  // The slot of the request with this sequenceId.
  std::optional<Request>& Slot(uint16_t sequence_id) { return under_way_[sequence_id % kUnderWay]; }
  static std::optional<CompleteDelay> Join(std::optional<Request>& slot);

  std::minstd_rand random_;  // spreads load among clients; needs no more quality than that
  int8_t log_interval_ = 0;
  MonoTime next_request_ = kNever;
  uint16_t sequence_id_ = 0;
  std::array<std::optional<Request>, kUnderWay> under_way_;
  uint64_t unanswered_ = 0;
  uint64_t lost_transmit_timestamps_ = 0;
};

}  // namespace ptpcore::protocol
