// The frequency of a clock that another program steers: it may change at any moment, and
// is known at those when somebody looked. Pure.
#pragma once

#include <chrono>
#include <cmath>
#include <optional>

#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

class LentFrequency {
 public:
  // What was in force since the last Take(): on average, and by how much the clock may have
  // moved otherwise, as nobody knows when between two looks the frequency changed.
  struct Mean {
    double ppb = 0;
    double doubt_ns = 0;
  };

  void See(double ppb, protocol::MonoTime now) {
    if (last_) {
      const double seconds = std::chrono::duration<double>(now - last_->at).count();
      const double middle = (last_->ppb + ppb) / 2;
      moved_ns_ += middle * seconds;  // ppb times seconds are nanoseconds
      doubt_ns_ += std::abs(ppb - middle) * seconds;
      over_s_ += seconds;
    }
    last_ = Look{ppb, now};
  }

  // Nothing before the first See().
  std::optional<Mean> Take() {
    if (!last_) return std::nullopt;
    const Mean mean{over_s_ > 0 ? moved_ns_ / over_s_ : last_->ppb, doubt_ns_};
    moved_ns_ = doubt_ns_ = over_s_ = 0;
    return mean;
  }

 private:
  struct Look {
    double ppb = 0;
    protocol::MonoTime at{};
  };
  std::optional<Look> last_;
  double moved_ns_ = 0;  // since the last Take()
  double doubt_ns_ = 0;
  double over_s_ = 0;
};

}  // namespace ptpcore::engine
