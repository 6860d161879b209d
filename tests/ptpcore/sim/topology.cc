#include "topology.h"

#include <algorithm>
#include <deque>

#include "absl/strings/str_cat.h"

namespace ptpcore::sim {
namespace {

using protocol::DefaultDataSet;
using protocol::PortState;

constexpr size_t kNone = static_cast<size_t>(-1);

template <typename T>
T OneOf(Random& random, std::initializer_list<T> values) {
  return *(values.begin() + random.Bits() % values.size());
}

wire::ClockIdentity RandomIdentity(Random& random) {
  wire::ClockIdentity identity;
  const uint64_t bits = random.Bits();
  for (size_t i = 0; i < identity.octets.size(); ++i) {
    identity.octets[i] = static_cast<uint8_t>(bits >> 8 * i);
  }
  return identity;
}

class Builder {
 public:
  Builder(const TopologyOptions& options, Random& random, Network& network)
      : options_(options), random_(random), network_(network) {}

  void Build() {
    const size_t boundary = options_.clocks > 2 ? Below(options_.clocks - 1) + 1 : 0;
    for (size_t i = 0; i < boundary; ++i) {
      const size_t clock = Add(Boundary());
      if (i > 0) Join(clock, AnySegmentOrCable());
      if (i == 0) Join(clock, network_.AddSegment(options_.segment));
    }
    // Further ways between boundary clocks make rings and meshes.
    for (size_t extra = boundary > 2 ? Below(boundary) : 0; extra > 0; --extra) {
      Join(Below(boundary), AnySegmentOrCable());
    }
    for (size_t i = boundary; i < options_.clocks; ++i) {
      if (options_.telecom && (i == boundary || random_.Chance(0.3))) {
        AddTelecomGrandmaster(boundary);
        continue;
      }
      const size_t clock = Add(Ordinary());
      Join(clock, network_.segments() == 0 ? network_.AddSegment(options_.segment)
                                           : Below(network_.segments()));
    }
  }

 private:
  size_t Below(size_t n) { return random_.Bits() % n; }

  protocol::ClockConfig Boundary() {
    protocol::ClockConfig config;
    config.own.clock_identity = RandomIdentity(random_);
    if (options_.telecom) {
      config.algorithm = protocol::BestMasterAlgorithm::kG8275;
      return config;
    }
    config.own.priority1 = OneOf<uint8_t>(random_, {127, 128, 128, 129});
    config.own.quality.clock_class = OneOf<uint8_t>(random_, {135, 187, 248, 248});
    config.own.priority2 = OneOf<uint8_t>(random_, {127, 128, 128});
    config.path_trace = options_.path_trace;
    return config;
  }
  protocol::ClockConfig Ordinary() {
    protocol::ClockConfig config = Boundary();
    if (!options_.telecom && random_.Chance(0.2)) config.own.quality.clock_class = 6;
    if (random_.Chance(0.3)) {
      config.own.slave_only = true;
      config.own.quality.clock_class = 255;
    }
    return config;
  }
  void AddTelecomGrandmaster(size_t boundary) {
    protocol::ClockConfig config = Boundary();
    config.own.quality = {6, 0x21, 0x4E5D};
    const size_t clock = Add(config);
    const size_t cable = network_.AddSegment(options_.segment);
    Join(clock, cable, /*master_only=*/true);
    if (boundary > 0) Join(Below(boundary), cable);
  }
  size_t Add(const protocol::ClockConfig& config) {
    ports_.emplace_back();
    return network_.AddClock(config);
  }

  // A segment that is there, or a cable from a boundary clock that is there.
  size_t AnySegmentOrCable() {
    if (random_.Chance(0.3)) return Below(network_.segments());
    const size_t cable = network_.AddSegment(options_.segment);
    Join(Below(ports_.size() - 1), cable);
    return cable;
  }

  // A clock has at most one port on a segment.
  void Join(size_t clock, size_t segment, bool master_only = false) {
    std::vector<size_t>& ports = ports_[clock];
    if (std::find(ports.begin(), ports.end(), segment) != ports.end()) return;
    ports.push_back(segment);
    protocol::PortConfig port;
    port.master_only = master_only;
    port.intervals.log_announce = 0;
    port.intervals.log_sync = 1;
    port.intervals.log_min_delay_req = 3;
    network_.Attach(clock, segment, port);
  }

