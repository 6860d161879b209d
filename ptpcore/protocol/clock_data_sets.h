// All data sets of a clock together: what its ports announce, and the time they
// give. Written by the clock's state decision only (IEEE 1588-2019 tables 30 to 33).
#pragma once

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/data_sets.h"
#include "ptpcore/protocol/path_trace.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/timescale.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_8021as.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

struct ClockDataSets {
  DefaultDataSet own;
  CurrentDataSet current;
  ParentDataSet parent;
  TimeProperties time_properties;
  // pathTraceDS, 16.2.2: whether PATH_TRACE is in use, and the clocks from the
  // grandmaster to our parent, both included.
  bool path_trace_enabled = false;
  wire::PathTrace path_trace;
  // With IEEE 802.1AS: what the grandmaster says with each Sync of changes of its time.
  // Our own clock runs at its pace, so that there is no rate offset to be told.
  wire::FollowUpInformation time_base;
  // What is added to UTC to get the time that our ports send, seconds.
  int utc_offset_s = 0;
  // A leap second is so near that our clock may be on either side of it: nothing that
  // tells the time is sent.
  bool time_ambiguous = false;

  bool IsGrandmaster() const { return parent.grandmaster == own.clock_identity; }
};

// What the disciplined clock shows, in the timescale that the ports send. Times before
// that timescale's epoch cannot be written and become its epoch.
wire::Timestamp SentTime(const ClockDataSets& sets, LocalTime utc);

// Writes the data sets into an Announce (table 43) and returns the TLVs that belong
// behind it.
TlvOctets FillAnnounce(const ClockDataSets& sets, wire::Message& announce);

}  // namespace ptpcore::protocol
