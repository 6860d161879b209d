// Exit codes of hostctl; documented with the commands in cli/README.md.
#pragma once

namespace hostctl::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;           // hostd refused or failed; nothing was changed
inline constexpr int kExitUsage = 2;            // the command line is wrong; nothing was asked
inline constexpr int kExitNotReachable = 3;     // no answer from hostd
inline constexpr int kExitNotSynchronized = 4;  // of --wait-for-sync and tests of time
inline constexpr int kExitRefused = 5;          // no permission

}  // namespace hostctl::cli
