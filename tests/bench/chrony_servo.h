// A model of chrony 4.3 with one source polled once per interval (sourcestats.c,
// regress.c, the frequency part of reference.c and the slewing of sys_generic.c), to
// compare with: a weighted line through up to 64 samples, shortened while the signs of
// its residuals come in too few runs, samples weighted by how far their delay lies above
// the least, offsets corrected for a one-sided delay when that is evident.
//
// A Sync and the Delay_Req that left with it stand for one NTP exchange
// (sim::World::paired_requests). Not modelled: the choice among sources.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "ptpcore/servo/servo.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::bench {

class ChronyServo : public servo::Servo {
 public:
  // `precision_ns`: how finely the clock can be read. NTP fills a timestamp's bits
  // below that with random ones, which is the model's largest noise with hardware stamps.
  explicit ChronyServo(double precision_ns) : precision_ns_(precision_ns) {}

  void Reset(double, bool) override {}
  servo::Command OnSync(const servo::OneWay& sync) override;
  servo::Command OnDelay(const servo::OneWay& request) override;

  const servo::Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "chrony"; }

 private:
  static constexpr int kSamples = 64;
  static constexpr int kRunsRatio = 2;  // the runs test looks so much further back

  static constexpr size_t kHeld = size_t{kSamples} * size_t{kRunsRatio};

  // "Cooked": as the clock will be when the slew under way has ended.
  struct Sample {
    double at_s = 0;
    double offset_ns = 0;  // local minus source, cooked
    double delay_ns = 0;   // round trip
  };
  struct Line {
    bool fits = false;
    double offset_ns = 0;  // at the newest sample
    double frequency_ppb = 0;
    double deviation_ns = 0;  // of the samples
    double offset_sd_ns = 0;
    double frequency_sd_ppb = 0;
    int degrees = 0;
    int start = 0;  // samples before this one have been given up
  };

  bool DelayIsAcceptable(const Sample& sample) const;
  void Keep(const Sample& sample);
  double LeastDelay() const;
  void CorrectAsymmetry(std::array<double, kHeld>& offsets);
  Line Regress(const std::array<double, kHeld>& offsets) const;
  servo::Command Follow(const Line& line, double now_s);

  double precision_ns_;
  sim::Random random_{1};
  servo::Estimate estimate_;

  bool synced_ = false;
  servo::OneWay last_sync_;

  // The last used_ samples count; the spare_ before them serve the runs test.
  std::array<Sample, kHeld> samples_{};
  int used_ = 0;
  int spare_ = 0;
  int asymmetry_run_ = 0;
  Line last_line_;
  double last_skew_ppb_ = 0;

  double base_ppb_ = 0;  // correction in force, without the slew
  double our_skew_ppb_ = 1e6;
  double slew_ppb_ = 0;
  double to_slew_ns_ = 0;  // what the clock is ahead of the cooked one
  double last_update_s_ = 0;
  bool updated_ = false;
};

}  // namespace ptpcore::bench
