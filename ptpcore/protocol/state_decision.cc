#include "ptpcore/protocol/state_decision.h"

namespace ptpcore::protocol {
namespace {

bool TakesPart(const PortView& port) {
  return port.state != PortState::kInitializing && port.state != PortState::kFaulty &&
         port.state != PortState::kDisabled;
}

// Erbest as the decision sees it.
const DataSet* BestOf(const PortView& port) {
  return port.best && !port.master_only && TakesPart(port) ? &*port.best : nullptr;
}

// Ebest, 9.3.2.2.
std::optional<size_t> BestPort(BestMasterAlgorithm algorithm, absl::Span<const PortView> ports) {
  std::optional<size_t> best;
  for (size_t i = 0; i < ports.size(); ++i) {
    const DataSet* candidate = BestOf(ports[i]);
    if (candidate == nullptr) continue;
    if (!best || IsBetter(*candidate, *BestOf(ports[*best]), algorithm)) best = i;
  }
  return best;
}

// One port's way through figure 33.
class Figure33 {
 public:
  Figure33(const DefaultDataSet& own, BestMasterAlgorithm algorithm, const DataSet* ebest)
      : own_(own), d0_(OwnDataSet(own)), algorithm_(algorithm), ebest_(ebest) {}

  Recommendation Decide(const PortView& port, bool hears_ebest) const {
    if (!TakesPart(port)) return {DecisionCode::kNone, port.state, ComparisonStep::kNone};
    constexpr Recommendation kListen;
    if (own_.slave_only) return hears_ebest ? Slave(ComparisonStep::kNone) : kListen;
    const DataSet* erbest = BestOf(port);
    const bool waits = port.state == PortState::kListening && !port.announce_timed_out;
    if (erbest == nullptr && waits) return kListen;

    if (own_.quality.clock_class <= kGreatestNeverClientClass) {
      const Comparison c = Against(d0_, erbest);
      if (c.a_better()) return Master(DecisionCode::kM1, c.decided_by);
      return {DecisionCode::kP1, PortState::kPassive, c.decided_by};
    }
    const Comparison own_or_best = Against(d0_, ebest_);
    if (own_or_best.a_better()) return Master(DecisionCode::kM2, own_or_best.decided_by);
    if (hears_ebest) return Slave(own_or_best.decided_by);
    const Comparison c = Against(*ebest_, erbest);
    if (c.order == Comparison::Order::kABetterByTopology) {
      return {DecisionCode::kP2, PortState::kPassive, c.decided_by};
    }
    return Master(DecisionCode::kM3, c.decided_by);
  }

 private:
  // Anything is better than the empty set.
  Comparison Against(const DataSet& a, const DataSet* b) const {
    if (b == nullptr) return {Comparison::Order::kABetter, ComparisonStep::kOnlyOne};
    return Compare(a, *b, algorithm_);
  }
  static Recommendation Master(DecisionCode code, ComparisonStep step) {
    return {code, PortState::kMaster, step};
  }
  static Recommendation Slave(ComparisonStep step) {
    return {DecisionCode::kS1, PortState::kSlave, step};
  }

  const DefaultDataSet& own_;
  DataSet d0_;
  BestMasterAlgorithm algorithm_;
  const DataSet* ebest_;
};

}  // namespace

StateDecision DecideStates(const DefaultDataSet& own, BestMasterAlgorithm algorithm,
                           absl::Span<const PortView> ports) {
  StateDecision decision;
  decision.best = BestPort(algorithm, ports);
  const Figure33 figure(own, algorithm, decision.best ? BestOf(ports[*decision.best]) : nullptr);
  decision.ports.reserve(ports.size());
  for (size_t i = 0; i < ports.size(); ++i) {
    decision.ports.push_back(figure.Decide(ports[i], decision.best == i));
  }
  return decision;
}

int QualificationIntervals(DecisionCode code, uint16_t steps_removed) {
  return code == DecisionCode::kM3 ? steps_removed + 1 : 0;
}

const char* ToString(DecisionCode code) {
  switch (code) {
    case DecisionCode::kNone:
      return "none";
    case DecisionCode::kM1:
      return "M1";
    case DecisionCode::kM2:
      return "M2";
    case DecisionCode::kM3:
      return "M3";
    case DecisionCode::kP1:
      return "P1";
    case DecisionCode::kP2:
      return "P2";
    case DecisionCode::kS1:
      return "S1";
  }
  return "?";
}

}  // namespace ptpcore::protocol
