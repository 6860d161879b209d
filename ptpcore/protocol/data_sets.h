// The data sets of a clock: IEEE 1588-2019 8.2.1 to 8.2.3. timePropertiesDS (8.2.4)
// is `TimeProperties` in timescale.h; portDS (8.2.15) lives in the port.
//
//   DefaultDataSet own;
//   ParentDataSet parent = OwnParent(own);                     // as grandmaster
//   parent = ParentFromAnnounce(header, announce);             // as client
#pragma once

#include <cstdint>

#include "ptpcore/wire/message.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// clockClass 1..127 is a clock that never becomes a client (9.3.3, figure 33):
// beaten by another master, it falls silent.
inline constexpr uint8_t kGreatestNeverClientClass = 127;
// clockClass of a clock that never becomes a master (table 4).
inline constexpr uint8_t kSlaveOnlyClass = 255;

// How masters are compared.
enum class BestMasterAlgorithm {
  kDefault,  // 9.3
  kG8275,    // the alternate one of ITU-T G.8275.1 and G.8275.2, 6.3
};

// defaultDS, 8.2.1: what our own clock is.
struct DefaultDataSet {
  bool two_step = true;                // twoStepFlag, 8.2.1.2.1: our Sync is followed up
  wire::ClockIdentity clock_identity;  // 8.2.1.2.2
  uint16_t number_ports = 1;           // 8.2.1.2.3, 1..65534
  wire::ClockQuality quality;          // 8.2.1.3.1, announced when we are grandmaster
  uint8_t priority1 = 128;             // 8.2.1.4.1, 0..255, lower wins
  uint8_t priority2 = 128;             // 8.2.1.4.2, 0..255, lower wins
  uint8_t domain_number = 0;           // 8.2.1.4.3, 0..255, table 2
  bool slave_only = false;             // 8.2.1.4.4
  uint16_t sdo_id = 0;                 // 8.2.1.4.5, 0..4095: majorSdoId in the upper 4 of 12 bits
  // 8.2.1.5.4, 2..255: an Announce that has come this far is not for us.
  uint16_t max_steps_removed = 255;
  // G.8275.1 6.3, 1..255, lower wins; of no effect in the default algorithm.
  uint8_t local_priority = 128;
};

// currentDS, 8.2.2: how far we are from the grandmaster.
struct CurrentDataSet {
  uint16_t steps_removed = 0;             // 8.2.2.2: 0 as grandmaster
  wire::TimeInterval offset_from_master;  // 8.2.2.3: our clock minus the master's
  wire::TimeInterval mean_delay;          // 8.2.2.4: of the path to the master
};

// parentDS, 8.2.3: whom we follow, and the grandmaster behind it.
struct ParentDataSet {
  // 8.2.3.2: the port that sends us Sync; our own clock's port 0 as grandmaster.
  wire::PortIdentity port;
  // 8.2.3.3 to 8.2.3.5: estimates that are not made (parentStats is FALSE).
  bool parent_stats = false;
  uint16_t observed_offset_scaled_log_variance = 0xFFFF;
  int32_t observed_phase_change_rate = 0x7FFFFFFF;
  wire::ClockIdentity grandmaster;         // 8.2.3.6
  wire::ClockQuality grandmaster_quality;  // 8.2.3.7
  uint8_t grandmaster_priority1 = 128;     // 8.2.3.8
  uint8_t grandmaster_priority2 = 128;     // 8.2.3.9
};

// parentDS of a clock that is its own grandmaster (states M1 and M2, table 30).
ParentDataSet OwnParent(const DefaultDataSet& own);

// parentDS of a clock that follows the sender of this Announce (state S1, table 33).
ParentDataSet ParentFromAnnounce(const wire::Header& header, const wire::Announce& announce);

// currentDS.stepsRemoved of a clock that follows the sender of this Announce.
uint16_t StepsRemovedFrom(const wire::Announce& announce);

bool operator==(const ParentDataSet& a, const ParentDataSet& b);
inline bool operator!=(const ParentDataSet& a, const ParentDataSet& b) {
  return !(a == b);
}

}  // namespace ptpcore::protocol
