// What the Syncs of a master, as a packet socket saw them, say of its time against the
// kernel's. Pure.
#pragma once

#include <optional>

#include "service/diagnose/traffic.h"

namespace hostctl::diagnose {

// Median of master's time minus kernel time, seconds, as sent: not corrected for UTC.
std::optional<double> MedianOffset(const Talker& master);

// What such a master's time has to be corrected by to get UTC, by its own Announce: its
// currentUtcOffset with the PTP timescale, else 0 (IEEE 1588-2019 7.2.4).
double UtcOffsetOf(const Talker& master);

// The greatest step in its time, seconds; 0: none. One Sync that is off alone is one that came
// late, and no step.
double GreatestStep(const Talker& master);
// A master's time that steps by more has jumped, seconds; software timestamps waver by less.
inline constexpr double kJumpS = 0.05;

}  // namespace hostctl::diagnose
