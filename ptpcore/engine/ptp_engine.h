// The engine as a whole: what the configuration asks for, made of a clock and one
// or more ports. Does no waiting of its own; the event loop polls and calls.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "ptpcore/clock/clock.h"
#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/engine/config.h"
#include "ptpcore/engine/engine_port.h"
#include "ptpcore/engine/hardware_clock_follower.h"
#include "ptpcore/engine/kernel_sync.h"
#include "ptpcore/engine/key_keeper.h"
#include "ptpcore/engine/leap_seconds.h"
#include "ptpcore/engine/management_service.h"
#include "ptpcore/engine/master_policy.h"
#include "ptpcore/engine/stamp_decision.h"
#include "ptpcore/engine/steered_clock.h"
#include "ptpcore/stats/event_log.h"
#include "ptpcore/stats/log_file.h"
#include "ptpcore/stats/second_ring.h"

namespace ptpcore::engine {

// What the engine gets from outside.
struct EngineEnvironment {
  clock::KernelTime time;
  // Makes the clock that a configuration asks for, and proves that it can be
  // adjusted unless `read_only`.
  std::function<absl::StatusOr<std::unique_ptr<clock::Clock>>(const EngineConfig&)> open_clock;
  // The network that a configuration asks for.
  std::function<NetworkAccess(const EngineConfig&)> network;
  std::function<void(const std::string& line)> log;  // one line for people
  std::string revision = {};                         // of this program
  // Who stamps packets; where it is empty, the kernel does. Clock and network are asked for
  // with what was decided as the configuration's `timestamping`.
  std::function<StampDecision(const EngineConfig&)> decide_stamps = {};
  // Known to nobody else.
  uint64_t random_seed = 1;
};
// The real ones: real_environment.cc.
EngineEnvironment RealEnvironment(const std::string& revision);

class PtpEngine {
 public:
  explicit PtpEngine(EngineEnvironment environment);

  // Runs with `config` from now on; true when that changed anything. An error
  // leaves everything as it was.
  absl::StatusOr<bool> Configure(const EngineConfig& config);
  // Null before the first Configure().
  const EngineConfig* config() const { return config_ ? &*config_ : nullptr; }

  void AppendPollFds(std::vector<pollfd>& fds) const;
  void HandleReady(absl::Span<const pollfd> fds);
  void HandleTimers();
  // CLOCK_MONOTONIC nanoseconds at which HandleTimers() wants to be called.
  int64_t NextDeadlineNs() const;
  // Opens the statistics log anew (SIGHUP).
  void ReopenLog();
  // Reads the keys anew, whether or not their file was changed (SIGHUP).
  void ReloadKeys();
  // Stores the learned frequency, if there is one worth it; for an orderly end.
  void SaveFrequency();

  // The protocol's clock of all ports; null where each port has its own, and until it
  // is made.
  const protocol::PtpClock* protocol() const {
    return protocol_ != nullptr ? protocol_->get() : nullptr;
  }
  // For the status report. The port that steers the clock; null before Configure().
  const EnginePort* port() const { return ports_.empty() ? nullptr : ports_[steering_].get(); }
  const std::vector<std::unique_ptr<EnginePort>>& ports() const { return ports_; }
  size_t steering_port() const { return steering_; }  // its index
  // Of each port's master.
  const std::vector<Standing>& standings() const { return standings_; }
  // See SteeredClock::MovedNs().
  double clock_moved_ns() const { return steered_clock_->MovedNs(Now()); }
  // Of port(); null before its network was up.
  const OrdinaryClock* ordinary_clock() const {
    return ports_.empty() ? nullptr : port()->ordinary_clock();
  }
  clock::Clock* clock() const { return clock_.get(); }
  // The system clock behind a PTP hardware clock; null where there is none.
  const HardwareClockFollower* follower() const { return follower_.get(); }
  const StampDecision& stamps() const { return stamps_; }
  const clock::KernelTime& time() const { return environment_.time; }
  const stats::EventLog& events() const { return events_; }
  // What the steering port measured in the last seconds of CLOCK_MONOTONIC.
  const stats::SecondRing& seconds() const { return seconds_; }
  // At the end of this UTC day: +1, -1 or 0.
  int pending_leap_second() const {
    return leap_seconds_ != nullptr ? leap_seconds_->pending() : 0;
  }
  uint64_t resets() const { return resets_; }
  const std::string& revision() const { return environment_.revision; }
  const ManagementService& management() const { return management_; }
  // Remembers an event, and tells people.
  void Note(const std::string& kind, const std::string& text);
  int64_t started_realtime_ns() const { return started_realtime_ns_; }

