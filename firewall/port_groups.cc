// Sweeps over the ports from border to border; between two borders nothing changes.
#include "firewall/port_groups.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hostctl::firewall {

std::vector<PortGroup> GroupPorts(const std::vector<PortRange>& rules) {
  struct Border {
    std::vector<size_t> begins;
    std::vector<size_t> ends;
  };
  std::map<uint32_t, Border> borders;  // by port; the last port's end is 65536
  for (size_t i = 0; i < rules.size(); ++i) {
    borders[rules[i].begin].begins.push_back(i);
    borders[uint32_t{rules[i].end} + 1].ends.push_back(i);
  }

  std::map<std::vector<size_t>, std::vector<PortRange>> ranges_of;
  std::set<size_t> inside;
  uint32_t from = 0;
  for (const auto& [port, border] : borders) {
    if (!inside.empty()) {
      std::vector<PortRange>& ranges = ranges_of[{inside.begin(), inside.end()}];
      const auto last = static_cast<uint16_t>(port - 1);
      if (!ranges.empty() && ranges.back().end + 1U == from) {
        ranges.back().end = last;
      } else {
        ranges.push_back({static_cast<uint16_t>(from), last});
      }
    }
    for (const size_t rule : border.ends) inside.erase(rule);
    inside.insert(border.begins.begin(), border.begins.end());
    from = port;
  }

  std::vector<PortGroup> groups;
  for (auto& [indices, ranges] : ranges_of) groups.push_back({std::move(ranges), indices});
  std::sort(groups.begin(), groups.end(), [](const PortGroup& a, const PortGroup& b) {
    return a.ranges[0].begin < b.ranges[0].begin;
  });
  return groups;
}

}  // namespace hostctl::firewall
