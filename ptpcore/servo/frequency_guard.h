// How far a master is believed: an oscillator warms up, it does not suddenly run
// tens of parts per million faster. A master whose time seems to is more likely
// faulty or hostile. While that is so, the clock keeps the last trusted frequency;
// only after a long time of the same is it accepted that the oscillator has changed.
#pragma once

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {

class FrequencyGuard {
 public:
  // `limit_ppb`: the largest change that is believed at once; 0 believes all.
  explicit FrequencyGuard(double limit_ppb) : limit_ppb_(limit_ppb) {}

  // Trusts nothing yet, and so believes everything.
  void Reset() { *this = FrequencyGuard(limit_ppb_); }

  // The rate as it is estimated now, with its uncertainty; `settled`: the servo is
  // calibrated. Returns whether it is believed.
  bool See(double rate_ppb, double sigma_ppb, double elapsed_s, bool settled) {
    if (!trusting_) {
      const bool known = settled && sigma_ppb < limit_ppb_ / 10;
      settled_s_ = known ? settled_s_ + elapsed_s : 0;
      trusting_ = settled_s_ > kSettling_s;
      trusted_ppb_ = rate_ppb;
      return true;
    }
    const double change = rate_ppb - trusted_ppb_;
    const bool plausible = !(limit_ppb_ > 0) || std::abs(change) - kSure * sigma_ppb <= limit_ppb_;
    doubted_s_ = plausible ? 0 : doubted_s_ + elapsed_s;
    if (doubted_s_ > kPatience_s) {
      doubted_s_ = 0;
      trusted_ppb_ = rate_ppb;
      return true;
    }
    if (plausible) {
      const double most = kFollow * elapsed_s;
      trusted_ppb_ += std::clamp(change, -most, most);
    }
    return plausible;
  }

  // The last frequency error of the oscillator that was trusted.
  double trusted_ppb() const { return trusted_ppb_; }

  // For so long a change beyond the limit is resisted.
  static constexpr double kPatience_s = 120;
  // Nothing is resisted before the frequency was known for this long.
  static constexpr double kSettling_s = 30;

 private:
  // The trusted rate follows the believed one by this much per second (ppb): more
  // than temperature changes an oscillator, and all that a slow ramp can gain.
  static constexpr double kFollow = 100;

  // So many standard deviations make a change certain.
  static constexpr double kSure = 3;

  double limit_ppb_;
  bool trusting_ = false;
  double trusted_ppb_ = 0;
  double settled_s_ = 0;
  double doubted_s_ = 0;
};

}  // namespace ptpcore::servo
