#include "ptpcore/protocol/peer_delay.h"

#include <algorithm>
#include <limits>

namespace ptpcore::protocol {
namespace {

constexpr int8_t kLowestLog = -7;
constexpr int8_t kHighestLog = 7;

// No link takes longer, nor do two clocks that are not paced alike make a link look
// more negative: their greatest difference in pace, and the error of hardware stamps.
constexpr double kLongestLink_ns = 1e9;
constexpr double kLongestTurnaround_ns = 1e12;
constexpr double kGreatestPace = 1e-3;
constexpr double kStampError_ns = 1'000;

// a - b; whole timestamps are too long for a double. What overflows is nonsense and is
// found to be implausible.
double Difference(int64_t a, int64_t b) {
  int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) return std::numeric_limits<double>::infinity();
  return static_cast<double>(difference);
}

void Count(int& in_a_row) {
  if (in_a_row < std::numeric_limits<int>::max()) ++in_a_row;
}

}  // namespace

double CompletePeerDelay::turnaround_ns() const {
  const double told = neighbor ? Difference(neighbor->t3_ns, neighbor->t2_ns) : 0;
  return told + correction.nanoseconds();
}

double CompletePeerDelay::mean_link_delay_ns(double rate_ratio) const {
  return (Difference(t4.ns, t1.ns) * rate_ratio - turnaround_ns()) / 2;
}

bool CompletePeerDelay::plausible() const {
  const double took = turnaround_ns();
  const double link = mean_link_delay_ns();
  return took >= -kStampError_ns && took <= kLongestTurnaround_ns &&
         link >= -(kStampError_ns + kGreatestPace * took) && link <= kLongestLink_ns;
}

void PeerDelay::Start(MonoTime now) {
  Abandon();
  multiple_in_a_row_ = lost_in_a_row_ = untimed_in_a_row_ = 0;
  next_request_ = now;
}

void PeerDelay::Stop() {
  Abandon();
  next_request_ = kNever;
}

void PeerDelay::SetLogInterval(int8_t log_interval) {
  log_interval_ = std::clamp(log_interval, kLowestLog, kHighestLog);
}

void PeerDelay::Abandon() {
  request_.reset();
  multiple_ = false;
}

uint16_t PeerDelay::BeginRequest(MonoTime now) {
  CloseRequest();
  // Counted from when it was due, so that a late timer does not add up.
  next_request_ = next_request_ == kNever ? now : next_request_;
  next_request_ += IntervalFromLog(log_interval_);
  if (next_request_ <= now) next_request_ = now + IntervalFromLog(log_interval_);
  request_ = Request{++sequence_id_, std::nullopt, std::nullopt, std::nullopt, false};
  return sequence_id_;
}

bool PeerDelay::Answered() const {
  return request_->response && (!request_->response->two_step || request_->follow_up);
}

void PeerDelay::CloseRequest() {
  if (!request_) return;
  if (!Answered()) {
    ++counters_.unanswered;
    Count(lost_in_a_row_);
  } else {
    lost_in_a_row_ = 0;
    if (!request_->t1) {
      ++counters_.lost_transmit_timestamps;
      Count(untimed_in_a_row_);
    }
  }
  if (multiple_) {
    Count(multiple_in_a_row_);
  } else if (request_->response) {
    multiple_in_a_row_ = 0;
  }
  Abandon();
}

void PeerDelay::NoteSecondResponder() {
  if (!multiple_) ++counters_.multiple_responses;
  multiple_ = true;
}

std::optional<CompletePeerDelay> PeerDelay::OnTransmitTimestamp(uint16_t sequence_id,
                                                                LocalTime t1) {
  if (!Expects(sequence_id) || request_->t1) return std::nullopt;
  request_->t1 = t1;
  untimed_in_a_row_ = 0;
  return Join();
}

std::optional<CompletePeerDelay> PeerDelay::OnResponse(const PeerResponse& response) {
  if (!Expects(response.sequence_id)) {
    ++counters_.unexpected;
    return std::nullopt;
  }
  if (request_->response) {
    if (request_->response->responder == response.responder) {
      ++counters_.unexpected;  // the network delivered it twice
    } else {
      NoteSecondResponder();
    }
    return std::nullopt;
  }
  request_->response = response;
  return Join();
}

std::optional<CompletePeerDelay> PeerDelay::OnFollowUp(const PeerFollowUp& follow_up) {
  if (!Expects(follow_up.sequence_id)) {
    ++counters_.unexpected;
    return std::nullopt;
  }
  const bool stranger = request_->response && request_->response->responder != follow_up.responder;
  if (stranger) {
    NoteSecondResponder();
    return std::nullopt;
  }
  if (request_->follow_up) {
    if (request_->follow_up->responder == follow_up.responder) {
      ++counters_.unexpected;
    } else {
      NoteSecondResponder();
    }
    return std::nullopt;
  }
  request_->follow_up = follow_up;
  return Join();
}

std::optional<CompletePeerDelay> PeerDelay::Join() {
  if (request_->done || !request_->t1 || !request_->response) return std::nullopt;
  const PeerResponse& response = *request_->response;
  const auto& follow_up = request_->follow_up;
  if (follow_up && follow_up->responder != response.responder) {
    NoteSecondResponder();
    request_->follow_up.reset();  // room for that of the responder itself
  }
  if (response.two_step && !request_->follow_up) return std::nullopt;
  request_->done = true;

  CompletePeerDelay complete;
  complete.sequence_id = request_->sequence_id;
  complete.responder = response.responder;
  complete.t1 = *request_->t1;
  complete.t4 = response.t4;
  complete.correction = response.correction;
  if (response.two_step) {
    complete.correction = wire::SaturatingAdd(response.correction, follow_up->correction);
    // 11.4.2: zero where the neighbour tells the difference of both in the correction.
    if (response.t2_ns != 0 || follow_up->t3_ns != 0) {
      complete.neighbor = CompletePeerDelay::NeighborTimes{response.t2_ns, follow_up->t3_ns};
    }
  }
  if (ambiguous()) return std::nullopt;
  if (!complete.plausible()) {
    ++counters_.implausible;
    return std::nullopt;
  }
  return complete;
}

}  // namespace ptpcore::protocol
