// Decides whether the clock counts as calibrated: frequency known, offset steady
// near zero. What "near" means follows from the measured noise.
#pragma once

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {

class LockMonitor {
 public:
  struct Evidence {
    double offset_ns = 0;
    double offset_sigma_ns = 0;
    double rate_sigma_ppb = 0;
    double noise_ns = 0;    // usual excess of a flight
    double interval_s = 1;  // between Syncs
  };

  // Once per Sync. Three good ones in a row gain the lock, four bad ones, ten
  // times worse, lose it.
  bool See(const Evidence& e) {
    const double near = Near(e.noise_ns);
    const double drift = 2 * e.rate_sigma_ppb * std::min(e.interval_s, 2.0);
    const bool good = std::abs(e.offset_ns) + 2 * e.offset_sigma_ns < 2 * near && drift < 2 * near;
    const bool bad = std::abs(e.offset_ns) > 10 * near || e.offset_sigma_ns > 10 * near;
    good_ = good ? good_ + 1 : 0;
    bad_ = bad ? bad_ + 1 : 0;
    if (!locked_ && good_ >= 3) locked_ = true;
    if (locked_ && bad_ >= 4) locked_ = false;
    return locked_;
  }

  // What counts as zero where flights usually take `noise_ns` more than they must.
  static double Near(double noise_ns) { return 500 + 4 * noise_ns; }

  void Reset() { *this = LockMonitor(); }

 private:
  bool locked_ = false;
  int good_ = 0;
  int bad_ = 0;
};

}  // namespace ptpcore::servo
