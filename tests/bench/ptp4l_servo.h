// A model of linuxptp 4's default chain for software timestamps, to compare with:
// a moving median of ten path delays, then the PI servo of pi.c with its defaults
// (kp 0.1, ki 0.001 with software stamps, 0.7 and 0.3 with hardware stamps), which
// waits 0.016 / ki seconds, at most 1000, before it trusts its first frequency.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

class Ptp4lServo : public Servo {
 public:
  explicit Ptp4lServo(bool hardware_stamps, double max_frequency_ppb = 900'000)
      : kp_scale_(hardware_stamps ? 0.7 : 0.1),
        ki_scale_(hardware_stamps ? 0.3 : 0.001),
        kp_exponent_(hardware_stamps ? -0.3 : 0),
        ki_exponent_(hardware_stamps ? 0.4 : 0),
        max_ppb_(max_frequency_ppb) {}

  void Reset(double frequency_ppb, bool may_step) override {
    drift_ppb_ = -frequency_ppb;
    may_step_ = may_step;
    samples_ = 0;
    delays_ = 0;
  }

  Command OnSync(const OneWay& sync) override {
    last_sync_ = Flight(sync.local_ns, sync.master_ns, sync.correction_ns);
    synced_ = true;
    if (delays_ == 0) return {};
    const double offset = last_sync_ - estimate_.mean_path_delay_ns;
    estimate_.offset_ns = offset;
    return Sample(offset, sync.local_ns);
  }

  Command OnDelay(const OneWay& request) override {
    if (!synced_) return {};
    const double to_master = Flight(request.master_ns, request.local_ns, request.correction_ns);
    delay_[delays_++ % delay_.size()] = (last_sync_ + to_master) / 2;
    std::array<double, 10> sorted = delay_;
    const size_t count = std::min(delays_, sorted.size());
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
    estimate_.mean_path_delay_ns = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    estimate_.delay_known = true;
    return {};
  }

  const Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "ptp4l"; }

 private:
  static double Flight(int64_t received, int64_t sent, double correction) {
    return static_cast<double>(received - sent) - correction;
  }

  // pi_sample(): two samples give the frequency, then proportional and integral.
  Command Sample(double offset, int64_t local_ns) {
    Command command;
    const double interval = 1;  // of the worlds measured here
    const double kp = std::min(kp_scale_ * std::pow(interval, kp_exponent_), 0.7 / interval);
    const double ki = std::min(ki_scale_ * std::pow(interval, ki_exponent_), 0.3 / interval);
    if (samples_ == 0) {
      first_offset_ = offset;
      first_local_ns_ = local_ns;
      samples_ = 1;
      return command;
    }
    if (samples_ == 1) {
      const double seconds = static_cast<double>(local_ns - first_local_ns_) * 1e-9;
      if (seconds < std::min(0.016 / ki, 1'000.0)) return command;
      drift_ppb_ += (1e9 - drift_ppb_) * (offset - first_offset_) / (seconds * 1e9);
      drift_ppb_ = std::clamp(drift_ppb_, -max_ppb_, max_ppb_);
      samples_ = 2;
      command.frequency_ppb = -drift_ppb_;
      if (may_step_ && std::abs(offset) > 20'000) command.step_ns = -std::llround(offset);
      may_step_ = false;
      estimate_.calibrated = true;
      return command;
    }
    const double ki_term = ki * offset;
    const double ppb = std::clamp(kp * offset + drift_ppb_ + ki_term, -max_ppb_, max_ppb_);
    if (std::abs(ppb) < max_ppb_) drift_ppb_ += ki_term;
    command.frequency_ppb = -ppb;
    return command;
  }

  double kp_scale_;
  double ki_scale_;
  double kp_exponent_;
  double ki_exponent_;
  double max_ppb_;

  Estimate estimate_;
  bool may_step_ = true;
  bool synced_ = false;
  double last_sync_ = 0;
  std::array<double, 10> delay_{};
  size_t delays_ = 0;
  int samples_ = 0;
  double first_offset_ = 0;
  int64_t first_local_ns_ = 0;
  double drift_ppb_ = 0;
};

}  // namespace ptpcore::servo
