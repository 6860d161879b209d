// Gathers the frames that were seen into Traffic: who sends what. Pure.
//
//   TrafficCounter counter;
//   counter.SetOwn("000c29fffe1ddaab/1");
//   counter.Add("eth0", frame, {monotonic_s, kernel_minus_monotonic_s});
//   Judge(counter.traffic());
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "service/capture/ptp_frame.h"
#include "service/diagnose/traffic.h"

namespace hostctl::diagnose {

// When a frame was taken, seconds, by two clocks of the kernel that were read together: so
// a step of CLOCK_REALTIME is not taken for one of the master.
struct TakenAt {
  double monotonic_s = 0;
  double realtime_minus_monotonic_s = 0;
};

class TrafficCounter {
 public:
  // This host's port identity, as it is once known.
  void SetOwn(const std::string& identity) { own_ = identity; }
  void Add(const std::string& device, const capture::Frame& frame, const TakenAt& taken);
  void SetFramesLost(uint64_t lost) { traffic_.frames_lost = lost; }
  const Traffic& traffic() const { return traffic_; }

 private:
  // A two-step Sync that waits for its Follow_Up.
  struct Pending {
    uint16_t sequence = 0;
    double received_s = 0;  // CLOCK_REALTIME
    double correction_s = 0;
  };

  Talker* TalkerOf(const std::string& device, const capture::Frame& frame,
                   const capture::DecodedFrame& decoded);
  void AddMembership(const capture::Frame& frame, const capture::DecodedFrame& decoded);
  void AddMessage(Talker& talker, const capture::Frame& frame,
                  const ptpcore::wire::Message& message, const TakenAt& taken);

  std::string own_;
  Traffic traffic_;
  std::map<size_t, Pending> pending_;  // by index of the talker
  std::optional<double> first_shift_s_;
};

}  // namespace hostctl::diagnose
