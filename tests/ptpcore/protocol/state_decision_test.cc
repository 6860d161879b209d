#include "ptpcore/protocol/state_decision.h"

#include <string>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using Code = DecisionCode;
using Step = ComparisonStep;

constexpr auto kDefault = BestMasterAlgorithm::kDefault;
constexpr auto kG8275 = BestMasterAlgorithm::kG8275;

// What port `port` of ours hears: a grandmaster through one of its ports.
DataSet Heard(const wire::ClockIdentity& grandmaster, uint16_t port, uint8_t priority1 = 128,
              uint16_t steps_removed = 0) {
  DataSet set;
  set.grandmaster = grandmaster;
  set.priority1 = priority1;
  set.steps_removed = steps_removed;
  set.sender = {grandmaster, 1};
  set.receiver = {kUs, port};
  return set;
}

PortView Hears(const DataSet& best, PortState state = PortState::kListening) {
  PortView view;
  view.state = state;
  view.best = best;
  return view;
}

PortView HearsNothing(PortState state) {
  PortView view;
  view.state = state;
  return view;
}

DefaultDataSet Us(uint8_t clock_class = 248, uint8_t priority1 = 128) {
  DefaultDataSet own;
  own.clock_identity = kUs;
  own.quality.clock_class = clock_class;
  own.priority1 = priority1;
  return own;
}

// The codes of all ports: `S1 M3`.
std::string Codes(const StateDecision& decision) {
  std::string text;
  for (const Recommendation& port : decision.ports) {
    if (!text.empty()) text += ' ';
    text += ToString(port.code);
  }
  return text;
}

std::string Decide(const DefaultDataSet& own, const std::vector<PortView>& ports) {
  return Codes(DecideStates(own, kDefault, ports));
}

TEST(StateDecisionTest, ABoundaryClockFollowsTheBestAndPassesItOn) {
  const StateDecision decision =
      DecideStates(Us(), kDefault,
                   {Hears(Heard(kMasterA, 1, 100)), HearsNothing(PortState::kMaster),
                    Hears(Heard(kMasterB, 3, 110))});
  EXPECT_EQ(decision.best, 0U);
  EXPECT_EQ(Codes(decision), "S1 M3 M3");
  EXPECT_EQ(decision.ports[0].state, PortState::kSlave);
  EXPECT_EQ(decision.ports[0].decided_by, Step::kPriority1);  // against our own clock
  EXPECT_EQ(decision.ports[1].state, PortState::kMaster);
  EXPECT_EQ(decision.ports[1].decided_by, Step::kOnlyOne);
  EXPECT_EQ(decision.ports[2].state, PortState::kMaster);
  EXPECT_EQ(decision.ports[2].decided_by, Step::kPriority1);
}

TEST(StateDecisionTest, WithoutAnyMasterOurOwnClockIsTheBest) {
  EXPECT_EQ(Decide(Us(), {HearsNothing(PortState::kSlave)}), "M2");
  EXPECT_EQ(DecideStates(Us(), kDefault, {HearsNothing(PortState::kSlave)}).best, std::nullopt);
}

TEST(StateDecisionTest, APortThatListensWaitsForItsTimeOut) {
  PortView port = HearsNothing(PortState::kListening);
  EXPECT_EQ(Decide(Us(), {port}), "none");
  EXPECT_EQ(Decide(Us(6), {port}), "none");
  port.announce_timed_out = true;
  EXPECT_EQ(Decide(Us(), {port}), "M2");
  EXPECT_EQ(Decide(Us(6), {port}), "M1");
  EXPECT_EQ(Decide(Us(), {port, Hears(Heard(kMasterA, 2, 1))}), "M3 S1");
}

// Figure 33 box by box: the clockClass, what the port hears (priority1; 0: nothing), what
// another port hears, and the code.
struct Row {
  uint8_t clock_class;
  int here;
  int elsewhere;
  const char* codes;
};
const Row kFigure33[] = {
    // Class 1..127: this port alone counts.
    {1, 0, 0, "M1 M1"},
    {6, 0, 127, "M1 P1"},
    {127, 129, 0, "M1 M1"},
    {127, 127, 0, "P1 M1"},
    {127, 127, 126, "P1 P1"},
    // Class 128 and above: the best of all ports.
    {128, 0, 0, "M2 M2"},
    {128, 129, 130, "M2 M2"},
    {128, 127, 0, "S1 M3"},
    {248, 127, 126, "M3 S1"},
    {248, 126, 127, "S1 M3"},
    {255, 0, 127, "M3 S1"},
    {0, 127, 126, "P1 P1"},  // reserved, but a uint8 has it
};

class Figure33Test : public ::testing::TestWithParam<Row> {};
INSTANTIATE_TEST_SUITE_P(All, Figure33Test, ::testing::ValuesIn(kFigure33));

TEST_P(Figure33Test, EachBox) {
  const Row& row = GetParam();
  const auto view = [](int priority1, const wire::ClockIdentity& master, uint16_t port) {
    return priority1 == 0 ? HearsNothing(PortState::kMaster)
                          : Hears(Heard(master, port, static_cast<uint8_t>(priority1)));
  };
  EXPECT_EQ(
      Decide(Us(row.clock_class), {view(row.here, kMasterA, 1), view(row.elsewhere, kMasterB, 2)}),
      row.codes)
      << "class " << int{row.clock_class} << ", hears " << row.here << " and " << row.elsewhere;
}

