#include "particle_limit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "ptpcore/sim/servo_run.h"

namespace ptpcore::bench {
namespace {

constexpr double kStep = 0.01;  // of the density's table, in the logarithm

// Delays that come on top of the exponential queue, as equally likely values: the
// distributions of sim::Travel at evenly spread quantiles.
std::vector<double> Extras(const sim::LinkModel& link) {
  constexpr int kGrid = 50;  // per uniform and per exponential number
  std::vector<double> spread;
  spread.reserve(size_t{kGrid} * size_t{kGrid});
  for (int u = 0; u < kGrid; ++u) {
    for (int e = 0; e < kGrid; ++e) {
      spread.push_back((u + 0.5) / kGrid * -std::log1p(-(e + 0.5) / kGrid));
    }
  }
  std::vector<double> extras;
  const auto add = [&](double chance, double scale, const std::vector<double>& values) {
    // As many copies of 0 as the chance leaves; thinned so that the table stays small.
    const auto count = static_cast<double>(values.size());
    for (const double value : values) extras.push_back(scale * value);
    extras.insert(extras.end(), static_cast<size_t>(std::lround(count * (1 / chance - 1))), 0.0);
  };
  if (link.burst_chance > 0) add(link.burst_chance, link.burst_ns * 0.1, spread);
  if (link.spike_chance > 0) add(link.spike_chance, link.spike_ns, spread);
  if (link.extra_chance > 0) {
    std::vector<double> even;
    even.reserve(1'000);
    for (int u = 0; u < 1'000; ++u) even.push_back((u + 0.5) / 1'000);
    add(link.extra_chance, link.extra_ns, even);
  }
  if (extras.empty()) extras.push_back(0);
  return extras;
}

// Offset and frequency of a clock that nobody steers, as weighted guesses.
class ParticleFilter {
 public:
  ParticleFilter(const sim::World& world, int particles, uint64_t seed)
      : world_(world),
        random_(seed),
        from_master_(world.from_master),
        to_master_(world.to_master),
        particles_(static_cast<size_t>(particles)) {
    for (int i = 0; i < 1 << 16; ++i) gaussian_.push_back(random_.Gaussian());
  }

  void See(double at_s, double flight_ns, bool from_master) {
    Advance(at_s);
    const sim::LinkModel& link = from_master ? world_.from_master : world_.to_master;
    const DelayDensity& density = from_master ? from_master_ : to_master_;
    const double sign = from_master ? 1 : -1;
    const double excess = flight_ns - link.constant_ns;
    double total = 0;
    for (Particle& particle : particles_) {
      particle.weight *= density.At(excess - sign * particle.offset_ns);
      total += particle.weight;
    }
    if (!(total > 0)) {
      // All guesses are impossible: the truth lies in a gap between them. Widen.
      for (Particle& particle : particles_) {
        particle.offset_ns += Gaussian() * link.queue_ns / 10;
        particle.weight = 1;
      }
      total = static_cast<double>(particles_.size());
    }
    double squares = 0;
    for (Particle& particle : particles_) {
      particle.weight /= total;
      squares += particle.weight * particle.weight;
    }
    if (squares * static_cast<double>(particles_.size()) > 2) Resample();
    mean_offset_ns_ = 0;
    mean_ppb_ = 0;
    for (const Particle& particle : particles_) {
      mean_offset_ns_ += particle.weight * particle.offset_ns;
      mean_ppb_ += particle.weight * particle.frequency_ppb;
    }
    mean_at_s_ = at_s;
  }

  double OffsetAt(double at_s) const { return mean_offset_ns_ + mean_ppb_ * (at_s - mean_at_s_); }

 private:
  struct Particle {
    double offset_ns = 0;
    double frequency_ppb = 0;
    double weight = 1;
  };

  double Gaussian() {
    next_ = (next_ + 1) & 0xffff;
    return gaussian_[next_];
  }

  // A random walk of the frequency and its integral, jointly Gaussian.
  void Advance(double at_s) {
    const double elapsed = std::max(0.0, at_s - now_s_);
    now_s_ += elapsed;
    if (elapsed == 0) return;
    next_ = random_.Bits() & 0xffff;  // never the same stretch of the table
    const double walk = world_.wander_ppb * std::sqrt(elapsed);
    const double bend = walk * elapsed / std::sqrt(12.0);
    for (Particle& particle : particles_) {
      const double before = particle.frequency_ppb;
      particle.frequency_ppb += walk * Gaussian();
      particle.offset_ns += elapsed * (before + particle.frequency_ppb) / 2 + bend * Gaussian();
    }
  }

  // Low-variance resampling: evenly spaced through the cumulated weights.
  void Resample() {
    std::vector<Particle> chosen;
    chosen.reserve(particles_.size());
    const double step = 1 / static_cast<double>(particles_.size());
    double wanted = step * random_.Uniform();
    double passed = 0;
    for (const Particle& particle : particles_) {
      passed += particle.weight;
      while (wanted < passed && chosen.size() < particles_.size()) {
        chosen.push_back({particle.offset_ns, particle.frequency_ppb, step});
        wanted += step;
      }
    }
    while (chosen.size() < particles_.size()) chosen.push_back(chosen.back());
    // Neighbours draw from the same stretch of random numbers: mix them.
    for (size_t i = chosen.size() - 1; i > 0; --i) {
      std::swap(chosen[i], chosen[random_.Bits() % (i + 1)]);
    }
    particles_ = std::move(chosen);
  }

  sim::World world_;
  sim::Random random_;
  DelayDensity from_master_;
  DelayDensity to_master_;
  std::vector<Particle> particles_;
  std::vector<double> gaussian_;
  size_t next_ = 0;
  double now_s_ = 0;
  double mean_at_s_ = 0;
  double mean_offset_ns_ = 0;
  double mean_ppb_ = 0;
};

// Shows the filter every flight, and never touches the clock.
class Watcher : public servo::Servo {
 public:
  explicit Watcher(ParticleFilter& filter) : filter_(filter) {}
  void Reset(double, bool) override {}
  servo::Command OnSync(const servo::OneWay& sync) override {
    filter_.See(static_cast<double>(sync.local_ns) * 1e-9,
                static_cast<double>(sync.local_ns - sync.master_ns), true);
    return {};
  }
  servo::Command OnDelay(const servo::OneWay& request) override {
    filter_.See(static_cast<double>(request.local_ns) * 1e-9,
                static_cast<double>(request.master_ns - request.local_ns), false);
    return {};
  }
  const servo::Estimate& estimate() const override { return estimate_; }
  std::string name() const override { return "limit"; }

 private:
  ParticleFilter& filter_;
  servo::Estimate estimate_;
};

}  // namespace

DelayDensity::DelayDensity(const sim::LinkModel& link) : scale_ns_(link.queue_ns / 100) {
  const std::vector<double> extras = Extras(link);
  std::vector<double> sorted = extras;
  std::sort(sorted.begin(), sorted.end());
  const double end_ns = sorted.back() + 40 * link.queue_ns;
  // A sum of shifted exponentials: each extra that lies below adds a decaying share.
  const double part = 1 / (link.queue_ns * static_cast<double>(sorted.size()));
  double sum = 0;
  double at = 0;
  size_t used = 0;
  for (size_t i = 0;; ++i) {
    const double x = scale_ns_ * std::expm1(static_cast<double>(i) * kStep);
    sum *= std::exp(-(x - at) / link.queue_ns);
    for (; used < sorted.size() && sorted[used] <= x; ++used) {
      sum += part * std::exp(-(x - sorted[used]) / link.queue_ns);
    }
    at = x;
    density_.push_back(sum);
    if (x > end_ns) break;
  }
}

double DelayDensity::At(double excess_ns) const {
  if (excess_ns < 0) return excess_ns > -1 ? density_[0] * (1 + excess_ns) : 0;
  const double place = std::log1p(excess_ns / scale_ns_) / kStep;
  const auto index = static_cast<size_t>(place);
  if (index + 1 >= density_.size()) return 1e-300;
  const double part = place - static_cast<double>(index);
  return density_[index] * (1 - part) + density_[index + 1] * part;
}

double LimitRms(const sim::World& world, double seconds, uint64_t seed, int particles) {
  sim::World still = world;
  still.offset_ns = 0;
  still.frequency_ppb = 0;
  still.temperature_ppb = 0;
  still.incidents.clear();
  ParticleFilter filter(still, particles, seed + 77);
  Watcher watcher(filter);
  sim::ServoRun run(still, watcher, seed);
  double sum = 0;
  double count = 0;
  const auto looks = static_cast<int>(seconds * 4 / world.interval_s);
  for (int look = 0; look < looks; ++look) {
    const double at_s = look * world.interval_s / 4;
    run.RunUntil(at_s);
    if (at_s < seconds / 2) continue;
    const double error = run.Offset() - filter.OffsetAt(at_s);
    sum += error * error;
    ++count;
  }
  return count > 0 ? std::sqrt(sum / count) : 0;
}

}  // namespace ptpcore::bench
