// Exit codes of hostctl; documented with the commands in cli/README.md.
#pragma once

#include <array>

namespace hostctl::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;           // hostd refused or failed; nothing was changed
inline constexpr int kExitUsage = 2;            // the command line is wrong; nothing was asked
inline constexpr int kExitNotReachable = 3;     // no answer from hostd
inline constexpr int kExitNotSynchronized = 4;  // of --wait-for-sync and tests of time
inline constexpr int kExitRefused = 5;          // no permission

struct ExitCode {
  int code;
  const char* meaning;
};

// As `hostctl --help` and the manual list them.
inline constexpr std::array<ExitCode, 6> kExitCodes = {
    {{kExitDone, "Done."},
     {kExitFailed, "hostd refused or failed, or the output could not be written."},
     {kExitUsage, "The command line is wrong; nothing was changed."},
     {kExitNotReachable, "hostd is not reachable or did not answer in time."},
     {kExitNotSynchronized,
      "Done, but the host is not synchronized (--wait-for-sync, system time status), or a test "
      "failed."},
     {kExitRefused, "No permission."}}};

}  // namespace hostctl::cli
