// Whether the host's time serves a precision clock. One pure function: the API, the node
// labels and the event log all go by it.
//
//   const v1::PrecisionClockAnswer answer = Judge(status, {v1::TIME_PROTOCOL_PTP, 10e3});
//   if (!answer.compatible()) show(answer.message());
#pragma once

#include <optional>
#include <string>

#include "hostctl/v1/precision_clock.pb.h"
#include "hostctl/v1/time.pb.h"

namespace hostctl::precision_clock {

// What a virtual machine asks of the host's time.
struct Demand {
  // PTP, NTP or ANY.
  v1::TimeProtocol protocol = v1::TIME_PROTOCOL_ANY;
  // The clock must be within +- this, nanoseconds, above 0; absent: any error.
  std::optional<double> maximum_error_ns = {};
};

// The first thing that stands against it, in this order: nothing keeps time, it is not
// synchronized, another protocol keeps it, guests would not see that clock, it may be off by
// too much. Degraded time counts, and so does holdover: its error bound grows until it is
// more than what is asked for, or until the host is no longer synchronized.
// A status that nobody has filled in is that of a host that is not synchronized.
v1::PrecisionClockAnswer Judge(const v1::TimeStatus& status, const Demand& demand);

// Whether a scheduler would do the same on both: verdict, reason, protocol, health, since when
// and on which host. Not the error bound, nor the words, which repeat it.
bool SameVerdict(const v1::PrecisionClockAnswer& a, const v1::PrecisionClockAnswer& b);

// Whether the clock that guests and programs of this host read is the one that is kept: not a
// virtual one, nor one that PTP only measures.
bool KeepsSystemClock(const v1::TimeStatus& status);

}  // namespace hostctl::precision_clock
