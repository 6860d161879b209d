// Programs of this host that could steer its clock, found in /proc.
#pragma once

#include <string>
#include <vector>

#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

struct ProcessText {
  int pid = 0;
  std::vector<std::string> arguments;  // its command line
  std::string status;                  // /proc/PID/status
  std::string config;                  // the file that -f names, where it could be read
};

// Whether it is one that steers the clock: chronyd without -x, ntpd, systemd-timesyncd,
// phc2sys, ptp4l that is not free running, timemaster, ptpd of others; and has the right to
// (CAP_SYS_TIME).
bool SteersClock(const ProcessText& process);

// `proc`: /proc. `only_network`: only those in this network namespace (the target of
// /proc/PID/ns/net); empty: all. Those of `ours` are left out.
std::vector<ClockProgram> FindClockPrograms(const std::string& proc,
                                            const std::string& only_network,
                                            const std::vector<int>& ours);

}  // namespace hostctl::diagnose
