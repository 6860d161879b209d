// What the classic servos (`pi`, `linreg`) have in common: the same start and step
// policy as the default servo, a moving median of the path delay, and residuals to
// tell how well it goes. They differ in what they make of a series of offsets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ptpcore/servo/acquisition.h"
#include "ptpcore/servo/lock_monitor.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

// From a series of measured offsets to a frequency.
class Loop {
 public:
  struct Sample {
    double elapsed_s = 0;  // uncorrected local time since the last sample
    double offset_ns = 0;  // local minus master
    double interval_s = 1;
    double correction_ppb = 0;  // has been in force since the last sample
  };

  virtual ~Loop() = default;
  // The oscillator, uncorrected, runs `rate_ppb` fast; the last sample was at zero.
  virtual void Start(double rate_ppb) = 0;
  // The clock's offset was changed by this much at the time of the last sample.
  virtual void Shift(double by_ns) = 0;
  // The correction wanted from now on; the caller limits it to +- max_ppb and the
  // loop must know of the limit to not wind up.
  virtual double Next(const Sample& sample, double max_ppb) = 0;
  // The believed rate of the uncorrected oscillator.
  virtual double rate_ppb() const = 0;
  virtual std::string name() const = 0;
};

class ClassicServo : public Servo {
 public:
  ClassicServo(const ServoConfig& config, std::unique_ptr<Loop> loop);

  void Reset(double frequency_ppb, bool may_step) override;
  Command OnSync(const OneWay& sync) override;
  Command OnDelay(const OneWay& delay_req) override;
  Command OnPeerDelay(const PeerExchange& exchange) override;
  Command OnSilence(int64_t local_ns) override;
  const Estimate& estimate() const override { return estimate_; }
  Holdover PredictHoldover(int64_t local_ns) const override;
  std::string name() const override { return loop_->name(); }

 private:
  static constexpr size_t kDelays = 10;  // of the moving median, as in linuxptp

  // The flight relative to the zero of offset, or nothing when it makes no sense.
  std::optional<double> Flight(const OneWay& measured, Direction direction);
  void Restart();
  Command Acquire(const Acquisition::Fit& fit);
  Command Steer(double offset_ns, double elapsed_s);
  Command Step(Command command, double offset_ns);
  void LearnDelay(double delay_ns);
  void Explain(double residual_ns);
  double Seconds(int64_t from_ns, int64_t to_ns) const;

  ServoConfig config_;
  double max_ppb_;
  std::unique_ptr<Loop> loop_;
  Acquisition acquisition_;
  LockMonitor lock_;
  Estimate estimate_;

  bool may_step_ = true;
  bool started_ = false;
  bool acquired_ = false;
  int jumps_ = 0;
  int64_t zero_offset_ns_ = 0;
  int64_t start_ns_ = 0;
  std::optional<int64_t> last_sync_ns_;
  double last_flight_ns_ = 0;  // of the last Sync
  double interval_s_ = 1;
  std::array<double, kDelays> delay_{};
  size_t delays_ = 0;
  double mean_square_ns2_ = 0;  // of the recent residuals
  double rate_doubt_ppb_ = 0;   // how much the correction moved lately
};

std::unique_ptr<Servo> NewPiServo(const ServoConfig& config);
std::unique_ptr<Servo> NewLinregServo(const ServoConfig& config);

}  // namespace ptpcore::servo
