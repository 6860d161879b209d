// What hostd's tests and captures look at, where there is nothing to be seen: they end at once, or
// wait for whoever asked.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <optional>

#include "service/capture/frame_source.h"
#include "service/diagnose/ntp/ntp_probes.h"
#include "service/diagnose/probes.h"

namespace hostctl::fuzz {

// PTP is off: the test says so and ends.
class NoProbes final : public diagnose::Probes {
 public:
  void ReadConfiguration(diagnose::Facts& /*facts*/) override {}
  void ReadInterface(diagnose::Facts& /*facts*/) override {}
  void StartObserving(const diagnose::Facts& /*facts*/) override {}
  void Observe(diagnose::Facts& /*facts*/) override {}
  double observed_s() const override { return 3600; }
  void ProbeMulticast(diagnose::Facts& /*facts*/) override {}
  void ReadClock(diagnose::Facts& /*facts*/) override {}
};

class NoNtpProbes final : public diagnose::NtpProbes {
 public:
  void ReadConfiguration(diagnose::NtpFacts& /*facts*/) override {}
  void Resolve(diagnose::NtpFacts& /*facts*/) override {}
  void Measure(diagnose::NtpFacts& /*facts*/) override {}
  double Wait() override { return 3600; }
};

// A wire on which nothing is sent.
class SilentWire final : public capture::FrameSource {
 public:
  SilentWire() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~SilentWire() override { close(fd_); }
  SilentWire(const SilentWire&) = delete;
  SilentWire& operator=(const SilentWire&) = delete;
  int fd() const override { return fd_; }
  std::optional<capture::Frame> Next() override { return std::nullopt; }
  uint64_t dropped() override { return 0; }

 private:
  const int fd_;
};

}  // namespace hostctl::fuzz
