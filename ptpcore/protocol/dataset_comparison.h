// Data set comparison algorithm: IEEE 1588-2019 9.3.4, figures 34 and 35.
#pragma once

#include <cstdint>

#include "ptpcore/wire/message.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

// What the comparison looks at (table 17).
struct DataSet {
  uint8_t priority1 = 128;
  wire::ClockIdentity grandmaster;
  wire::ClockQuality quality;
  uint8_t priority2 = 128;
  uint16_t steps_removed = 0;
  wire::PortIdentity sender;
  wire::PortIdentity receiver;
};

// The data set that an Announce message describes, as `receiver` sees it.
DataSet DataSetFromAnnounce(const wire::Header& header, const wire::Announce& announce,
                            const wire::PortIdentity& receiver);

enum class Comparison {
  kABetter,
  kABetterByTopology,
  kBBetter,
  kBBetterByTopology,
  kError1,  // a message came back to its sender
  kError2,  // twice the same message
};

Comparison Compare(const DataSet& a, const DataSet& b);

// Whether Compare() prefers `a`, by quality or by topology.
bool IsBetter(const DataSet& a, const DataSet& b);

}  // namespace ptpcore::protocol
