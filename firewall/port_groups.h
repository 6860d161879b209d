// Which rules speak of which ports: the table that a packet's port is looked up
// in. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hostctl::firewall {

struct PortRange {
  uint16_t begin = 0;
  uint16_t end = 0;  // inclusive, not less than begin

  bool operator==(const PortRange& o) const { return begin == o.begin && end == o.end; }
};

// Ports that are spoken of by the same rules.
struct PortGroup {
  std::vector<PortRange> ranges;  // ascending, no two adjoin
  std::vector<size_t> rules;      // ascending indices, at least one
};

// `rules[i]` is the range of rule i. Every port that is in any of them is in
// exactly one group; groups ascend by their first port.
std::vector<PortGroup> GroupPorts(const std::vector<PortRange>& rules);

}  // namespace hostctl::firewall
