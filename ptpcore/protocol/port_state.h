// The state machine of a port: IEEE 1588-2019 9.2.5, figures 30 and 31 (slaveOnly), as
// one pure function.
#pragma once

#include <cstdint>

namespace ptpcore::protocol {

// portState, table 20, with its values on the wire.
enum class PortState : uint8_t {
  kInitializing = 1,
  kFaulty = 2,
  kDisabled = 3,
  kListening = 4,
  kPreMaster = 5,
  kMaster = 6,
  kPassive = 7,
  kUncalibrated = 8,
  kSlave = 9,
};

// What can happen to a port (9.2.6). A slaveOnly clock recommends SLAVE and LISTENING only.
enum class PortEvent {
  kInitialize,          // INITIALIZE: start over
  kInitialized,         // initialization has succeeded
  kMasterSelected,      // recommended state SLAVE, with another master than before
  kMasterLost,          // recommended state LISTENING: no qualified master is left
  kMasterRecommended,   // recommended state MASTER
  kQualified,           // QUALIFICATION_TIMEOUT_EXPIRES
  kPassiveRecommended,  // recommended state PASSIVE
  kCalibrated,          // MASTER_CLOCK_SELECTED: synchronized to the selected master
  kUncalibrated,        // SYNCHRONIZATION_FAULT
  kFault,               // FAULT_DETECTED
  kDisable,             // DESIGNATED_DISABLED; with IEEE 802.1AS, not asCapable
  kEnable,              // DESIGNATED_ENABLED
};

// The state after `event`; an event that means nothing in `state` leaves it.
PortState NextState(PortState state, PortEvent event);

// `SLAVE`, as table 20 writes it.
const char* ToString(PortState state);

}  // namespace ptpcore::protocol
