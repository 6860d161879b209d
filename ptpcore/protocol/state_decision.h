// State decision: what each port of a clock should be, from our own clock and the best
// master that each port hears. IEEE 1588-2019 9.3.3, figure 33; the alternate one of ITU-T
// G.8275.1 and G.8275.2, 6.3, differs in the comparison only. Pure.
//
//   std::vector<PortView> ports = {{PortState::kListening, best_of_port_1}, ...};
//   const StateDecision decision = DecideStates(own, algorithm, ports);
//   // decision.ports[i].state is what port i should become, .code why
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/protocol/data_sets.h"
#include "ptpcore/protocol/dataset_comparison.h"
#include "ptpcore/protocol/port_state.h"

namespace ptpcore::protocol {

// What the decision asks about a port.
struct PortView {
  // A port that is INITIALIZING, FAULTY or DISABLED takes no part.
  PortState state = PortState::kListening;
  // Erbest, 9.3.2.3: the best qualified master that it hears; absent: none.
  std::optional<DataSet> best;
  // ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, 9.2.6.12: a port in LISTENING has waited long enough.
  bool announce_timed_out = false;
  // portDS.masterOnly, 8.2.15.5.2: what it hears counts for nothing, it is never a client.
  bool master_only = false;
};

// The ways through figure 33.
enum class DecisionCode : uint8_t {
  kNone,  // the port listens on, or takes no part
  kM1,    // grandmaster, of a clock that never becomes a client
  kM2,    // grandmaster: our own clock is the best
  kM3,    // master: passes on what another port receives
  kP1,    // passive: a better one is heard by a clock that never becomes a client
  kP2,    // passive: another way to the same grandmaster is better
  kS1,    // slave: this port hears the best
};

struct Recommendation {
  DecisionCode code = DecisionCode::kNone;
  // MASTER, PASSIVE or SLAVE; without a code LISTENING, or the state of a port that takes
  // no part.
  PortState state = PortState::kListening;
  // What decided between the two that figure 33 compared last; kNone in a slaveOnly clock.
  ComparisonStep decided_by = ComparisonStep::kNone;
};

struct StateDecision {
  // The port whose best is Ebest, the best of the clock (9.3.2.2); absent: no port hears one.
  std::optional<size_t> best;
  std::vector<Recommendation> ports;
};

// Whatever `own` says, a slaveOnly clock is never its own best: the port that hears Ebest is
// S1, the others stay LISTENING.
StateDecision DecideStates(const DefaultDataSet& own, BestMasterAlgorithm algorithm,
                           absl::Span<const PortView> ports);

// How many announce intervals a port with this recommendation stays PRE_MASTER, 9.2.6.11.
// `steps_removed` is currentDS's, after the decision.
int QualificationIntervals(DecisionCode code, uint16_t steps_removed);

// `M1`; `none`.
const char* ToString(DecisionCode code);

}  // namespace ptpcore::protocol
