// Drives a servo through a simulated world, message by message, as the engine
// would; the truth is known, so the result is the true error of the clock.
//
//   ServoRun run(FindWorld("lan"), *NewServo({}), /*seed=*/1);
//   run.RunUntil(2'000);
//   EXPECT_LT(run.Rms(1'000), 130);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "ptpcore/servo/servo.h"
#include "ptpcore/sim/disciplined_clock.h"
#include "ptpcore/sim/worlds.h"

namespace ptpcore::sim {

class ServoRun {
 public:
  // One look at the truth, four per Sync interval.
  struct Truth {
    double at_s = 0;
    double offset_ns = 0;  // local minus master
    bool calibrated = false;
    double estimated_ns = 0;
  };

  // The servo must outlive the run. The messages' random numbers and those of the
  // oscillator are independent: all servos meet the same network.
  ServoRun(const World& world, servo::Servo& servo, uint64_t seed);

  // Goes on until this much true time has passed since the start.
  void RunUntil(double seconds);

  // The world may be changed while time stands still: another route, load, loss.
  World& world() { return world_; }
  DisciplinedClock& clock() { return clock_; }
  // The master's clock jumps; its time is the truth from then on.
  void MasterJumps(int64_t by_ns) { master_offset_ns_ += by_ns; }
  void SetDelaysSent(bool sent) { delays_sent_ = sent; }

  // Which of the Syncs that arrive the program makes use of; all of them when it is
  // empty. Asked once each, in the order of arrival: how long the Sync took, and by
  // which link its Follow_Up comes.
  using SyncFilter = std::function<bool(double took_ns, const LinkModel& link)>;
  void SetSyncFilter(SyncFilter filter) { sync_filter_ = std::move(filter); }

  double now_s() const { return static_cast<double>(clock_.now_ns()) * 1e-9; }
  // Local clock minus master; a lying master's lie does not count as time.
  double Offset() const { return clock_.TrueOffset() - static_cast<double>(master_offset_ns_); }
  const std::vector<Truth>& truth() const { return truth_; }
  int64_t steps() const { return steps_; }
  int64_t backward_steps() const { return backward_steps_; }
  double largest_frequency_ppb() const { return largest_frequency_ppb_; }

  // Root mean square of the true offset from `from_s` to now.
  double Rms(double from_s) const;
  // The time from which on the true offset stayed within `near_ns`, looking at
  // everything from `from_s` on; relative to `from_s`.
  double ConvergedAfter(double near_ns, double from_s = 0) const;

 private:
  enum class Kind {
    kSyncSent,
    kSyncArrived,
    kDelaySent,
    kDelayArrived,
    kDelayAnswered,
    kPeerAsked,
    kPeerAnswers,
    kPeerAnswered,
    kLook,
    kIncident,
    kLieEnds
  };
  struct Event {
    int64_t at_ns = 0;
    int64_t planned_at_ns = 0;
    uint64_t order = 0;  // equal times happen in the order they were planned
    Kind kind = Kind::kLook;
    servo::OneWay flight;
    servo::PeerExchange peer;
    int64_t epoch = 0;  // steps before the flight began
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
    }
  };

  void Plan(double in_ns, Kind kind, const servo::OneWay& flight = {}, int64_t epoch = 0);
  void Plan(double in_ns, Kind kind, const servo::PeerExchange& peer, int64_t epoch);
  void Handle(const Event& event);
  void HandlePeer(const Event& event);
  void Happen(const Incident& incident);
  void Obey(const servo::Command& command);
  bool IsUsed(const Event& sync) const;
  int64_t MasterTime() const;
  int64_t NeighborTime() const;

  World world_;
  servo::Servo& servo_;
  Random random_;
  DisciplinedClock clock_;
  int64_t master_offset_ns_ = 0;
  double ramp_ppb_ = 0;  // what a lying master gains
  int64_t ramp_since_ns_ = 0;
  size_t next_incident_ = 0;
  bool delays_sent_ = true;
  SyncFilter sync_filter_;
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  uint64_t planned_ = 0;
  std::vector<Truth> truth_;
  int64_t steps_ = 0;
  int64_t backward_steps_ = 0;
  double largest_frequency_ppb_ = 0;
};

}  // namespace ptpcore::sim
