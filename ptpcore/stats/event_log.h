// The newest events, oldest first, in bounded memory.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

namespace ptpcore::stats {

struct Event {
  uint64_t sequence = 0;  // counts from 1
  int64_t time_ns = 0;    // of the disciplined clock
  std::string kind;       // stable word, e.g. STATE_CHANGED
  std::string text;       // in plain words
};

class EventLog {
 public:
  static constexpr size_t kCapacity = 32;

  const Event& Add(int64_t time_ns, std::string kind, std::string text) {
    if (events_.size() == kCapacity) events_.pop_front();
    events_.push_back({++sequence_, time_ns, std::move(kind), std::move(text)});
    return events_.back();
  }
  const std::deque<Event>& events() const { return events_; }

 private:
  uint64_t sequence_ = 0;
  std::deque<Event> events_;
};

}  // namespace ptpcore::stats
