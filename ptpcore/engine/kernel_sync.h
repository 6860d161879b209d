// Keeps the kernel's own word on whether its clock is right (adjtimex(2): STA_UNSYNC,
// maxerror, esterror) what the engine knows. Programs read it there (`timedatectl`, databases
// that stamp transactions), and a kernel that is right keeps the RTC.
#pragma once

#include <optional>

#include "ptpcore/clock/clock.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

class KernelSync {
 public:
  // `clock` must outlive this object.
  explicit KernelSync(clock::Clock& clock) : clock_(clock) {}

  // Whether the kernel is to be told now: on a change, and every second while `right`. Of a
  // clock that was never right nothing is said: who adjusted it before us may have known.
  bool Wants(bool right, protocol::MonoTime now) const;
  // `error`: how right the clock is; absent: it is not, or nobody knows.
  void Tell(const std::optional<clock::ClockError>& error, protocol::MonoTime now);
  // Another program has the clock from now on, and the say about it.
  void Leave();
  // When it is to be told again.
  protocol::MonoTime NextDeadline() const { return next_; }

 private:
  clock::Clock& clock_;
  bool told_right_ = false;
  protocol::MonoTime next_ = protocol::MonoTime::max();
};

}  // namespace ptpcore::engine
