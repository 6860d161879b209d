// Whether the engine hangs: its process lives and answers nobody. Whoever asks it tells
// here how that went; the questions are its heartbeat.
//
//   heartbeat.Answered();                 // or
//   heartbeat.Silent(pid, now);
//   if (heartbeat.Hangs(pid)) ...    // end it: nothing else will
//
// Time in which nobody asked does not count: a host that slept for an hour wakes with a
// working engine.
#pragma once

#include <sys/types.h>

#include <chrono>

namespace hostctl::reconcile {

class Heartbeat {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // So long a loaded host may keep its engine from answering, and so many questions in
  // a row.
  static constexpr std::chrono::seconds kPatience{10};
  static constexpr int kLeastAsked = 3;
  // Questions further apart than this are not in a row. Each is given up after two
  // seconds, and there is one every second.
  static constexpr std::chrono::seconds kInARow{5};

  void Answered() { asked_ = 0; }
  // The process `pid` has not answered a question, which was given up at `now`.
  void Silent(pid_t pid, TimePoint now) {
    if (asked_ == 0 || pid != pid_ || now - last_ > kInARow) {
      asked_ = 0;
      first_ = now;
    }
    pid_ = pid;
    last_ = now;
    ++asked_;
  }
  bool Hangs(pid_t pid) const {
    return pid == pid_ && asked_ >= kLeastAsked && last_ - first_ >= kPatience;
  }

 private:
  int asked_ = 0;  // in a row, without an answer
  pid_t pid_ = 0;
  TimePoint first_, last_;
};

}  // namespace hostctl::reconcile
