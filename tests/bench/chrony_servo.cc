#include "chrony_servo.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ptpcore::bench {
namespace {

constexpr int kLeastForLine = 3;
constexpr int kLeastSamples = 6;            // `minsamples`
constexpr double kMaxSlewPpb = 83'333'333;  // `maxslewrate`
constexpr double kMaxUpdateSkewPpb = 1e6;   // `maxupdateskew`
constexpr double kCorrectionTimeRatio = 3;  // `corrtimeratio`
constexpr double kMaxDelayDevRatio = 10;    // `maxdelaydevratio`
constexpr double kDeviationToDistance = 0.7;

// The most runs of signs, among n, that are too few: below the 5 % quantile.
int TooFewRuns(int n) {
  return n < 8 ? 0 : static_cast<int>(1 + n / 2.0 - 1.645 * std::sqrt(n - 1.0) / 2);
}

// Student's t, 99.95 % quantile (Fisher's expansion from five degrees on).
double StudentT(int degrees) {
  constexpr std::array<double, 5> kFirst = {0, 636.6, 31.6, 12.92, 8.61};
  if (degrees < 5) return kFirst[static_cast<size_t>(std::max(1, degrees))];
  const double z = 3.2905;
  const double n = degrees;
  return z + (std::pow(z, 3) + z) / (4 * n) +
         (5 * std::pow(z, 5) + 16 * std::pow(z, 3) + 3 * z) / (96 * n * n);
}

int CountRuns(const std::vector<double>& residuals, size_t from) {
  int runs = 1;
  for (size_t i = from + 1; i < residuals.size(); ++i) {
    if (residuals[i - 1] * residuals[i] <= 0) ++runs;
  }
  return runs;
}

}  // namespace

servo::Command ChronyServo::OnSync(const servo::OneWay& sync) {
  last_sync_ = sync;
  synced_ = true;
  return {};
}

servo::Command ChronyServo::OnDelay(const servo::OneWay& request) {
  if (!synced_) return {};
  synced_ = false;
  const auto fuzz = [this] { return precision_ns_ * (random_.Uniform() - random_.Uniform()); };
  const double there = static_cast<double>(request.master_ns - request.local_ns) + fuzz();
  const double back = static_cast<double>(last_sync_.local_ns - last_sync_.master_ns) + fuzz();
  Sample sample;
  sample.at_s = static_cast<double>(last_sync_.local_ns) * 1e-9;
  // The slew since the last update has worked off a part.
  if (updated_) {
    const double done = slew_ppb_ * (sample.at_s - last_update_s_);
    to_slew_ns_ = std::abs(done) >= std::abs(to_slew_ns_) ? 0 : to_slew_ns_ - done;
  }
  sample.offset_ns = (back - there) / 2 - to_slew_ns_;
  sample.delay_ns = back + there;
  const double now_s = sample.at_s;
  if (!DelayIsAcceptable(sample)) {
    last_update_s_ = now_s;
    return {};
  }
  Keep(sample);
  std::array<double, kHeld> offsets{};
  for (size_t i = 0; i < offsets.size(); ++i) offsets[i] = samples_[i].offset_ns;
  CorrectAsymmetry(offsets);
  const Line line = Regress(offsets);
  if (!line.fits) {
    last_update_s_ = now_s;
    return {};
  }
  used_ -= line.start;
  spare_ = std::min(spare_ + line.start, used_ * (kRunsRatio - 1));
  return Follow(line, now_s);
}

// A sample that was delayed much more than the noise explains is dropped, unless its
// offset is further off than the delay explains.
bool ChronyServo::DelayIsAcceptable(const Sample& sample) const {
  if (used_ < 6 || !last_line_.fits) return true;
  const double ago_s = sample.at_s - samples_.back().at_s;
  const double allowed =
      kMaxDelayDevRatio * last_line_.deviation_ns + last_skew_ppb_ * ago_s + precision_ns_;
  const double delta = (sample.delay_ns - LeastDelay()) / 2;
  if (delta <= allowed) return true;
  const double error = sample.offset_ns - last_line_.offset_ns;
  return std::abs(error) - delta > allowed;
}

