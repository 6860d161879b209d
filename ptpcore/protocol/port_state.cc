#include "ptpcore/protocol/port_state.h"

namespace ptpcore::protocol {

PortState NextState(PortState state, PortEvent event) {
  // Two events mean the same everywhere.
  if (event == PortEvent::kInitialize) return PortState::kInitializing;
  if (event == PortEvent::kFault) return PortState::kFaulty;

  const bool follows = state == PortState::kUncalibrated || state == PortState::kSlave;
  const bool masters = state == PortState::kPreMaster || state == PortState::kMaster;
  const bool takes_part =
      state == PortState::kListening || state == PortState::kPassive || follows || masters;
  switch (event) {
    case PortEvent::kInitialized:
      return state == PortState::kInitializing ? PortState::kListening : state;
    case PortEvent::kMasterSelected:
      return takes_part ? PortState::kUncalibrated : state;
    case PortEvent::kMasterLost:
      return takes_part ? PortState::kListening : state;
    case PortEvent::kMasterRecommended:
      return takes_part && !masters ? PortState::kPreMaster : state;
    case PortEvent::kQualified:
      return state == PortState::kPreMaster ? PortState::kMaster : state;
    case PortEvent::kPassiveRecommended:
      return takes_part ? PortState::kPassive : state;
    case PortEvent::kCalibrated:
      return state == PortState::kUncalibrated ? PortState::kSlave : state;
    case PortEvent::kUncalibrated:
      return state == PortState::kSlave ? PortState::kUncalibrated : state;
    case PortEvent::kDisable:
      return takes_part ? PortState::kDisabled : state;
    case PortEvent::kEnable:
      return state == PortState::kDisabled ? PortState::kListening : state;
    case PortEvent::kInitialize:
    case PortEvent::kFault:
      break;
  }
  return state;
}

const char* ToString(PortState state) {
  switch (state) {
    case PortState::kInitializing:
      return "INITIALIZING";
    case PortState::kFaulty:
      return "FAULTY";
    case PortState::kDisabled:
      return "DISABLED";
    case PortState::kListening:
      return "LISTENING";
    case PortState::kPreMaster:
      return "PRE_MASTER";
    case PortState::kMaster:
      return "MASTER";
    case PortState::kPassive:
      return "PASSIVE";
    case PortState::kUncalibrated:
      return "UNCALIBRATED";
    case PortState::kSlave:
      return "SLAVE";
  }
  return "?";
}

}  // namespace ptpcore::protocol