  const TopologyOptions& options_;
  Random& random_;
  Network& network_;
  std::vector<std::vector<size_t>> ports_;  // of each clock, the segments
};

// Everyone whom `start` can reach.
std::vector<size_t> Reach(const Network& network, size_t start) {
  std::vector<size_t> reached = {start};
  for (size_t at = 0; at < reached.size(); ++at) {
    for (size_t port = 0; port < network.clock(reached[at]).size(); ++port) {
      for (const auto& other : network.on(network.segment_of(reached[at], port))) {
        if (!network.running(other.clock)) continue;
        if (std::find(reached.begin(), reached.end(), other.clock) == reached.end()) {
          reached.push_back(other.clock);
        }
      }
    }
  }
  return reached;
}

const DefaultDataSet& Own(const Network& network, size_t clock) {
  return network.clock(clock).data_sets().own;
}

// The grandmasters that these clocks must have: one, but for G.8275; none where none can be.
std::vector<size_t> BestOf(const Network& network, const std::vector<size_t>& clocks) {
  std::vector<size_t> best;
  for (const size_t clock : clocks) {
    const DefaultDataSet& own = Own(network, clock);
    if (own.slave_only) continue;
    if (best.empty()) {
      best = {clock};
      continue;
    }
    const DefaultDataSet& other = Own(network, best[0]);
    const auto algorithm = network.config(clock).algorithm;
    const bool equal = algorithm == protocol::BestMasterAlgorithm::kG8275 &&
                       own.quality.clock_class <= protocol::kGreatestNeverClientClass &&
                       own.quality == other.quality;
    if (equal) {
      best.push_back(clock);
    } else if (protocol::IsBetter(protocol::OwnDataSet(own), protocol::OwnDataSet(other),
                                  algorithm)) {
      best = {clock};
    }
  }
  return best;
}

// Steps to each clock from the nearest of the grandmasters, by breadth first.
std::vector<size_t> StepsFrom(const Network& network, const std::vector<size_t>& grandmasters) {
  std::vector<size_t> steps(network.clocks(), kNone);
  for (const size_t grandmaster : grandmasters) steps[grandmaster] = 0;
  std::deque<size_t> next(grandmasters.begin(), grandmasters.end());
  for (; !next.empty(); next.pop_front()) {
    for (size_t port = 0; port < network.clock(next[0]).size(); ++port) {
      for (const auto& other : network.on(network.segment_of(next[0], port))) {
        if (!network.running(other.clock) || steps[other.clock] != kNone) continue;
        steps[other.clock] = steps[next[0]] + 1;
        next.push_back(other.clock);
      }
    }
  }
  return steps;
}

size_t CountPorts(const protocol::PtpClock& clock, PortState state) {
  size_t count = 0;
  for (size_t i = 0; i < clock.size(); ++i) count += clock.port(i).state() == state ? 1 : 0;
  return count;
}

std::string Name(const Network& network, size_t clock) {
  return absl::StrCat("clock ", clock, " (", wire::ToString(Own(network, clock).clock_identity),
                      ")");
}

class Check {
 public:
  Check(const Network& network, std::vector<size_t> clocks)
      : network_(network), clocks_(std::move(clocks)) {
    grandmasters_ = BestOf(network, clocks_);
    steps_ = StepsFrom(network, grandmasters_);
  }

  std::string Run() const {
    for (const size_t clock : clocks_) {
      if (std::string wrong = OfClock(clock); !wrong.empty()) {
        return absl::StrCat(Name(network_, clock), " ", wrong);
      }
    }
    return "";
  }

 private:
  std::string OfClock(size_t index) const {
    const protocol::PtpClock& clock = network_.clock(index);
    if (grandmasters_.empty()) {
      return CountPorts(clock, PortState::kListening) == clock.size() ? "" : "does not listen";
    }
    if (steps_[index] == 0) {
      if (CountPorts(clock, PortState::kMaster) != clock.size()) return "is not master everywhere";
      return NamesItself(clock);
    }
    if (Own(network_, index).quality.clock_class <= protocol::kGreatestNeverClientClass) {
      if (CountPorts(clock, PortState::kPassive) != clock.size()) return "is not passive";
      return NamesItself(clock);
    }
    return OfFollower(index, clock);
  }

  static std::string NamesItself(const protocol::PtpClock& clock) {
    const protocol::ClockDataSets& sets = clock.data_sets();
    if (sets.current.steps_removed != 0) return "is not at no distance from itself";
    if (sets.parent != protocol::OwnParent(sets.own)) return "names another as parent";
    return "";
  }

