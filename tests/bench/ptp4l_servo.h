// A model of linuxptp 4's default chain, to compare with: a moving median of ten path
// delays, then the PI servo of pi.c with its defaults (kp 0.1, ki 0.001 with software
// stamps, 0.7 and 0.3 with hardware stamps), which waits 0.016 / ki seconds, at most
// 1000, before it trusts its first frequency.
//
// Not modelled: the time until the port listens to the master, and what follows the
// first step; the real one takes about 60 s to converge where this takes 17 s.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "median_delay.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::bench {

class Ptp4lServo : public servo::Servo {
 public:
  Ptp4lServo(bool hardware_stamps, double interval_s)
      : kp_(std::min(hardware_stamps ? 0.7 * std::pow(interval_s, -0.3) : 0.1, 0.7 / interval_s)),
        ki_(std::min(hardware_stamps ? 0.3 * std::pow(interval_s, 0.4) : 0.001, 0.3 / interval_s)) {
  }

  void Reset(double, bool) override {}

  servo::Command OnSync(const servo::OneWay& sync) override {
    const std::optional<double> offset = path_.OnSync(sync);
    return offset ? Sample(*offset, sync.local_ns) : servo::Command();
  }
  servo::Command OnDelay(const servo::OneWay& request) override {
    path_.OnDelay(request);
    return {};
  }

  const servo::Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "ptp4l"; }

 private:
  static constexpr double kMaxPpb = 900'000;

  // pi_sample(): two samples give the frequency, then proportional and integral.
  servo::Command Sample(double offset, int64_t local_ns) {
    servo::Command command;
    if (samples_ == 0) {
      first_offset_ = offset;
      first_local_ns_ = local_ns;
      samples_ = 1;
      return command;
    }
    if (samples_ == 1) {
      const double seconds = static_cast<double>(local_ns - first_local_ns_) * 1e-9;
      if (seconds < std::min(0.016 / ki_, 1'000.0)) return command;
      drift_ppb_ += (1e9 - drift_ppb_) * (offset - first_offset_) / (seconds * 1e9);
      drift_ppb_ = std::clamp(drift_ppb_, -kMaxPpb, kMaxPpb);
      samples_ = 2;
      command.frequency_ppb = -drift_ppb_;
      if (std::abs(offset) > 20'000) {
        command.step_ns = -std::llround(offset);
        path_.Stepped();
      }
      return command;
    }
    const double ki_term = ki_ * offset;
    const double ppb = std::clamp(kp_ * offset + drift_ppb_ + ki_term, -kMaxPpb, kMaxPpb);
    if (std::abs(ppb) < kMaxPpb) drift_ppb_ += ki_term;
    command.frequency_ppb = -ppb;
    return command;
  }

  double kp_;
  double ki_;
  servo::Estimate estimate_;
  MedianDelay path_;
  int samples_ = 0;
  double first_offset_ = 0;
  int64_t first_local_ns_ = 0;
  double drift_ppb_ = 0;
};

}  // namespace ptpcore::bench
