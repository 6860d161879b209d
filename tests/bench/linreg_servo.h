// A model of ptp4l with `clock_servo linreg` (linuxptp's linreg.c), to compare with:
// lines through the last 4, 8, ... 64 offsets, the one that foresaw best is believed,
// and its offset is slewed away over one interval (longer lines: over up to three).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "median_delay.h"
#include "ptpcore/servo/servo.h"

namespace ptpcore::bench {

class LinregServo : public servo::Servo {
 public:
  explicit LinregServo(double interval_s) : interval_s_(interval_s) {}

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
  std::string name() const override { return "linreg"; }

 private:
  static constexpr int kLeastPower = 2;  // 4 points
  static constexpr int kMostPower = 6;   // 64 points
  static constexpr size_t kMostPoints = 1 << kMostPower;
  static constexpr int kFirstErrors = 10;  // averaged evenly, then exponentially
  static constexpr double kErrorPull = 0.02;
  static constexpr double kErrorsEqual = 1.05;
  static constexpr double kMaxPpb = 900'000;

  struct Point {
    double uncorrected_s = 0;   // elapsed on the oscillator
    double free_offset_ns = 0;  // what the offset would be without any correction
  };
  struct Line {
    bool drawn = false;
    double slope_ppb = 0;
    double now_ns = 0;
    double error_ns = 0;  // of foreseeing the next offset
    int errors = 0;
  };

  servo::Command Sample(double offset_ns, int64_t local_ns) {
    if (last_local_ns_ != 0) {
      const double local_s = static_cast<double>(local_ns - last_local_ns_) * 1e-9;
      const double free_s = local_s / (1 - gain_ppb_ * 1e-9);
      now_s_ += free_s;
      corrected_ns_ -= gain_ppb_ * free_s;
    }
    last_local_ns_ = local_ns;
    for (size_t i = std::min(count_, kMostPoints - 1); i > 0; --i) points_[i] = points_[i - 1];
    points_[0] = {now_s_, offset_ns - corrected_ns_};
    count_ = std::min(count_ + 1, kMostPoints);
    for (int power = kLeastPower; power <= kMostPower; ++power) Draw(power);

    const int best = Best();
    if (best == 0) return {};
    const Line& line = lines_[static_cast<size_t>(best - kLeastPower)];
    const double offset_now = line.now_ns + corrected_ns_;
    servo::Command command;
    double to_slew_ns = offset_now;
    if (!stepped_ && std::abs(offset_now) > 20'000) {
      const int64_t step = -std::llround(offset_ns);
      command.step_ns = step;
      corrected_ns_ += static_cast<double>(step);
      to_slew_ns += static_cast<double>(step);
      last_local_ns_ += step;
      path_.Stepped();
    }
    stepped_ = true;
    const int over = best <= 4 ? 1 : best / 2;
    gain_ppb_ = std::clamp(line.slope_ppb + to_slew_ns / interval_s_ / over, -kMaxPpb, kMaxPpb);
    command.frequency_ppb = -gain_ppb_;
    return command;
  }

  // Judges the line drawn before by the newest point, and draws it anew.
  void Draw(int power) {
    const size_t n = size_t{1} << power;
    if (n > count_) return;
    Line& line = lines_[static_cast<size_t>(power - kLeastPower)];
    if (line.drawn) {
      const double foreseen = line.now_ns + line.slope_ppb * (now_s_ - line_at_s_[Index(power)]);
      const double error = std::abs(foreseen - points_[0].free_offset_ns);
      if (line.errors < kFirstErrors) {
        line.error_ns = (line.error_ns * line.errors + error) / (line.errors + 1);
        ++line.errors;
      } else {
        line.error_ns += kErrorPull * (error - line.error_ns);
      }
    }
    double x = 0;
    double y = 0;
    double xx = 0;
    double xy = 0;
    const double y0 = points_[0].free_offset_ns;
    for (size_t i = 0; i < n; ++i) {
      const double px = points_[i].uncorrected_s - now_s_;
      const double py = points_[i].free_offset_ns - y0;
      x += px;
      y += py;
      xx += px * px;
      xy += px * py;
    }
    const auto count = static_cast<double>(n);
    line.slope_ppb = (xy - x * y / count) / (xx - x * x / count);
    line.now_ns = (y - line.slope_ppb * x) / count + y0;
    line.drawn = true;
    line_at_s_[Index(power)] = now_s_;
  }

  // The longest line among those that foresee about equally well; 0: none yet.
  int Best() const {
    int best = 0;
    double best_error = 0;
    for (int power = kLeastPower; power <= kMostPower; ++power) {
      const Line& line = lines_[Index(power)];
      const bool good = line.errors >= kFirstErrors && best_error * kErrorsEqual > line.error_ns;
      if ((best == 0 && line.drawn) || good) {
        best = power;
        best_error = line.error_ns;
      }
    }
    return best;
  }

  static size_t Index(int power) { return static_cast<size_t>(power - kLeastPower); }

  double interval_s_;
  servo::Estimate estimate_;
  MedianDelay path_;
  std::array<Point, kMostPoints> points_{};  // newest first
  size_t count_ = 0;
  std::array<Line, kMostPower - kLeastPower + 1> lines_{};
  std::array<double, kMostPower - kLeastPower + 1> line_at_s_{};
  double now_s_ = 0;
  double corrected_ns_ = 0;  // by all commands so far
  double gain_ppb_ = 0;      // correction in force, the other way round
  int64_t last_local_ns_ = 0;
  bool stepped_ = false;
};

}  // namespace ptpcore::bench
