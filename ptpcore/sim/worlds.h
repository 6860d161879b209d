// The named worlds in which accuracy is measured: kinds of noise that real
// networks have, as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ptpcore/sim/link.h"

namespace ptpcore::sim {

// Something that happens to a world, once.
struct Incident {
  double at_s = 0;
  double frequency_ppb = 0;      // our oscillator's frequency jumps by this
  double from_master_ns = 0;     // Syncs take this much longer from now on
  double to_master_ns = 0;       // Delay_Reqs likewise
  double master_ramp_ppb = 0;    // the master's clock lies: it gains this from now on,
  double master_ramp_for_s = 0;  // for so long; then it tells the truth again
};

struct World {
  std::string name;
  LinkModel from_master;  // Sync
  LinkModel to_master;    // Delay_Req
  double wander_ppb = 1;  // random walk of our oscillator over one second
  double frequency_ppb = 20'000;
  int64_t offset_ns = 50'000'000;
  double interval_s = 1;       // of the Syncs, and on average of the Delay_Reqs
  // Delay_Reqs leave together with the Syncs instead of at random: NTP's exchange.
  bool paired_requests = false;
  // Peer delay instead of Delay_Reqs: the neighbour's clock is not the master's, shows
  // `neighbor_offset_ns` more and runs `neighbor_ppb` fast, and it takes its time to
  // answer. Syncs come over the same link.
  bool peer_delay = false;
  bool neighbor_tells = true;  // t2 and t3, not their difference only
  int64_t neighbor_offset_ns = 37'000'000'000;
  double neighbor_ppb = 30'000;
  double turnaround_ns = 1'000'000;
  double goal_ns = 0;          // RMS of the true offset to stay below
  double near_ns = 0;          // counts as converged
  double temperature_ppb = 0;  // amplitude of the frequency's daily sine
  double temperature_period_s = 0;
  std::vector<Incident> incidents;  // in the order of time
};

// hw, lan, busy, burst, asym, vm.
std::vector<World> Worlds();

// The lan under other conditions, for a run of `seconds`: fast (8 Sync/s), slow (one
// in 16 s), loss (20 %), warm (+-0.5 ppm over two hours), jump (the frequency by
// 5 ppm), route (+100 us both ways), skew (+100 us for Syncs only), liar (a master that
// gains 10 us/s for a minute). Incidents come at 3/5 of the run.
std::vector<World> ConditionWorlds(double seconds);

// The world of this name; the first one when there is none.
World FindWorld(const std::string& name);

}  // namespace ptpcore::sim
