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

TEST(NextStateTest, TheLifeOfAMaster) {
  S state = S::kListening;
  state = NextState(state, E::kMasterRecommended);
  EXPECT_EQ(state, S::kPreMaster);
  state = NextState(state, E::kQualified);
  EXPECT_EQ(state, S::kMaster);
  state = NextState(state, E::kPassiveRecommended);
  EXPECT_EQ(state, S::kPassive);
  state = NextState(state, E::kMasterSelected);
  EXPECT_EQ(state, S::kUncalibrated);
}

// Every state with every event: figure 30.
TEST(NextStateTest, EveryStateWithEveryEvent) {
  constexpr S kI = S::kInitializing, kF = S::kFaulty, kD = S::kDisabled, kL = S::kListening,
              kPm = S::kPreMaster, kM = S::kMaster, kP = S::kPassive, kU = S::kUncalibrated,
              kS = S::kSlave;
  const struct {
    S from, initialize, initialized, master_selected, master_lost, master_recommended, qualified,
        passive_recommended, calibrated, uncalibrated, fault, disable, enable;
  } table[] = {
      {kI, kI, kL, kI, kI, kI, kI, kI, kI, kI, kF, kI, kI},        //
      {kF, kI, kF, kF, kF, kF, kF, kF, kF, kF, kF, kF, kF},        //
      {kD, kI, kD, kD, kD, kD, kD, kD, kD, kD, kF, kD, kL},        //
      {kL, kI, kL, kU, kL, kPm, kL, kP, kL, kL, kF, kD, kL},       //
      {kPm, kI, kPm, kU, kL, kPm, kM, kP, kPm, kPm, kF, kD, kPm},  //
      {kM, kI, kM, kU, kL, kM, kM, kP, kM, kM, kF, kD, kM},        //
      {kP, kI, kP, kU, kL, kPm, kP, kP, kP, kP, kF, kD, kP},       //
      {kU, kI, kU, kU, kL, kPm, kU, kP, kS, kU, kF, kD, kU},       //
      {kS, kI, kS, kU, kL, kPm, kS, kP, kS, kU, kF, kD, kS},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(ToString(row.from));
    EXPECT_EQ(NextState(row.from, E::kInitialize), row.initialize);
    EXPECT_EQ(NextState(row.from, E::kInitialized), row.initialized);
    EXPECT_EQ(NextState(row.from, E::kMasterSelected), row.master_selected);
    EXPECT_EQ(NextState(row.from, E::kMasterLost), row.master_lost);
    EXPECT_EQ(NextState(row.from, E::kMasterRecommended), row.master_recommended);
    EXPECT_EQ(NextState(row.from, E::kQualified), row.qualified);
    EXPECT_EQ(NextState(row.from, E::kPassiveRecommended), row.passive_recommended);
    EXPECT_EQ(NextState(row.from, E::kCalibrated), row.calibrated);
    EXPECT_EQ(NextState(row.from, E::kUncalibrated), row.uncalibrated);
    EXPECT_EQ(NextState(row.from, E::kFault), row.fault);
    EXPECT_EQ(NextState(row.from, E::kDisable), row.disable);
    EXPECT_EQ(NextState(row.from, E::kEnable), row.enable);
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
