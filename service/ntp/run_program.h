// Runs a program to its end, without a shell, and takes what it prints.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace hostctl::ntp {

struct ProgramResult {
  bool succeeded = false;  // ended with exit code 0
  std::string exit_words;  // `ended with exit code 1`
  std::string output;      // of both its outputs, at most 1 MiB
};

// `arguments[0]` is the program's path. NOT_FOUND when it cannot be started;
// DEADLINE_EXCEEDED when it has not ended in `patience`: it is killed.
absl::StatusOr<ProgramResult> RunProgram(const std::vector<std::string>& arguments,
                                         std::chrono::milliseconds patience);

}  // namespace hostctl::ntp
