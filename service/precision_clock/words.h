// The sentences of an answer, as a scheduler or libvirt shows them to whoever wanted to start
// the virtual machine: what it asks for, what this host gives instead, and why.
//
//   Precision clock wants PTP within 10.0 us; host esxi-01 provides NTP since 2026-11-22 21:05
//   UTC (PTP fell back: no Announce from any master)
#pragma once

#include <string>

#include "hostctl/v1/precision_clock.pb.h"
#include "hostctl/v1/time.pb.h"
#include "service/precision_clock/judge.h"

namespace hostctl::precision_clock {

// One line without a full stop. `reason` is what Judge() found.
std::string Words(const v1::TimeStatus& status, const Demand& demand,
                  v1::PrecisionClockReason reason);

// `PTP`, `NTP`, `PTP or NTP` for ANY, `no protocol`.
std::string ProtocolWords(v1::TimeProtocol protocol);

// A span of time to three digits: `850 ns`, `12.4 us`, `1.50 s`.
std::string SpanWords(double ns);

}  // namespace hostctl::precision_clock
