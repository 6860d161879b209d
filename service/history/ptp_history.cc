#include "service/history/ptp_history.h"

#include <algorithm>

namespace hostctl::history {
namespace {

bool Wants(const v1::GetPtpHistoryRequest& request, v1::HistoryPeriod period) {
  return request.periods().empty() || std::find(request.periods().begin(), request.periods().end(),
                                                period) != request.periods().end();
}

}  // namespace

void PtpHistory::Add(const v1::PtpSecond& second) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!seconds_.empty() && second.number() <= seconds_.back().number()) return;
  seconds_.push_back(second);
  if (seconds_.size() > kSeconds) seconds_.pop_front();
  quarter_hours_.Add(second);
  days_.Add(second);
}

uint64_t PtpHistory::newest() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return seconds_.empty() ? 0 : seconds_.back().number();
}

v1::PtpHistory PtpHistory::Get(const v1::GetPtpHistoryRequest& request) const {
  const size_t last = request.last() == 0 ? kSeconds : request.last();
  v1::PtpHistory history;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (Wants(request, v1::HISTORY_PERIOD_SECOND)) {
    const size_t skipped = seconds_.size() - std::min(seconds_.size(), last);
    for (size_t i = skipped; i < seconds_.size(); ++i) *history.add_seconds() = seconds_[i];
  }
  if (Wants(request, v1::HISTORY_PERIOD_QUARTER_HOUR)) {
    for (auto& record : quarter_hours_.Newest(last)) *history.add_quarter_hours() = record;
  }
  if (Wants(request, v1::HISTORY_PERIOD_DAY)) {
    for (auto& record : days_.Newest(last)) *history.add_days() = record;
  }
  return history;
}

}  // namespace hostctl::history
