// A small seeded random generator: the same numbers on every machine, which the
// distributions of <random> do not promise. xoshiro256++ by Blackman and Vigna
// (public domain), seeded with splitmix64.
//
//   Random random(42);
//   double delay = 50'000 + random.Exponential(2'000);
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace ptpcore::sim {

class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  uint64_t Bits() {
    const uint64_t result = Rotate(state_[0] + state_[3], 23) + state_[0];
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // Uniform in [0, 1).
  double Uniform() { return static_cast<double>(Bits() >> 11) * 0x1p-53; }
  // Uniform in [0, below).
  double Uniform(double below) { return below * Uniform(); }
  bool Chance(double probability) { return Uniform() < probability; }
  // Exponential with this mean.
  double Exponential(double mean) { return -mean * std::log1p(-Uniform()); }
  // Gaussian with mean 0 and deviation 1 (Box and Muller's method).
  double Gaussian() {
    const double radius = std::sqrt(2 * Exponential(1));
    return radius * std::cos(6.283185307179586 * Uniform());
  }

 private:
  static uint64_t Rotate(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

  std::array<uint64_t, 4> state_{};
};

}  // namespace ptpcore::sim
