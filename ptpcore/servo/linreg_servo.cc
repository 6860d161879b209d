// `linreg`: straight lines through the last 4, 8, ... 64 offsets of the uncorrected
// oscillator; the length whose line foretold the newest offsets best is steered by
// (the idea of linuxptp's linreg servo).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "ptpcore/servo/classic_servo.h"
#include "ptpcore/servo/controller.h"

namespace ptpcore::servo {
namespace {

constexpr size_t kMost = 64;
constexpr std::array<size_t, 5> kLengths = {4, 8, 16, 32, kMost};
// A foretelling error is remembered over about this many samples.
constexpr double kMemory = 32;

struct Line {
  double offset_ns = 0;  // at the newest point
  double rate_ppb = 0;
};

class LinregLoop : public Loop {
 public:
  void Start(double rate_ppb) override {
    count_ = 0;
    lines_ = {};
    error_ = {};
    best_ = {0, rate_ppb};
  }

  void Shift(double by_ns) override {
    for (Point& point : points_) point.offset_ns += by_ns;
    for (Line& line : lines_) line.offset_ns += by_ns;
  }

  double Next(const Sample& sample, double max_ppb) override {
    // What the correction did since is taken off the past: all points lie where they
    // would had the oscillator been left alone.
    const double corrected = sample.correction_ppb * sample.elapsed_s;
    for (Point& point : points_) {
      point.at_s -= sample.elapsed_s;
      point.offset_ns += corrected;
    }
    const size_t known = std::min(count_, kMost);
    points_[count_++ % kMost] = {0, sample.offset_ns};
    size_t best = 0;
    for (size_t i = 0; i < kLengths.size(); ++i) {
      if (known >= kLengths[i]) {
        const double foretold =
            lines_[i].offset_ns + corrected + lines_[i].rate_ppb * sample.elapsed_s;
        const double error = sample.offset_ns - foretold;
        const double pull = std::max(1 / kMemory, 1 / static_cast<double>(known - kLengths[i] + 1));
        error_[i] += (std::min(error * error, 1e30) - error_[i]) * pull;
        // A line of few points is believed only if it is better than one of many.
        if (i > 0 && error_[i] <= error_[best]) best = i;
      }
      if (known + 1 >= kLengths[i]) lines_[i] = Fit(kLengths[i]);
    }
    if (known >= kLengths[0]) {
      best_ = lines_[best];
    } else {
      best_.offset_ns = sample.offset_ns;  // too few for a line: the rate of the start
    }
    return Controller(max_ppb)
        .Steer(best_.offset_ns, 0, best_.rate_ppb, sample.interval_s)
        .frequency_ppb;
  }

  double rate_ppb() const override { return best_.rate_ppb; }
  std::string name() const override { return "linreg"; }

 private:
  struct Point {
    double at_s = 0;  // relative to the newest
    double offset_ns = 0;
  };

  // Least squares through the newest `length` points.
  Line Fit(size_t length) const {
    double t = 0;
    double x = 0;
    for (size_t i = 0; i < length; ++i) {
      t += Newest(i).at_s;
      x += Newest(i).offset_ns;
    }
    const auto n = static_cast<double>(length);
    t /= n;
    x /= n;
    double tt = 0;
    double tx = 0;
    for (size_t i = 0; i < length; ++i) {
      const double dt = Newest(i).at_s - t;
      tt += dt * dt;
      tx += dt * (Newest(i).offset_ns - x);
    }
    const double slope = tt > 0 ? tx / tt : 0;
    return {x - slope * t, slope};
  }
  const Point& Newest(size_t i) const { return points_[(count_ - 1 - i) % kMost]; }

  std::array<Point, kMost> points_{};
  size_t count_ = 0;
  std::array<Line, kLengths.size()> lines_{};
  std::array<double, kLengths.size()> error_{};
  Line best_;
};

}  // namespace

std::unique_ptr<Servo> NewLinregServo(const ServoConfig& config) {
  return std::make_unique<ClassicServo>(config, std::make_unique<LinregLoop>());
}

}  // namespace ptpcore::servo
