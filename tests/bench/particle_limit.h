// The limit: how well any estimator could keep the clock in a world.
//
// A particle filter that is told everything but the truth itself: the exact
// distribution of every delay, the smallest delay of each direction, the oscillator's
// random walk, and that it starts with no error. It turns all flights so far into
// the probability of each offset and frequency (Bayes' rule, no approximation but the
// finite number of particles), and its mean is the estimate with the least mean square
// error there is. A servo only sees the same flights and acts after them, so no
// steering, however clever, leaves a smaller RMS on average: the filter needs no
// steering, since the command is known and can be taken off. A smoother, which
// also sees the future, would do better, but no servo can be one.
//
// What it bounds is ours in a world without incidents; temperature and incidents count
// as known. Too few particles lift the figure: a thousand by up to 3 % against twelve
// thousand, three thousand by less. A seed's luck is a few percent, for ours as well.
#pragma once

#include <cstdint>
#include <vector>

#include "ptpcore/sim/link.h"
#include "ptpcore/sim/worlds.h"

namespace ptpcore::bench {

// The density of a link's delay above its constant part.
class DelayDensity {
 public:
  explicit DelayDensity(const sim::LinkModel& link);

  // Per nanosecond; 0 below -1 ns (stamps are whole nanoseconds).
  double At(double excess_ns) const;

 private:
  std::vector<double> density_;  // at scale_ns_ * (exp(i * kStep) - 1)
  double scale_ns_;
};

// RMS, over four looks per interval from half of `seconds` on, of truth minus estimate.
double LimitRms(const sim::World& world, double seconds, uint64_t seed, int particles);

}  // namespace ptpcore::bench
