#include "ptpcore/protocol/delay_exchange.h"

namespace ptpcore::protocol {

DelayExchange::DelayExchange(uint32_t seed) {
  // The generator's first draws are proportional to its seed; seed_seq mixes it.
  std::seed_seq mixed{seed};
  random_.seed(mixed);
}

void DelayExchange::Start(MonoTime now, int8_t log_interval) {
  Abandon();
  log_interval_ = 0;
  SetLogInterval(log_interval);
  next_request_ = now + DrawInterval(1);
}

void DelayExchange::Stop() {
  Abandon();
  next_request_ = kNever;
}

uint16_t DelayExchange::BeginRequest(MonoTime now) {
  next_request_ = now + DrawInterval(2);
  std::optional<Request>& slot = Slot(++sequence_id_);
  if (slot && !slot->t4_ns) ++unanswered_;
  if (slot && !slot->t3) ++lost_transmit_timestamps_;
  slot = Request{sequence_id_, std::nullopt, std::nullopt, {}};
  return sequence_id_;
}

void DelayExchange::SetLogInterval(int8_t log_interval) {
  if (log_interval >= -7 && log_interval <= 7) log_interval_ = log_interval;
}

std::optional<CompleteDelay> DelayExchange::OnTransmitTimestamp(uint16_t sequence_id,
                                                                LocalTime t3) {
  std::optional<Request>& slot = Slot(sequence_id);
  if (!slot || slot->sequence_id != sequence_id) return std::nullopt;
  slot->t3 = t3;
  return Join(slot);
}

std::optional<CompleteDelay> DelayExchange::OnResponse(uint16_t sequence_id, int64_t t4_ns,
                                                       wire::TimeInterval correction) {
  if (!Expects(sequence_id)) return std::nullopt;
  std::optional<Request>& slot = Slot(sequence_id);
  slot->t4_ns = t4_ns;
  slot->correction = correction;
  return Join(slot);
}

bool DelayExchange::Expects(uint16_t sequence_id) const {
  const std::optional<Request>& slot = under_way_[sequence_id % kUnderWay];
  return slot && slot->sequence_id == sequence_id && !slot->t4_ns;
}

std::optional<CompleteDelay> DelayExchange::Join(std::optional<Request>& slot) {
  if (!slot->t3 || !slot->t4_ns) return std::nullopt;
  const CompleteDelay complete{slot->sequence_id, *slot->t3, *slot->t4_ns, slot->correction};
  slot.reset();
  return complete;
}

Duration DelayExchange::DrawInterval(int intervals) {
  const double fraction = static_cast<double>(random_() - std::minstd_rand::min()) /
                          static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min());
  const auto longest = static_cast<double>((intervals * IntervalFromLog(log_interval_)).count());
  return Duration(static_cast<int64_t>(fraction * longest));
}

}  // namespace ptpcore::protocol