 private:
  protocol::MonoTime Now() const;
  void Start(const EngineConfig& config);
  StampDecision DecideStampsFor(const EngineConfig& config) const;
  // An error leaves everything as it was.
  absl::Status ReplaceClock(const EngineConfig& config, const StampDecision& stamps);
  void ReviseStamps();
  void FollowHardwareClock();
  // Whether the system clock, which can be lent, is the one that masters discipline; else it
  // follows a hardware clock.
  bool SteersSystemClock() const;
  OrdinaryClockConfig ClockConfigOf(const EngineConfig& config) const;
  // Of the system clock.
  absl::Status ProveAdjustable() const;
  // Who steers the system clock changes; the ports are told apart.
  void Lend();
  void TakeBack();
  std::string FrequencyFileOf(const EngineConfig& config) const;
  // `protocol`: the clock that all ports share; null where each has its own.
  void AddPort(const EngineConfig& config, const std::string& interface, const std::string& device,
               std::shared_ptr<ProtocolClock> protocol);
  void ReplaceFurtherPorts(const EngineConfig& config);
  // Which port steers: several clocks are judged by the policy, the ports of one clock by
  // its own state decision.
  void CompareMasters();
  void FollowSlavePort();
  void KeepLeapSeconds();
  void TellKernel();
  void LookAfterKeys(bool at_once);
  void Steer(size_t index);
  MasterOpinion OpinionOf(const EnginePort& port) const;
  void TellDistrust(size_t index, const MasterOpinion& opinion);
  void OpenStatsLog(const EngineConfig& config);
  void OpenManagement(const EngineConfig& config);
  void WriteStatsLine(const stats::StatsLine& line);
  // Trouble with the log that begins is an event.
  void NoteStatsLog(const absl::Status& written);
  // Gives a clock that was never corrected since boot the frequency learned before.
  void RecallFrequency(const EngineConfig& config);

  EngineEnvironment environment_;
  std::optional<EngineConfig> config_;
  std::unique_ptr<clock::Clock> clock_;
  StampDecision stamps_;
  int64_t next_decision_ns_ = 0;  // CLOCK_MONOTONIC
  std::unique_ptr<SteeredClock> steered_clock_;
  std::unique_ptr<HardwareClockFollower> follower_;
  std::unique_ptr<LeapSeconds> leap_seconds_;
  std::unique_ptr<KernelSync> kernel_sync_;
  std::shared_ptr<ProtocolClock> protocol_;  // of all ports; null where each has its own
  std::vector<std::unique_ptr<EnginePort>> ports_;
  size_t steering_ = 0;  // index of the port that steers
  std::vector<Standing> standings_;
  int64_t next_comparison_ns_ = 0;  // CLOCK_MONOTONIC
  std::unique_ptr<stats::LogFile> stats_log_;
  std::string stats_log_trouble_;
  int64_t next_frequency_save_ns_ = 0;  // CLOCK_MONOTONIC
  int64_t frequency_save_gap_ns_ = 0;
  KeyKeeper keys_;
  ManagementService management_;
  stats::EventLog events_;
  stats::SecondRing seconds_;
  uint64_t resets_ = 0;
  int64_t started_realtime_ns_;
};

}  // namespace ptpcore::engine