// The newest sample stands last.
void ChronyServo::Keep(const Sample& sample) {
  std::rotate(samples_.begin(), samples_.begin() + 1, samples_.end());
  samples_.back() = sample;
  if (used_ == kSamples) {
    spare_ = std::min(spare_ + 1, kSamples * (kRunsRatio - 1));
  } else {
    ++used_;
  }
  spare_ = std::min(spare_, static_cast<int>(samples_.size()) - used_);
}

double ChronyServo::LeastDelay() const {
  double least = samples_.back().delay_ns;
  for (auto i = samples_.end() - used_ - spare_; i != samples_.end(); ++i) {
    least = std::min(least, i->delay_ns);
  }
  return least;
}

// Where all the noise is in one direction, offset grows by half of the delay: the slope
// of the offset against the delay, time's own slope taken out.
void ChronyServo::CorrectAsymmetry(std::array<double, kHeld>& offsets) {
  const int n = used_ + spare_;
  const size_t first = samples_.size() - static_cast<size_t>(n);
  if (n < 4) {
    asymmetry_run_ = 0;
    return;
  }
  const double least = LeastDelay();
  double t = 0;
  double d = 0;
  double o = 0;
  for (size_t i = first; i < samples_.size(); ++i) {
    t += (samples_[i].at_s - samples_.back().at_s) / n;
    d += (samples_[i].delay_ns - least) / n;
    o += offsets[i] / n;
  }
  double tt = 0;
  double td = 0;
  double dd = 0;
  double to = 0;
  double dof = 0;
  for (size_t i = first; i < samples_.size(); ++i) {
    const double x = samples_[i].at_s - samples_.back().at_s - t;
    const double y = samples_[i].delay_ns - least - d;
    const double z = offsets[i] - o;
    tt += x * x;
    td += x * y;
    dd += y * y;
    to += x * z;
    dof += y * z;
  }
  const double determinant = tt * dd - td * td;
  const double slope = determinant > 0 ? (tt * dof - td * to) / determinant : 0;
  if (!(determinant > 0) || slope * asymmetry_run_ < 0) {
    asymmetry_run_ = 0;
    return;
  }
  constexpr double kEvident = 0.45;
  if (slope <= -kEvident && asymmetry_run_ > -1'000) --asymmetry_run_;
  if (slope >= kEvident && asymmetry_run_ < 1'000) ++asymmetry_run_;
  if (std::abs(asymmetry_run_) < 10) return;
  const double correction = std::clamp(slope, -0.5, 0.5);
  for (size_t i = first; i < samples_.size(); ++i) {
    offsets[i] -= correction * (samples_[i].delay_ns - least);
  }
}

ChronyServo::Line ChronyServo::Regress(const std::array<double, kHeld>& offsets) const {
  Line line;
  if (used_ < kLeastForLine) return line;
  const auto n = static_cast<size_t>(used_);
  const size_t first = samples_.size() - n;
  const double now_s = samples_.back().at_s;

  std::vector<double> distance;
  for (size_t i = first; i < samples_.size(); ++i) {
    distance.push_back(0.5 * samples_[i].delay_ns + precision_ns_);
  }
  std::vector<double> sorted = distance;
  std::sort(sorted.begin(), sorted.end());
  const double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  const double least = sorted[0];
  const double sd = std::min(std::max(precision_ns_, (median - least) / kDeviationToDistance),
                             std::max(precision_ns_, least));
  std::vector<double> weight;
  for (const double d : distance) {
    const double by = 1 + std::max(0.0, d - least - precision_ns_) / sd;
    weight.push_back(by * by);
  }

  for (size_t start = 0;; ++start) {
    double u = 0;
    double w = 0;
    for (size_t i = start; i < n; ++i) {
      u += (samples_[first + i].at_s - now_s) / weight[i];
      w += 1 / weight[i];
    }
    u /= w;
    double p = 0;
    double q = 0;
    double v = 0;
    for (size_t i = start; i < n; ++i) {
      const double x = samples_[first + i].at_s - now_s - u;
      p += offsets[first + i] / weight[i];
      q += offsets[first + i] * x / weight[i];
      v += x * x / weight[i];
    }
    const double slope = q / v;
    const double now_ns = p / w - slope * u;

    const auto residual = [&](size_t i) {
      return offsets[i] - now_ns - slope * (samples_[i].at_s - now_s);
    };
    const size_t back = std::min((n - start) * kRunsRatio, n + static_cast<size_t>(spare_));
    std::vector<double> residuals;
    for (size_t i = samples_.size() - back; i < samples_.size(); ++i) {
      residuals.push_back(residual(i));
    }
    const bool runs_enough = CountRuns(residuals, 0) > TooFewRuns(static_cast<int>(back));
    const auto left = static_cast<int>(n - start);
    if (!runs_enough && left - 1 >= kLeastForLine && left > kLeastSamples) continue;

    double square = 0;
    for (size_t i = start; i < n; ++i) square += std::pow(residual(first + i), 2) / weight[i];
    square /= left - 2;
    line.fits = true;
    line.offset_ns = now_ns;
    line.frequency_ppb = slope;
    line.frequency_sd_ppb = std::max(1e-3, std::sqrt(square / v));
    line.offset_sd_ns = std::hypot(std::sqrt(square / w), u * line.frequency_sd_ppb);
    line.deviation_ns = std::max(1.0, std::sqrt(square * left / w));
    line.degrees = left - 2;
    line.start = static_cast<int>(start);
    return line;
  }
}

// The frequency is taken over by weight of its doubt; the offset is slewed away, so that
// one of the usual size takes three halves of an interval, but never under a second.
servo::Command ChronyServo::Follow(const Line& line, double now_s) {
  const double interval_s = updated_ ? now_s - last_update_s_ : 0;
  const double skew = std::max(1e-3, line.frequency_sd_ppb * StudentT(line.degrees));
  double frequency = 0;
  if (skew < kMaxUpdateSkewPpb) {
    const double ours = 3 * our_skew_ppb_ * our_skew_ppb_;
    const double gain = std::min(1.0, ours / (ours + skew * skew));
    frequency = gain * line.frequency_ppb;
    const double extra = std::sqrt(frequency * frequency * (1 - gain) +
                                   std::pow(line.frequency_ppb - frequency, 2) * gain);
    our_skew_ppb_ += gain * (skew - our_skew_ppb_) + extra;
  }
  base_ppb_ -= frequency;
  to_slew_ns_ += line.offset_ns;
  const double correction_rate = kCorrectionTimeRatio * 0.5 * line.offset_sd_ns * interval_s;
  // The real one ends a slew by a timer; here it must last until the next exchange.
  const double duration_s = std::clamp(correction_rate / std::max(1e-9, std::abs(to_slew_ns_)),
                                       std::max(1.0, interval_s), 1e4);
  slew_ppb_ = std::clamp(to_slew_ns_ / duration_s, -kMaxSlewPpb, kMaxSlewPpb);

  // What was measured by the clock before looks different by the clock from now on.
  for (Sample& sample : samples_) {
    sample.offset_ns -= line.offset_ns + frequency * (sample.at_s - now_s);
  }
  last_line_ = line;
  last_line_.offset_ns = 0;
  last_skew_ppb_ = skew;
  last_update_s_ = now_s;
  updated_ = true;
  servo::Command command;
  command.frequency_ppb = base_ppb_ - slew_ppb_;
  return command;
}

}  // namespace ptpcore::bench
