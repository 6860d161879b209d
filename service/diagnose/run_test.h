// Goes through the chain, step by step, and tells of each as it goes.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "hostctl/v1/test.pb.h"
#include "service/diagnose/probes.h"

namespace hostctl::diagnose {

// Takes a piece of the report; returns whether somebody still wants more.
using Tell = std::function<bool(const hostctl::v1::TestProgress&)>;

// The last that is told is the verdict, unless nobody wanted more. `observe`: how long to
// look at the network; absent: as patience.h has it.
void RunTest(Probes& probes, std::optional<absl::Duration> observe, const Tell& tell);

// One test at a time, whoever asks. Thread-safe.
class Tester {
 public:
  using MakeProbes = std::function<std::unique_ptr<Probes>()>;
  explicit Tester(MakeProbes make) : make_(std::move(make)) {}

  // Runs one on this thread. INVALID_ARGUMENT OBSERVE_OUT_OF_RANGE, FAILED_PRECONDITION
  // TEST_RUNNING.
  absl::Status Run(std::optional<absl::Duration> observe, const Tell& tell);

 private:
  const MakeProbes make_;
  std::atomic<bool> running_{false};
};

}  // namespace hostctl::diagnose
