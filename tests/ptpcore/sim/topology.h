// Random topologies of ordinary and boundary clocks, and what a network of them must look
// like once the best master clock algorithm has settled, worked out from the graph alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ptpcore/sim/network.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::sim {

struct TopologyOptions {
  size_t clocks = 10;
  SegmentModel segment;
  bool path_trace = false;
  // As ITU-T G.8275.1: the alternate comparison, and some equal grandmasters of clockClass 6
  // at the ends, on cables of their own and master only.
  bool telecom = false;
};

// Connected; boundary clocks in trees, rings and meshes over cables and hubs, ordinary clocks
// at its ends, some of them slaveOnly and some of a clockClass that never becomes a client.
void BuildRandom(const TopologyOptions& options, Random& random, Network& network);

// The first thing that is not as it must be; empty when the network has settled. Checked are
// for all clocks that run and can reach each other: that there is one grandmaster and it is
// the best (by G.8275, that each clock has the nearest of the equal ones), that every clock
// names it, as many steps away as it is, that its parents lead there, that its port states
// agree, and that each segment has one master.
std::string WhatIsNotSettled(const Network& network);

// Port state transitions of all clocks that run.
uint64_t StateTransitions(const Network& network);

// Who is who: states and data sets of all clocks, for a test's message.
std::string Describe(const Network& network);

}  // namespace ptpcore::sim
