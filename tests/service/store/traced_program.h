// Runs a program under ptrace(2): what it asks of the kernel between two marks is
// recorded, or it is killed at the n-th of those system calls.
//
//   const Trace whole = RunTraced({writer, "state", path, "7"});
//   RunTraced({writer, "state", path, "7"}, 3);    // killed before it begins the fourth
//
// A mark is SIGUSR1, which the program sends to itself.
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hostctl::store {

struct SystemCall {
  uint64_t number = 0;  // SYS_...
  std::array<uint64_t, 6> arguments{};
  int64_t result = 0;
  std::string first, second;  // the paths that it names
  std::string data;           // what it writes
};

struct Trace {
  bool allowed = true;  // false: this machine lets nobody trace
  bool killed = false;
  int exit_code = -1;
  std::vector<SystemCall> calls;  // those that were carried out
};

// Calls between the marks are counted from 0; without `kill_at` it runs to its end.
Trace RunTraced(const std::vector<std::string>& command, std::optional<size_t> kill_at = {});

}  // namespace hostctl::store
