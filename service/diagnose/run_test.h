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

// Who the test is made for. Called on the test's thread.
class Listener {
 public:
  virtual ~Listener() = default;
  // Whether somebody still wants to know; else the test ends soon.
  virtual bool Listens() = 0;
  virtual void Tell(const hostctl::v1::TestProgress& progress) = 0;
};

// The last that is told is the verdict, unless nobody listened any more. `observe`: how long
// to look at the network; absent: as patience.h has it.
void RunTest(Probes& probes, std::optional<absl::Duration> observe, Listener& listener);

// One test at a time, whoever asks. Thread-safe.
class Tester {
 public:
  using MakeProbes = std::function<std::unique_ptr<Probes>()>;
  explicit Tester(MakeProbes make) : make_(std::move(make)) {}

  // Runs one on this thread. INVALID_ARGUMENT OBSERVE_OUT_OF_RANGE, FAILED_PRECONDITION
  // TEST_RUNNING.
  absl::Status Run(std::optional<absl::Duration> observe, Listener& listener);

 private:
  const MakeProbes make_;
  std::atomic<bool> running_{false};
};

}  // namespace hostctl::diagnose