// Two ways to one grandmaster: the worse falls silent only where both ends would be masters
// of the same path.
TEST(StateDecisionTest, TheSecondWayToTheSameGrandmasterIsPassiveByTopology) {
  // The same sender on both ports: the higher port number.
  EXPECT_EQ(Decide(Us(), {Hears(Heard(kMasterA, 1, 1)), Hears(Heard(kMasterA, 2, 1))}), "S1 P2");
  // A neighbour as far away as we are, with a lower identity.
  DataSet neighbour = Heard(kMasterA, 2, 1, 1);
  neighbour.sender = {kMasterB, 1};
  EXPECT_EQ(Decide(Us(), {Hears(Heard(kMasterA, 1, 1)), Hears(neighbour)}), "S1 P2");
  // With a higher identity it is the neighbour who falls silent.
  neighbour.sender = {{{0xFF}}, 1};
  EXPECT_EQ(Decide(Us(), {Hears(Heard(kMasterA, 1, 1)), Hears(neighbour)}), "S1 M3");
  // Farther away, it is to follow us.
  neighbour.steps_removed = 2;
  EXPECT_EQ(Decide(Us(), {Hears(Heard(kMasterA, 1, 1)), Hears(neighbour)}), "S1 M3");
}

TEST(StateDecisionTest, AMasterOnlyPortIsNeverAClient) {
  PortView master_only = Hears(Heard(kMasterA, 1, 1));
  master_only.master_only = true;
  // What it hears is neither followed nor passed on, nor does it silence the port.
  master_only.announce_timed_out = true;
  EXPECT_EQ(Decide(Us(), {master_only}), "M2");
  EXPECT_EQ(Decide(Us(6), {master_only}), "M1");
  EXPECT_EQ(Decide(Us(), {master_only, Hears(Heard(kMasterB, 2, 100))}), "M3 S1");
  const StateDecision decision =
      DecideStates(Us(), kDefault, {master_only, Hears(Heard(kMasterB, 2, 200))});
  EXPECT_EQ(Codes(decision), "M2 M2");
  EXPECT_EQ(decision.best, 1U);
  // It waits like any other before it speaks.
  master_only.announce_timed_out = false;
  EXPECT_EQ(Decide(Us(), {master_only}), "none");
}

TEST(StateDecisionTest, ASlaveOnlyClockFollowsWhateverThereIs) {
  for (const uint8_t clock_class : {uint8_t{6}, uint8_t{248}, kSlaveOnlyClass}) {
    DefaultDataSet own = Us(clock_class, 1);
    own.slave_only = true;
    EXPECT_EQ(Decide(own, {Hears(Heard(kMasterA, 1, 200))}), "S1");
    PortView silent = HearsNothing(PortState::kListening);
    silent.announce_timed_out = true;
    EXPECT_EQ(Decide(own, {silent, Hears(Heard(kMasterA, 2)), Hears(Heard(kMasterB, 3))}),
              "none S1 none");
  }
}

TEST(StateDecisionTest, APortThatIsNotWorkingTakesNoPart) {
  for (const PortState state :
       {PortState::kInitializing, PortState::kFaulty, PortState::kDisabled}) {
    const StateDecision decision = DecideStates(
        Us(), kDefault, {Hears(Heard(kMasterA, 1, 1), state), HearsNothing(PortState::kMaster)});
    EXPECT_EQ(decision.best, std::nullopt);
    EXPECT_EQ(Codes(decision), "none M2");
    EXPECT_EQ(decision.ports[0].state, state);
  }
}

// ITU-T G.8275.1 6.3.
TEST(G8275StateDecisionTest, TheLocalPriorityOfAPortDecides) {
  DataSet first = Heard(kMasterA, 1);
  DataSet second = Heard(kMasterB, 2);
  first.quality.clock_class = second.quality.clock_class = 6;
  second.local_priority = 1;
  const StateDecision decision = DecideStates(Us(), kG8275, {Hears(first), Hears(second)});
  EXPECT_EQ(Codes(decision), "M3 S1");
  EXPECT_EQ(decision.ports[1].decided_by, Step::kClockClass);
  EXPECT_EQ(decision.ports[0].decided_by, Step::kLocalPriority);
  // By 9.3 it is another.
  EXPECT_EQ(Decide(Us(), {Hears(first), Hears(second)}), "S1 M3");
}

TEST(G8275StateDecisionTest, OurOwnClockHasALocalPriorityToo) {
  DefaultDataSet own = Us();
  own.local_priority = 127;
  EXPECT_EQ(Codes(DecideStates(own, kG8275, {Hears(Heard(kMasterA, 1, 1))})), "M2");
  own.local_priority = 129;
  EXPECT_EQ(Codes(DecideStates(own, kG8275, {Hears(Heard(kMasterA, 1, 1))})), "S1");
}

TEST(G8275StateDecisionTest, ATraceableClockYieldsToABetterOneOnly) {
  DataSet other = Heard(kMasterA, 1);
  other.quality.clock_class = 6;
  other.steps_removed = 1;
  EXPECT_EQ(Codes(DecideStates(Us(6), kG8275, {Hears(other)})), "M1");
  other.priority2 = 1;
  EXPECT_EQ(Codes(DecideStates(Us(6), kG8275, {Hears(other)})), "P1");
}

TEST(QualificationIntervalsTest, OnlyAClockThatPassesOnWaits) {
  EXPECT_EQ(QualificationIntervals(Code::kM1, 0), 0);
  EXPECT_EQ(QualificationIntervals(Code::kM2, 0), 0);
  EXPECT_EQ(QualificationIntervals(Code::kM3, 1), 2);
  EXPECT_EQ(QualificationIntervals(Code::kM3, 0xFFFF), 0x10000);
}

}  // namespace
}  // namespace ptpcore::protocol
