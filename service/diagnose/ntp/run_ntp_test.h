// Goes through the chain of NTP, step by step, and tells of each as it goes.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "service/diagnose/ntp/ntp_probes.h"
#include "service/diagnose/run_test.h"

namespace hostctl::diagnose {

// The last that is told is the verdict, unless nobody listened any more.
void RunNtpTest(NtpProbes& probes, Listener& listener);

// One test at a time, whoever asks. Thread-safe.
class NtpTester {
 public:
  using MakeProbes = std::function<std::unique_ptr<NtpProbes>()>;
  explicit NtpTester(MakeProbes make) : make_(std::move(make)) {}

  // Runs one on this thread. FAILED_PRECONDITION TEST_RUNNING.
  absl::Status Run(Listener& listener);

 private:
  const MakeProbes make_;
  std::atomic<bool> running_{false};
};

}  // namespace hostctl::diagnose
