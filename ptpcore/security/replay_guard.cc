#include "ptpcore/security/replay_guard.h"

#include <algorithm>
#include <optional>

namespace ptpcore::security {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// After so many intervals, but at least so long, a sender may begin anew.
constexpr int kSilentIntervals = 4;
constexpr int64_t kSilentAtLeastNs = 4 * kSecond;
// Of a sender that does not tell its interval, as in unicast messages.
constexpr int64_t kSilentNs = 10 * kSecond;
constexpr uint16_t kHalfWay = 0x8000;

bool IsWatched(wire::MessageType type) {
  return type == wire::MessageType::kAnnounce || type == wire::MessageType::kSync ||
         type == wire::MessageType::kFollowUp || type == wire::MessageType::kSignaling;
}

std::optional<int64_t> IntervalNs(const wire::Header& header) {
  const int8_t log = header.log_message_interval;
  if (header.type == wire::MessageType::kSignaling || log < -10 || log > 6) return std::nullopt;
  return log >= 0 ? kSecond << log : kSecond >> -log;
}

}  // namespace

bool ReplayGuard::Accept(const wire::Header& header, uint16_t window, int64_t now_ns) {
  if (window == 0 || !IsWatched(header.type)) return true;
  const Stream stream(header.source, header.type);
  const auto known = last_.find(stream);
  if (known == last_.end()) {
    if (last_.size() >= kMost) MakeRoom();
    last_[stream] = {header.sequence_id, now_ns};
    return true;
  }
  Last& last = known->second;
  const int64_t silent_ns = now_ns - last.at_ns;
  const std::optional<int64_t> interval_ns = IntervalNs(header);
  const int64_t forget_ns =
      interval_ns ? std::max(kSilentAtLeastNs, kSilentIntervals * *interval_ns) : kSilentNs;
  if (silent_ns <= forget_ns) {
    const auto ahead = static_cast<uint16_t>(header.sequence_id - last.sequence_id);
    if (ahead == 0 || ahead >= kHalfWay) return false;
    if (interval_ns && ahead > window + silent_ns / *interval_ns) return false;
  }
  last = {header.sequence_id, now_ns};
  return true;
}

void ReplayGuard::MakeRoom() {
  last_.erase(std::min_element(last_.begin(), last_.end(), [](const auto& a, const auto& b) {
    return a.second.at_ns < b.second.at_ns;
  }));
}

}  // namespace ptpcore::security
