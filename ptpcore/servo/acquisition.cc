#include "ptpcore/servo/acquisition.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

constexpr double kWorstRatePpb = 500'000;  // no oscillator is worse, whatever a late Sync says
// What is known of an oscillator before it was measured (a standard deviation): at high
// rates and in much noise, more than the first few Syncs tell.
constexpr double kUsualPpb = 200'000;
constexpr double kLeastDoubt_ns = 1'000;

}  // namespace

std::optional<Acquisition::Fit> Acquisition::Add(const Flight& flight) {
  if (flight.direction == Direction::kToMaster) {
    delay_ = flight;
  } else if (syncs_ == 0 || flight.at_s > sync_[syncs_ - 1].at_s) {
    if (syncs_ == kMost) --syncs_;
    sync_[syncs_++] = flight;
  }
  if ((!delay_ && !known_delay_) || syncs_ < 2) return std::nullopt;
  const double baseline = sync_[syncs_ - 1].at_s - sync_[0].at_s;
  const bool enough = baseline >= 1.8 || (syncs_ >= 3 && baseline >= 0.5);
  if (!enough) return std::nullopt;
  return MakeFit(flight.at_s);
}

double Acquisition::Earliest(double at_s, double slope, double* spread_ns) const {
  double earliest = 1e300;
  double latest = -1e300;
  for (size_t i = 0; i < syncs_; ++i) {
    const double flight = sync_[i].flight_ns + slope * (at_s - sync_[i].at_s);
    earliest = std::min(earliest, flight);
    latest = std::max(latest, flight);
  }
  *spread_ns = latest - earliest;
  return earliest;
}

Acquisition::Fit Acquisition::MakeFit(double now_s) const {
  const Flight& first = sync_[0];
  const Flight& last = sync_[syncs_ - 1];
  const double baseline = last.at_s - first.at_s;
  // Slope of the Syncs: oscillator and correction together.
  const double slope = (last.flight_ns - first.flight_ns) / baseline;

  Fit fit;
  double doubt = 0;
  double spread = 0;
  if (known_delay_) {
    fit.state.delay_ns = known_delay_->ns;
    fit.state.offset_ns = Earliest(now_s, slope, &spread) - known_delay_->ns;
    doubt = std::abs(known_delay_->ns) + known_delay_->sigma_ns + spread + kLeastDoubt_ns;
    fit.sigma.delay_ns = known_delay_->sigma_ns;
  } else {
    // Seen from the time of the Delay_Req.
    const double from_master = Earliest(delay_->at_s, slope, &spread);
    const double to_master = delay_->flight_ns;
    fit.state.delay_ns = (from_master + to_master) / 2;
    fit.state.offset_ns = (from_master - to_master) / 2 + slope * (now_s - delay_->at_s);
    // No excess can be larger than the whole round trip.
    doubt = std::abs(fit.state.delay_ns) + kLeastDoubt_ns;
    fit.sigma.delay_ns = doubt;
  }
  fit.sigma.offset_ns = doubt;
  const double slope_doubt = 2 * doubt / baseline;
  const double trust = 1 / (1 + slope_doubt * slope_doubt / (kUsualPpb * kUsualPpb));
  fit.state.rate_ppb = std::clamp(trust * slope - correction_ppb_, -kWorstRatePpb, kWorstRatePpb);
  fit.sigma.rate_ppb = std::sqrt(trust) * slope_doubt + 10;
  return fit;
}

}  // namespace ptpcore::servo
