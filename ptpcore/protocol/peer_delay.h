// The requester's side of the peer delay mechanism: IEEE 1588-2019 11.4 and 9.5.13.
// One request at a time: what was not answered when the next one leaves is lost. The
// transmit timestamp, the response and its follow-up may come in any order, as they
// arrive over different sockets.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// A complete exchange with the neighbour: Pdelay_Req sent by us at `t1` and received by
// the neighbour at `t2`; Pdelay_Resp sent by it at `t3` and received by us at `t4`.
struct CompletePeerDelay {
  // By the neighbour's clock, in nanoseconds of its own epoch.
  struct NeighborTimes {
    int64_t t2_ns = 0;
    int64_t t3_ns = 0;
  };

  uint16_t sequence_id = 0;
  wire::PortIdentity responder;
  LocalTime t1;
  LocalTime t4;
  // Absent where the neighbour only tells how long it took to answer (a one-step
  // response, 11.4.2); that is in the correction then.
  std::optional<NeighborTimes> neighbor;
  wire::TimeInterval correction;  // of Pdelay_Resp and Pdelay_Resp_Follow_Up

  // The time from t2 to t3 and residence times, by the neighbour's clock.
  double turnaround_ns() const;
  // One way over the link. `rate_ratio`: pace of the neighbour's clock over ours.
  double mean_link_delay_ns(double rate_ratio = 1) const;
  // Whether it can be: the answer took no less than no time, and the link not much less.
  bool plausible() const;
};

// What a Pdelay_Resp says. `t2_ns` is 0 where the neighbour does not tell it.
struct PeerResponse {
  uint16_t sequence_id = 0;
  wire::PortIdentity responder;
  bool two_step = true;
  int64_t t2_ns = 0;
  wire::TimeInterval correction;
  LocalTime t4;
};

// What a Pdelay_Resp_Follow_Up says. `t3_ns` as above.
struct PeerFollowUp {
  uint16_t sequence_id = 0;
  wire::PortIdentity responder;
  int64_t t3_ns = 0;
  wire::TimeInterval correction;
};

struct PeerDelayCounters {
  uint64_t unanswered = 0;                // requests without a whole answer
  uint64_t lost_transmit_timestamps = 0;  // requests that were answered, but not timed
  uint64_t multiple_responses = 0;        // requests that more than one port answered
  uint64_t unexpected = 0;                // answers to no request under way, and copies
  uint64_t implausible = 0;               // exchanges whose times contradict each other
};

class PeerDelay {
 public:
  // logMinPdelayReqInterval, -7..7; what is outside is taken as the nearest of these.
  explicit PeerDelay(int8_t log_interval) { SetLogInterval(log_interval); }

  // The first request is due at once.
  void Start(MonoTime now);
  void Stop();
  bool running() const { return next_request_ != kNever; }
  void SetLogInterval(int8_t log_interval);
  int8_t log_interval() const { return log_interval_; }

  // When the next request is due; kNever while stopped.
  MonoTime next_request() const { return next_request_; }
  // Gives up the request under way, begins another and returns its sequenceId.
  uint16_t BeginRequest(MonoTime now);

  // Each returns the exchange when it became complete and is valid: plausible, and with
  // one responder only (see ambiguous()).
  std::optional<CompletePeerDelay> OnTransmitTimestamp(uint16_t sequence_id, LocalTime t1);
  std::optional<CompletePeerDelay> OnResponse(const PeerResponse& response);
  std::optional<CompletePeerDelay> OnFollowUp(const PeerFollowUp& follow_up);

  // Forgets what is under way, e.g. because the clock was stepped under it.
  void Abandon();

  // Requests in a row without a whole answer, up to the one under way.
  int lost_in_a_row() const { return lost_in_a_row_; }
  // Requests in a row that were answered but whose transmit timestamp did not come.
  int untimed_in_a_row() const { return untimed_in_a_row_; }
  // Requests in a row that more than one port answered, with the one under way.
  int multiple_in_a_row() const { return multiple_in_a_row_ + (multiple_ ? 1 : 0); }
  // More than one port answers (11.4.4): something forwards peer delay messages that
  // must not. No exchange is valid until a request had one responder again.
  bool ambiguous() const { return multiple_in_a_row() > 0; }
  const PeerDelayCounters& counters() const { return counters_; }

 private:
  struct Request {
    uint16_t sequence_id = 0;
    std::optional<LocalTime> t1;
    std::optional<PeerResponse> response;
    std::optional<PeerFollowUp> follow_up;
    bool done = false;
  };

  bool Expects(uint16_t sequence_id) const {
    return request_ && request_->sequence_id == sequence_id;
  }
  bool Answered() const;
  void CloseRequest();
  void NoteSecondResponder();
  std::optional<CompletePeerDelay> Join();

  int8_t log_interval_ = 0;
  MonoTime next_request_ = kNever;
  uint16_t sequence_id_ = 0;
  std::optional<Request> request_;
  bool multiple_ = false;  // the request under way was answered by more than one port
  int multiple_in_a_row_ = 0;
  int lost_in_a_row_ = 0;
  int untimed_in_a_row_ = 0;
  PeerDelayCounters counters_;
};

}  // namespace ptpcore::protocol
