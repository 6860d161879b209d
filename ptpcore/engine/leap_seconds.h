// Leap seconds in the engine: reads the list, lets LeapKeeper see the clock over them,
// and tells the protocol's clocks, whose masters and clients have to agree with it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ptpcore/clock/clock.h"
#include "ptpcore/engine/config.h"
#include "ptpcore/engine/leap_keeper.h"
#include "ptpcore/engine/steered_clock.h"
#include "ptpcore/protocol/grandmaster_time.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::engine {

class LeapSeconds {
 public:
  // `clock` must outlive this object. A list that cannot be used is an event, and done
  // without.
  LeapSeconds(clock::Clock& clock, const EngineConfig& config, SteeredClock::OnEvent on_event);

  // `followed`: the protocol's clock whose master steers; null: none is made yet. `all`: it
  // and the others. `synchronized`: our clock is right to the second.
  void Update(const protocol::PtpClock* followed, const std::vector<protocol::PtpClock*>& all,
              bool synchronized, protocol::MonoTime now);
  // Whether the clock is another program's to touch from now on.
  void SetReadOnly(bool read_only) {
    read_only_ = read_only;
    keeper_.SetReadOnly(read_only);
    told_tai_s_.reset();  // it may have been told otherwise
  }
  // When Update() wants to be called.
  protocol::MonoTime NextDeadline() const { return keeper_.NextDeadline(); }

  // At the end of this UTC day: +1, -1 or 0.
  int pending() const {
    return keeper_.phase() == LeapKeeper::Phase::kPending ? keeper_.leap()->leap : 0;
  }

 private:
  void Tell(LeapKeeper::Change change, protocol::PtpClock& clock, protocol::MonoTime now);
  void TellTai(const protocol::TimeProperties& properties);

  clock::Clock& clock_;
  bool read_only_;
  protocol::GrandmasterTime time_;  // as grandmaster
  LeapKeeper keeper_;
  int leaps_passed_ = 0;
  std::optional<int> told_tai_s_;
};

}  // namespace ptpcore::engine
