#include "ptpcore/protocol/port_state.h"

namespace ptpcore::protocol {

PortState NextState(PortState state, PortEvent event) {
  // Two events mean the same everywhere.
  if (event == PortEvent::kInitialize) return PortState::kInitializing;
  if (event == PortEvent::kFault) return PortState::kFaulty;

  const bool follows = state == PortState::kUncalibrated || state == PortState::kSlave;
  switch (event) {
    case PortEvent::kInitialized:
      return state == PortState::kInitializing ? PortState::kListening : state;
    case PortEvent::kMasterSelected:
      return state == PortState::kListening || follows ? PortState::kUncalibrated : state;
    case PortEvent::kMasterLost:
      return follows ? PortState::kListening : state;
    case PortEvent::kCalibrated:
      return state == PortState::kUncalibrated ? PortState::kSlave : state;
    case PortEvent::kUncalibrated:
      return state == PortState::kSlave ? PortState::kUncalibrated : state;
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
