// From data sets to the data fields of management TLVs: IEEE 1588-2019 15.5.3.
#pragma once

#include <cstdint>
#include <vector>

#include "ptpcore/management/table.h"
#include "ptpcore/management/view.h"
#include "ptpcore/wire/buffer.h"

namespace ptpcore::management {

// The data field of `id`, which must support GET. `port` is one of the clock's; of
// importance where the scope is a port. May be longer than a message can be.
std::vector<uint8_t> DataOf(Id id, const ClockView& clock, const PortView& port);

// As DataOf(), for the ids of one subject each; false where `id` is not one of theirs.
bool WriteClockData(Id id, const ClockView& clock, wire::Writer& writer);
bool WritePortData(Id id, const ClockView& clock, const PortView& port, wire::Writer& writer);
bool WriteLinuxptpData(Id id, const ClockView& clock, const PortView& port, wire::Writer& writer);

// The lower octet of a message's flagField, as the data sets have it too (table 37).
uint8_t FlagsOf(const protocol::TimeProperties& properties);

}  // namespace ptpcore::management
