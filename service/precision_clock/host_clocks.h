// The clock devices that this host offers to its guests: what KVM gives them, and the PTP
// hardware clocks of network cards. Read from the kernel's files.
#pragma once

#include <vector>

#include "hostctl/v1/precision_clock.pb.h"
#include "hostctl/v1/time.pb.h"
#include "service/store/file_system.h"

namespace hostctl::precision_clock {

// kvm-clock, ptp_kvm, then each /dev/ptpN. Never fails: what cannot be read is a clock that is
// not available, with the reason in words.
std::vector<v1::PrecisionClock> HostClocks(store::FileSystem& files, const v1::TimeStatus& status);

}  // namespace hostctl::precision_clock
