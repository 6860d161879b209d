#include "ptpcore/servo/one_sided.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

constexpr double kSqrt2 = 1.4142135623730951;
constexpr double kSqrt2OverPi = 0.7978845608028654;
// So many sigmas out, the cut takes less than 1e-11 of the belief away.
constexpr double kFar = 7;
constexpr double kInverseSqrtPi = 0.5641895835477563;

}  // namespace

double ScaledErfc(double x) {
  if (x < 10) return std::exp(x * x) * std::erfc(x);
  // Asymptotic series; at x = 10 the next term is below 1e-9 of the sum.
  const double y = 1 / (x * x);
  return kInverseSqrtPi / x * (1 - y * (0.5 - y * (0.75 - y * 1.875)));
}

Moments SeeDelayed(double surprise, double sharpness) {
  // The exponential tilts the Gaussian by `sharpness`; the measurement cuts it at b.
  const double b = surprise - sharpness;
  Moments result;
  double hazard = 0;  // phi(b) / Phi(b)
  if (b < 0) {
    const double scaled = ScaledErfc(-b / kSqrt2);
    hazard = kSqrt2OverPi / scaled;
    result.log_evidence = std::log(sharpness * scaled / 2) - surprise * surprise / 2;
  } else if (b > kFar) {
    result.log_evidence = std::log(sharpness) - surprise * sharpness + sharpness * sharpness / 2;
  } else {
    const double below = std::erfc(-b / kSqrt2) / 2;
    hazard = kSqrt2OverPi / 2 * std::exp(-b * b / 2) / below;
    result.log_evidence =
        std::log(sharpness * below) - surprise * sharpness + sharpness * sharpness / 2;
  }
  if (b < -30) {
    // hazard + b and 1 - b*hazard - hazard^2 cancel; their series do not.
    const double y = 1 / (b * b);
    result.mean = surprise + (1 - 2 * y) / b;
    result.variance = y * (1 - 6 * y);
  } else {
    result.mean = sharpness - hazard;
    result.variance = std::clamp(1 - b * hazard - hazard * hazard, 1e-4, 1.0);
  }
  return result;
}

}  // namespace ptpcore::servo
