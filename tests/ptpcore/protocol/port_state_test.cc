#include "ptpcore/protocol/port_state.h"

#include <string>

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

using S = PortState;
using E = PortEvent;

TEST(NextStateTest, AnOrdinaryLife) {
  S state = S::kInitializing;
  state = NextState(state, E::kInitialized);
  EXPECT_EQ(state, S::kListening);
  state = NextState(state, E::kMasterSelected);
  EXPECT_EQ(state, S::kUncalibrated);
  state = NextState(state, E::kCalibrated);
  EXPECT_EQ(state, S::kSlave);
  state = NextState(state, E::kMasterLost);
  EXPECT_EQ(state, S::kListening);
}

// Every state with every event. A client-only port is never in the states of a
// master; should it be, only INITIALIZE and a fault move it.
TEST(NextStateTest, EveryStateWithEveryEvent) {
  const struct {
    S from;
    S initialize, initialized, master_selected, master_lost, calibrated, uncalibrated, fault;
  } table[] = {
      {S::kInitializing, S::kInitializing, S::kListening, S::kInitializing, S::kInitializing,
       S::kInitializing, S::kInitializing, S::kFaulty},
      {S::kFaulty, S::kInitializing, S::kFaulty, S::kFaulty, S::kFaulty, S::kFaulty, S::kFaulty,
       S::kFaulty},
      {S::kDisabled, S::kInitializing, S::kDisabled, S::kDisabled, S::kDisabled, S::kDisabled,
       S::kDisabled, S::kFaulty},
      {S::kListening, S::kInitializing, S::kListening, S::kUncalibrated, S::kListening,
       S::kListening, S::kListening, S::kFaulty},
      {S::kPreMaster, S::kInitializing, S::kPreMaster, S::kPreMaster, S::kPreMaster, S::kPreMaster,
       S::kPreMaster, S::kFaulty},
      {S::kMaster, S::kInitializing, S::kMaster, S::kMaster, S::kMaster, S::kMaster, S::kMaster,
       S::kFaulty},
      {S::kPassive, S::kInitializing, S::kPassive, S::kPassive, S::kPassive, S::kPassive,
       S::kPassive, S::kFaulty},
      {S::kUncalibrated, S::kInitializing, S::kUncalibrated, S::kUncalibrated, S::kListening,
       S::kSlave, S::kUncalibrated, S::kFaulty},
      {S::kSlave, S::kInitializing, S::kSlave, S::kUncalibrated, S::kListening, S::kSlave,
       S::kUncalibrated, S::kFaulty},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(ToString(row.from));
    EXPECT_EQ(NextState(row.from, E::kInitialize), row.initialize);
    EXPECT_EQ(NextState(row.from, E::kInitialized), row.initialized);
    EXPECT_EQ(NextState(row.from, E::kMasterSelected), row.master_selected);
    EXPECT_EQ(NextState(row.from, E::kMasterLost), row.master_lost);
    EXPECT_EQ(NextState(row.from, E::kCalibrated), row.calibrated);
    EXPECT_EQ(NextState(row.from, E::kUncalibrated), row.uncalibrated);
    EXPECT_EQ(NextState(row.from, E::kFault), row.fault);
  }
}

TEST(PortStateTest, HasTheValuesAndNamesOfTable20) {
  const struct {
    int value;
    S state;
    std::string name;
  } table[] = {{1, S::kInitializing, "INITIALIZING"},
               {2, S::kFaulty, "FAULTY"},
               {3, S::kDisabled, "DISABLED"},
               {4, S::kListening, "LISTENING"},
               {5, S::kPreMaster, "PRE_MASTER"},
               {6, S::kMaster, "MASTER"},
               {7, S::kPassive, "PASSIVE"},
               {8, S::kUncalibrated, "UNCALIBRATED"},
               {9, S::kSlave, "SLAVE"}};
  for (const auto& row : table) {
    EXPECT_EQ(static_cast<int>(row.state), row.value);
    EXPECT_EQ(ToString(row.state), row.name);
  }
}

}  // namespace
}  // namespace ptpcore::protocol
