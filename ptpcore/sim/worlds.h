// The named worlds in which accuracy is measured: kinds of noise that real
// networks have, as numbers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ptpcore/sim/link.h"

namespace ptpcore::sim {

struct World {
  std::string name;
  LinkModel from_master;  // Sync
  LinkModel to_master;    // Delay_Req
  double wander_ppb = 1;  // random walk of our oscillator over one second
  double frequency_ppb = 20'000;
  int64_t offset_ns = 50'000'000;
  double interval_s = 1;  // of the Syncs, and on average of the Delay_Reqs
  double goal_ns = 0;     // RMS of the true offset to stay below
  double near_ns = 0;     // counts as converged
};

// hw, lan, busy, burst, asym, vm.
std::vector<World> Worlds();

// The world of this name; the first one when there is none.
World FindWorld(const std::string& name);

}  // namespace ptpcore::sim
