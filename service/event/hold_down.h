// Keeps what flaps from filling the log: of the events of one kind and subject that
// come too often only the first are told, then how many came, and which was the last.
//
//   told      LOST  BACK  LOST  BACK  LOST  FLAPPING_STARTED  ...quiet...  BACK  FLAPPING_ENDED
//
// Pure: time is given. Codes that tell of a state and of its end (lost and back) are
// one kind, so the last word about a subject is always how it is. What people did is
// never held down.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hostctl/v1/event.pb.h"

namespace hostctl::event {

class HoldDown {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Limits {
    // So many of one kind and subject within `window` are told; the next ones are not,
    // until there were none for `quiet`.
    size_t events = 6;
    std::chrono::milliseconds window = std::chrono::seconds(60);
    std::chrono::milliseconds quiet = std::chrono::seconds(60);
    // Subjects that are told apart at a time; further ones are one.
    size_t subjects = 256;
  };

  explicit HoldDown(Limits limits);

  // What is to be told at `now`, as `event` happened: it, that it begins to flap, or nothing.
  std::vector<v1::Event> Take(v1::Event event, TimePoint now);
  // What is to be told at `now`, where it has been quiet for long enough: the last event
  // that was held down, with its own time, then that it is over.
  std::vector<v1::Event> Tick(TimePoint now);
  // When Tick() will have something to tell, unless more events come; nothing: never.
  std::optional<TimePoint> due() const;
  // Ends every hold-down: what Tick() would tell after a long time.
  std::vector<v1::Event> Flush();

 private:
  using Key = std::pair<v1::EventCode, std::string>;
  struct Flow {
    std::deque<TimePoint> times;    // of the newest events, at most Limits::events
    std::optional<v1::Event> last;  // held down; nothing: it does not flap
    uint64_t held = 0;              // events held down, `last` among them
  };

  Flow& FlowOf(const v1::Event& event, TimePoint now);
  static void End(Flow& flow, std::vector<v1::Event>& told);

  const Limits limits_;
  std::map<Key, Flow> flows_;
};

}  // namespace hostctl::event
