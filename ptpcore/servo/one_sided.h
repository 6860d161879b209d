// Bayes' rule for noise that can only delay: what one late packet says about a
// quantity that was believed to be Gaussian.
//
// A flight takes the path's smallest delay plus an excess that is never
// negative. With an excess of exponential density the belief N(mean, variance)
// becomes a Gaussian cut off at the measurement; its first two moments are known
// in closed form (the truncated normal distribution), so that no sample needs a
// weight made up by hand: an early packet says much, a late one nearly nothing.
#pragma once

namespace ptpcore::servo {

// The belief after a measurement, and how well the measurement was foreseen.
struct Moments {
  double log_evidence = 0;  // log density of the measurement before it was seen
  double mean = 0;  // of the believed quantity, in units of its old sigma, relative to its old mean
  double variance = 1;  // likewise, relative to the old variance
};

// `surprise`: (measurement - mean) / sigma; `sharpness`: sigma / mean excess, > 0.
// The density is per sigma. Finite for every finite surprise up to 1e6 sigmas and
// sharpness from 1e-9 to 1e9.
Moments SeeDelayed(double surprise, double sharpness);

// exp(x*x) * erfc(x), which stays finite where both factors do not (x > -26).
double ScaledErfc(double x);

}  // namespace ptpcore::servo
