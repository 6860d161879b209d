// How long a packet takes in one direction of a simulated network, and whether
// it arrives. Each part that is zero is not there.
//
//   LinkModel lan{.constant_ns = 50'000, .queue_ns = 2'000};
//   if (auto delay = Travel(lan, random)) Deliver(now + *delay);
#pragma once

#include <optional>

#include "ptpcore/sim/random.h"

namespace ptpcore::sim {

struct LinkModel {
  double constant_ns = 0;  // cables and empty switches
  double queue_ns = 0;     // mean of an exponential queueing delay

  // Bursts of other traffic: with this probability burst_ns * U(0, 0.1) * exp(1).
  double burst_chance = 0;
  double burst_ns = 0;

  // Rare spikes (a virtual machine was not scheduled): U(0, spike_ns) * exp(1).
  double spike_chance = 0;
  double spike_ns = 0;

  // Load on part of the packets: with this probability U(0, extra_ns).
  double extra_chance = 0;
  double extra_ns = 0;

  double loss = 0;  // probability that a packet never arrives
};

// The delay of one packet in nanoseconds, or nothing when it is lost.
inline std::optional<double> Travel(const LinkModel& link, Random& random) {
  if (link.loss > 0 && random.Chance(link.loss)) return std::nullopt;
  double delay = link.constant_ns;
  if (link.queue_ns > 0) delay += random.Exponential(link.queue_ns);
  if (link.burst_chance > 0 && random.Chance(link.burst_chance)) {
    delay += link.burst_ns * random.Uniform(0.1) * random.Exponential(1);
  }
  if (link.spike_chance > 0 && random.Chance(link.spike_chance)) {
    delay += random.Uniform(link.spike_ns) * random.Exponential(1);
  }
  if (link.extra_chance > 0 && random.Chance(link.extra_chance)) {
    delay += random.Uniform(link.extra_ns);
  }
  return delay;
}

}  // namespace ptpcore::sim