  std::string OfFollower(size_t index, const protocol::PtpClock& clock) const {
    const protocol::ClockDataSets& sets = clock.data_sets();
    if (CountPorts(clock, PortState::kSlave) != 1) return "has not one slave port";
    const size_t others =
        CountPorts(clock, PortState::kMaster) + CountPorts(clock, PortState::kPassive);
    if (1 + others != clock.size()) return "has a port that is undecided";
    const bool known =
        std::any_of(grandmasters_.begin(), grandmasters_.end(), [&](size_t grandmaster) {
          return sets.parent.grandmaster == Own(network_, grandmaster).clock_identity;
        });
    if (!known) return "names another grandmaster";
    if (sets.current.steps_removed != steps_[index]) {
      return absl::StrCat("is ", sets.current.steps_removed, " steps away, not ", steps_[index]);
    }
    const auto slave = clock.slave_port();
    if (!slave || clock.port(*slave).state() != PortState::kSlave) return "follows on another port";
    for (size_t port = 0; port < clock.size(); ++port) {
      if (std::string wrong = OfSegment(network_.segment_of(index, port)); !wrong.empty()) {
        return absl::StrCat("port ", port + 1, " ", wrong);
      }
    }
    return OfParent(index, *slave);
  }

  // Of the parent's port: it is on the same segment, master, and one step nearer. So that
  // parents lead to the grandmaster, and never in a circle.
  std::string OfParent(size_t index, size_t slave) const {
    const wire::PortIdentity& parent = network_.clock(index).data_sets().parent.port;
    for (const auto& other : network_.on(network_.segment_of(index, slave))) {
      if (!network_.running(other.clock)) continue;
      const protocol::Port& port = network_.clock(other.clock).port(other.port);
      if (port.identity() != parent) continue;
      if (port.state() != PortState::kMaster) return "has a parent that is not master";
      return steps_[other.clock] + 1 == steps_[index] ? "" : "has a parent that is no nearer";
    }
    return "has a parent that is not there";
  }

  std::string OfSegment(size_t segment) const {
    size_t masters = 0;
    for (const auto& on : network_.on(segment)) {
      if (!network_.running(on.clock)) continue;
      const PortState state = network_.clock(on.clock).port(on.port).state();
      if (state == PortState::kMaster) ++masters;
    }
    return masters == 1 ? "" : absl::StrCat("is on a segment with ", masters, " masters");
  }

  const Network& network_;
  std::vector<size_t> clocks_;
  std::vector<size_t> grandmasters_;
  std::vector<size_t> steps_;
};

}  // namespace

void BuildRandom(const TopologyOptions& options, Random& random, Network& network) {
  Builder(options, random, network).Build();
}

std::string WhatIsNotSettled(const Network& network) {
  std::vector<bool> checked(network.clocks(), false);
  for (size_t clock = 0; clock < network.clocks(); ++clock) {
    if (!network.running(clock) || checked[clock]) continue;
    const std::vector<size_t> together = Reach(network, clock);
    for (const size_t one : together) checked[one] = true;
    if (std::string wrong = Check(network, together).Run(); !wrong.empty()) return wrong;
  }
  return "";
}

uint64_t StateTransitions(const Network& network) {
  uint64_t transitions = 0;
  for (size_t clock = 0; clock < network.clocks(); ++clock) {
    if (!network.running(clock)) continue;
    for (size_t port = 0; port < network.clock(clock).size(); ++port) {
      transitions += network.clock(clock).port(port).counters().state_transitions;
    }
  }
  return transitions;
}

std::string Describe(const Network& network) {
  std::string text;
  for (size_t clock = 0; clock < network.clocks(); ++clock) {
    if (!network.running(clock)) continue;
    const protocol::ClockDataSets& sets = network.clock(clock).data_sets();
    absl::StrAppend(&text, Name(network, clock), " p1 ", sets.own.priority1, " class ",
                    sets.own.quality.clock_class, " p2 ", sets.own.priority2,
                    sets.own.slave_only ? " slaveOnly" : "", ": grandmaster ",
                    wire::ToString(sets.parent.grandmaster), ", ", sets.current.steps_removed,
                    " steps, parent ", wire::ToString(sets.parent.port));
    for (size_t port = 0; port < network.clock(clock).size(); ++port) {
      absl::StrAppend(&text, port == 0 ? "; " : ", ", "segment ", network.segment_of(clock, port),
                      " ", protocol::ToString(network.clock(clock).port(port).state()));
    }
    text += '\n';
  }
  return text;
}

}  // namespace ptpcore::sim
