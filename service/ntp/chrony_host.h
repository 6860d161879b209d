// What hostd needs of chrony besides running it: to have a configuration checked, to
// keep it in its file, to ask what is measured. Functions, so that tests put their own.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hostctl/v1/ntp.pb.h"
#include "service/ntp/chrony_conf.h"

namespace hostctl::ntp {

// A line that chronyd does not take.
struct ConfProblem {
  size_t line = 0;      // from 1; 0: it did not say which
  std::string message;  // chronyd's own
};
// What chronyd says about a configuration: its output when it has refused one.
ConfProblem ProblemIn(const std::string& output);

struct ChronyHost {
  Places places;
  // Has chronyd look at the lines (`chronyd -p`). NOT_FOUND: it is not installed.
  std::function<absl::StatusOr<std::optional<ConfProblem>>(const std::vector<std::string>&)> check =
      [](const std::vector<std::string>&) { return std::nullopt; };
  // The text of places.config_file. NOT_FOUND when there is none.
  std::function<absl::StatusOr<std::string>()> read = [] {
    return absl::NotFoundError("there is no configuration of chronyd");
  };
  // Replaces it in one step.
  std::function<absl::Status(const std::string&)> write = [](const std::string&) {
    return absl::OkStatus();
  };
  // As ReadNtpStats().
  std::function<absl::StatusOr<v1::NtpStats>()> stats = [] {
    return absl::UnavailableError("there is no chronyd to ask");
  };
};

// The real one. `chronyd`: the program that checks.
ChronyHost NewChronyHost(const Places& places, const std::string& chronyd);

}  // namespace hostctl::ntp
