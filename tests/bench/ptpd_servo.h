// A model of ptpd 2.3.1 with its defaults, as a client of ptp4l in clknetsim, to compare
// with (src/dep/servo.c, src/dep/net.c): the path delay runs through an exponential
// filter that stiffens to 2^6 samples, the offset through the mean of two, then a PI
// controller with kp 0.1 and ki 0.001; offsets below one second are slewed at 512 ppm at
// most, so the start takes long.
//
// All of it is linear. What is not, and makes the figures what they are, happens before:
// most Syncs are never used (follow_up_race.h).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "median_delay.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::bench {

class PtpdServo : public servo::Servo {
 public:
  explicit PtpdServo(double interval_s) : interval_s_(interval_s) {}

  void Reset(double, bool) override {}

  servo::Command OnSync(const servo::OneWay& sync) override {
    last_sync_ns_ = Flight(sync.local_ns, sync.master_ns, sync.correction_ns);
    synced_ = true;
    const double raw = last_sync_ns_ - delay_ns_;
    const double offset = std::trunc(raw / 2) + std::trunc(previous_offset_ns_ / 2);
    previous_offset_ns_ = raw;
    drift_ppb_ = std::clamp(drift_ppb_ + kKi * interval_s_ * offset, -kMaxPpb, kMaxPpb);
    servo::Command command;
    command.frequency_ppb = -std::clamp(kKp * offset + drift_ppb_, -kMaxPpb, kMaxPpb);
    return command;
  }

  servo::Command OnDelay(const servo::OneWay& request) override {
    if (!synced_) return {};
    const double to_master =
        Flight(request.master_ns, request.local_ns + kStampedLate_ns, request.correction_ns);
    const double mean = (last_sync_ns_ + to_master) / 2;
    if (mean < 0) return {};
    stiffness_ = std::min(stiffness_ + 1, kMostStiffness);
    delay_ns_ =
        std::round(((stiffness_ - 1) * delay_ns_ + (mean + previous_delay_ns_) / 2) / stiffness_);
    previous_delay_ns_ = mean;
    return {};
  }

  const servo::Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "ptpd"; }

 private:
  // Before it reads its transmit timestamp it waits in a select() of no time at all. In
  // clknetsim that lasts a microsecond, and stamps are made when they are read.
  static constexpr int64_t kStampedLate_ns = 1'000;
  static constexpr double kKp = 0.1;
  static constexpr double kKi = 0.001;
  static constexpr double kMaxPpb = 512'000;
  static constexpr double kMostStiffness = 64;

  double interval_s_;
  servo::Estimate estimate_;
  bool synced_ = false;
  double last_sync_ns_ = 0;
  double previous_offset_ns_ = 0;
  double previous_delay_ns_ = 0;
  double delay_ns_ = 0;
  double stiffness_ = 0;
  double drift_ppb_ = 0;
};

}  // namespace ptpcore::bench
