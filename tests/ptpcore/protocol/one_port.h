// An ordinary clock as tests want to talk to it: a clock with one port, without the
// port's index and with a time of its own.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ptpcore/protocol/ptp_clock.h"

namespace ptpcore::protocol {

class OnePort {
 public:
  OnePort(const ClockConfig& clock, const PortConfig& port)
      : clock_(std::make_unique<PtpClock>(clock)) {
    clock_->AddPort(port);
  }

  Actions Initialized(MonoTime now = {}) { return clock_->Initialized(0, Later(now)); }
  Actions Fault(const std::string& sentence) {
    return clock_->Fault(0, {Reason::kFault, sentence}, now_);
  }
  Actions Handle(const Received& received, MonoTime now) {
    return clock_->Handle(0, received, Later(now));
  }
  Actions HandleTransmitted(const wire::Message& sent, LocalTime stamp) {
    return clock_->HandleTransmitted(0, sent, stamp, now_);
  }
  Actions HandleTimers(MonoTime now) { return clock_->HandleTimers(0, Later(now)); }
  Actions SetCalibrated(bool calibrated) { return clock_->SetCalibrated(0, calibrated, now_); }
  void ClockStepped() { clock_->ClockStepped(); }

  MonoTime NextDeadline() const { return clock_->NextDeadline(0); }
  Explanation Explain() const { return port().Explain(now_); }
  PortState state() const { return port().state(); }
  const ForeignMaster* parent() const { return port().parent(); }
  const PortCounters& counters() const { return port().counters(); }
  const Port& port() const { return clock_->port(0); }
  PtpClock& clock() { return *clock_; }

 private:
  MonoTime Later(MonoTime now) { return now_ = std::max(now_, now); }

  std::unique_ptr<PtpClock> clock_;
  MonoTime now_{};
};

}  // namespace ptpcore::protocol
