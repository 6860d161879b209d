// One figure per world: the size of the true offset from the start on, a close look at
// it, and the Allan and time deviation of the second half.
#pragma once

#include <string>
#include <vector>

#include "ptpcore/sim/worlds.h"
#include "stability.h"

namespace ptpcore::bench {

struct Contestant {
  std::string name;
  std::string color;
  Track track;  // of one seed
};

// The last contestant is ours, and drawn on top.
std::string DrawWorld(const sim::World& world, double seconds,
                      const std::vector<Contestant>& contestants);

}  // namespace ptpcore::bench
