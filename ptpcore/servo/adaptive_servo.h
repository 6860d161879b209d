// The default servo: packet selection, flights to a common time axis, estimator, step
// policy, controller. Bounded memory, nothing allocated per measurement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/servo/acquisition.h"
#include "ptpcore/servo/controller.h"
#include "ptpcore/servo/estimator.h"
#include "ptpcore/servo/frequency_guard.h"
#include "ptpcore/servo/link_estimator.h"
#include "ptpcore/servo/lock_monitor.h"
#include "ptpcore/servo/packet_selector.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

class AdaptiveServo : public Servo {
 public:
  explicit AdaptiveServo(const ServoConfig& config);

  void Reset(double frequency_ppb, bool may_step) override;
  Command OnSync(const OneWay& sync) override;
  Command OnDelay(const OneWay& delay_req) override;
  Command OnPeerDelay(const PeerExchange& exchange) override;
  Command OnSilence(int64_t local_ns) override;
  void Lend() override;
  void NoteFrequency(double mean_ppb, double doubt_ns) override;
  void TakeBack() override;
  const Estimate& estimate() const override { return estimate_; }
  Holdover PredictHoldover(int64_t local_ns) const override;
  std::string name() const override { return "adaptive"; }

 private:
  enum class Hand { kSteers, kLent, kTakesBack };

  // A flight relative to the servo's zero of offset.
  struct Flight {
    double elapsed_s = 0;  // uncorrected local time since the last one taken in
    double flight_ns = 0;
  };

  // Drops what the flights around it tell better.
  Command Select(PacketSelector& selector, const OneWay& measured, Direction direction);
  std::optional<Flight> Place(const OneWay& measured, Direction direction);
  Command See(const OneWay& measured, Direction direction);
  Command Act();
  // Tells estimator or acquisition what the link's delay is, where it is measured.
  void UseLink();
  void Restart();
  // Uncorrected time that passes while the local clock goes on by `local_ns`.
  double Elapsed(int64_t local_ns) const;
  // The error of the clock, `after_s` from now without measurements.
  Holdover Foresee(double after_s) const;
  // Fills in how sure the estimate is.
  void Explain(const Estimator::Seen& seen);
  // Local minus master, without the loss that a double has over decades.
  double Offset() const;

  ServoConfig config_;
  Controller controller_;
  Estimator estimator_;
  PacketSelector syncs_{Direction::kFromMaster};
  PacketSelector delays_{Direction::kToMaster};
  LinkEstimator link_;  // outlives the masters
  Acquisition acquisition_;
  LockMonitor lock_;
  FrequencyGuard guard_;
  Estimate estimate_;

  Hand hand_ = Hand::kSteers;
  double most_slew_ppb_ = 0;  // while it takes the clock back
  bool may_step_ = true;
  bool believed_ = true;        // the master's frequency, see FrequencyGuard
  bool started_ = false;        // a measurement was seen: the zeros are valid
  bool acquired_ = false;       // the estimator runs
  int jumps_ = 0;               // measurements in a row that lie absurdly far off
  int64_t zero_offset_ns_ = 0;  // estimator's offset 0 is this much local - master
  int64_t local_ns_ = 0;        // time of the state, local clock
  double acquisition_s_ = 0;    // time since the first measurement
  std::optional<int64_t> last_sync_ns_;
  double sync_interval_s_ = 1;
};

}  // namespace ptpcore::servo
