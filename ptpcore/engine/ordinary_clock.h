// A client-only ordinary clock at work: the port decides, the servo estimates,
// the clock obeys, and the statistics remember. No descriptors and no real time
// in here: the daemon and the simulator drive the very same object.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "ptpcore/clock/clock.h"
#include "ptpcore/engine/clock_status.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/protocol/client_port.h"
#include "ptpcore/servo/servo.h"
#include "ptpcore/stats/event_log.h"
#include "ptpcore/stats/rate_meter.h"
#include "ptpcore/stats/running_window.h"
#include "ptpcore/stats/stats_line.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {

struct OrdinaryClockConfig {
  protocol::PortConfig port;
  servo::ServoConfig servo;
  std::string servo_name = "adaptive";
  bool read_only = false;  // measure, but never touch the clock
  protocol::Duration holdover_limit = std::chrono::hours(1);
  int64_t delay_asymmetry_ns = 0;  // IEEE 1588-2019 7.4.2
  int64_t ingress_latency_ns = 0;  // IEEE 1588-2019 7.3.4.2
  int64_t egress_latency_ns = 0;
};

// What packets came to before a port saw them.
struct PacketCounters {
  uint64_t received = 0;
  uint64_t sent = 0;
  uint64_t send_errors = 0;
  std::array<uint64_t, 5> undecodable{};  // by wire::DecodeError
};

// Where an ordinary clock's deeds go.
struct Surroundings {
  std::function<absl::Status(absl::Span<const uint8_t>)> send_event;
  std::function<void(const std::string& kind, const std::string& text)> on_event;
  std::function<void(const stats::StatsLine&)> on_stats_line;
};

// Local clock minus master and so on, as statistics of the recent past.
struct Measurements {
  stats::RunningWindow offset_ns;
  stats::RunningWindow mean_path_delay_ns;
  stats::RunningWindow frequency_ppb;
};

class OrdinaryClock {
 public:
  // `clock` must outlive this object.
  OrdinaryClock(const OrdinaryClockConfig& config, clock::Clock& clock, Surroundings surroundings);

  void NetworkUp(protocol::MonoTime now);
  void NetworkDown(const std::string& reason, protocol::MonoTime now);
  void HandlePacket(const net::Packet& packet, protocol::MonoTime now);
  void HandleTimers(protocol::MonoTime now);
  protocol::MonoTime NextDeadline() const { return port_.NextDeadline(); }

  // Takes over what may change while the port runs: the step rule, the holdover
  // limit, latencies and asymmetry. Another step rule starts the servo over.
  void Reconfigure(const OrdinaryClockConfig& config);

  const protocol::ClientPort& port() const { return port_; }
  const servo::Estimate& estimate() const { return servo_->estimate(); }
  const std::string& servo_name() const { return config_.servo_name; }
  const ClockStatus& status() const { return status_; }
  // How uncertain the clock is now; grows while nothing is measured.
  servo::Holdover Uncertainty() const { return servo_->PredictHoldover(clock_.NowNs()); }
  const Measurements& measurements() const { return measurements_; }
  const PacketCounters& packets() const { return packets_; }
  const stats::RateMeter& receive_rate() const { return receive_rate_; }
  const stats::RateMeter& transmit_rate() const { return transmit_rate_; }
  bool read_only() const { return config_.read_only; }
  // Steers the clock by a master (or, read-only, would).
  bool in_control() const { return in_control_; }
  bool calibrated() const { return !config_.read_only && status_.synchronized(); }
  uint64_t clock_steps() const { return clock_steps_; }

 private:
  void Perform(const protocol::Actions& actions, protocol::MonoTime now);
  void Do(const protocol::SendEvent& action, protocol::MonoTime now);
  void Do(const protocol::StateChanged& action, protocol::MonoTime now);
  void Do(const protocol::MasterChanged& action, protocol::MonoTime now);
  void Do(const protocol::UtcDecisionChanged& action, protocol::MonoTime now);
  void Do(const protocol::SyncMeasured& action, protocol::MonoTime now);
  void Do(const protocol::DelayMeasured& action, protocol::MonoTime now);

  void Obey(const servo::Command& command);
  void ReportClockTrouble(const absl::Status& status);
  void NoteCalibration(protocol::MonoTime now);
  void NoteSilence(protocol::MonoTime now);
  void TellClockState();
  void WriteStatsLine(char last_packet, uint16_t sequence_id);
  void ResetServo();

  OrdinaryClockConfig config_;
  clock::Clock& clock_;
  Surroundings surroundings_;
  protocol::ClientPort port_;
  std::unique_ptr<servo::Servo> servo_;

  Measurements measurements_;
  double raw_master_to_slave_ns_ = 0;
  double raw_slave_to_master_ns_ = 0;
  PacketCounters packets_;
  stats::RateMeter receive_rate_;
  stats::RateMeter transmit_rate_;
  ClockStatus status_;
  ClockState told_state_ = ClockState::kFreeRunning;
  std::optional<wire::PortIdentity> servo_master_;  // whom the servo's state is about
  protocol::MonoTime measured_at_;
  bool in_control_ = false;
  bool was_locked_ = false;  // the first lock lies behind
  uint64_t clock_steps_ = 0;
  std::string clock_trouble_;
};

}  // namespace ptpcore::engine
