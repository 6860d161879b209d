#include "ptpcore/servo/change_diagnosis.h"

#include <algorithm>
#include <cmath>

namespace ptpcore::servo {
namespace {

// So many flights of the direction that raised the alarm are surely after the
// change, and so many of the other one are needed to compare.
constexpr size_t kSure = 3;
constexpr size_t kCompared = 2;
// An unclear finding is put off this many times, a comparison this many.
constexpr size_t kPatience = 3;
constexpr size_t kMostAsked = 7;
// A change of one direction cannot be told from half a change of the clock and half
// a change of the route but by being unlikely: it must be this many times the noise.
// Others must be this many, or be called unclear: a small change is no hurry.
constexpr double kOneSided = 5;
constexpr double kLarge = 2.5;
// An explanation must leave this much less unexplained than the next best one;
// moving takes one number more than jumping and must be better still.
constexpr double kClearly = 0.5;
constexpr double kMoves = 0.3;
// And each flight within so many times the usual noise.
constexpr double kFits = 4;
// Noise only delays: a flight that is too early speaks louder against an
// explanation than one that is late.
constexpr double kEarly = 3;

double Misfit(double excess_ns) {
  return excess_ns < 0 ? -kEarly * excess_ns : excess_ns;
}

double Sign(Direction direction) {
  return direction == Direction::kFromMaster ? 1 : -1;
}

}  // namespace

void ChangeDiagnosis::Add(Direction direction, double at_s, double residual_ns) {
  ring_[count_++ % kMost] = {direction, at_s, residual_ns};
}

// The misfit is convex and piecewise linear, so the best size explains one flight.
double ChangeDiagnosis::BestSize(const Evidence& evidence, const std::array<double, 2>& effect,
                                 double* size_ns) {
  double best = 1e300;
  for (size_t i = 0; i < evidence.count; ++i) {
    const Flight& by = evidence.flights[i];
    const double per_unit = effect[static_cast<size_t>(by.direction)];
    if (per_unit == 0) continue;
    const double size = by.residual_ns / per_unit;
    double misfit = 0;
    for (size_t j = 0; j < evidence.count; ++j) {
      const Flight& flight = evidence.flights[j];
      misfit += Misfit(flight.residual_ns - size * effect[static_cast<size_t>(flight.direction)]);
    }
    if (misfit < best) {
      best = misfit;
      *size_ns = size;
    }
  }
  return best;
}

// Likewise with two numbers, which explain two flights.
double ChangeDiagnosis::BestRate(const Evidence& evidence, Finding* finding) {
  double best = 1e300;
  const double now = evidence.flights[0].at_s;
  for (size_t i = 0; i < evidence.count; ++i) {
    for (size_t k = i + 1; k < evidence.count; ++k) {
      const Flight& a = evidence.flights[i];
      const Flight& b = evidence.flights[k];
      const double apart = a.at_s - b.at_s;
      if (!(apart > 0)) continue;
      const double offset_a = Sign(a.direction) * a.residual_ns;
      const double rate = (offset_a - Sign(b.direction) * b.residual_ns) / apart;
      const double offset = offset_a + rate * (now - a.at_s);
      double misfit = 0;
      for (size_t j = 0; j < evidence.count; ++j) {
        const Flight& flight = evidence.flights[j];
        misfit += Misfit(flight.residual_ns -
                         Sign(flight.direction) * (offset + rate * (flight.at_s - now)));
      }
      if (misfit < best) {
        best = misfit;
        finding->size_ns = offset;
        finding->rate_ppb = rate;
      }
    }
  }
  return best;
}

ChangeDiagnosis::Finding ChangeDiagnosis::Find(Direction seen_in, double noise_ns,
                                               size_t asked) const {
  Evidence evidence;
  size_t seen = 0;
  const size_t known = std::min(count_, kMost);
  while (evidence.count < known && seen < kSure + asked) {
    const Flight& flight = Newest(evidence.count);
    evidence.flights[evidence.count++] = flight;
    if (flight.direction == seen_in) ++seen;
  }
  const size_t compared = evidence.count - seen;
  if (compared < kCompared) return {asked < kMostAsked ? Kind::kTooEarly : Kind::kUnclear};
  if (seen < kSure) return {};  // the other direction's flights have filled the ring

  const std::array<Finding, 4> simple = {Finding{Kind::kRoute}, Finding{Kind::kOffset},
                                         Finding{Kind::kFromMasterOnly},
                                         Finding{Kind::kToMasterOnly}};
  const std::array<std::array<double, 2>, 4> effect = {
      {{1.0, 1.0}, {1.0, -1.0}, {1.0, 0.0}, {0.0, 1.0}}};
  Finding best;
  double least = 1e300;
  double second = 1e300;
  for (size_t i = 0; i < simple.size(); ++i) {
    Finding finding = simple[i];
    const double misfit = BestSize(evidence, effect[i], &finding.size_ns);
    if (misfit < least) {
      second = least;
      least = misfit;
      best = finding;
    } else {
      second = std::min(second, misfit);
    }
  }
  Finding moves{Kind::kFrequency};
  const double moving = BestRate(evidence, &moves);
  const double fits = kFits * noise_ns * static_cast<double>(evidence.count);
  const bool one_sided = best.kind == Kind::kFromMasterOnly || best.kind == Kind::kToMasterOnly;
  const double over_s = evidence.flights[0].at_s - evidence.flights[evidence.count - 1].at_s;
  const bool large = std::abs(best.size_ns) > (one_sided ? kOneSided : kLarge) * noise_ns;
  const bool far = std::abs(moves.rate_ppb) * over_s > kLarge * noise_ns;
  Finding found;
  if (far && moving < fits && moving < kMoves * least) {
    found = moves;
  } else if (large && least < fits && least < kClearly * second) {
    found = best;
  } else if ((far || large) && asked < kPatience) {
    found.kind = Kind::kTooEarly;
  }
  found.over_s = over_s;
  return found;
}

}  // namespace ptpcore::servo
