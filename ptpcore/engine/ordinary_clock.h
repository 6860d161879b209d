// A port at work: the protocol decides, the servo estimates, the clock obeys, and the
// statistics remember. Where several ports share a clock one of them steers it and the
// others measure, or serve its time. No descriptors and no real time
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
#include "ptpcore/engine/best_pair.h"
#include "ptpcore/engine/config.h"
#include "ptpcore/engine/key_keeper.h"
#include "ptpcore/engine/lent_frequency.h"
#include "ptpcore/engine/steered_clock.h"
#include "ptpcore/net/transport.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/security/source_limiter.h"
#include "ptpcore/servo/servo.h"
#include "ptpcore/stats/event_log.h"
#include "ptpcore/stats/rate_meter.h"
#include "ptpcore/stats/running_window.h"
#include "ptpcore/stats/second_ring.h"
#include "ptpcore/stats/stats_line.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {

struct OrdinaryClockConfig {
  servo::ServoConfig servo;
  std::string servo_name = "adaptive";
  bool read_only = false;          // measure, but never touch the clock
  bool lent = false;               // another program steers the clock for the time being
  int64_t delay_asymmetry_ns = 0;  // IEEE 1588-2019 7.4.2
  int64_t ingress_latency_ns = 0;  // IEEE 1588-2019 7.3.4.2
  int64_t egress_latency_ns = 0;
  uint32_t source_rate_limit = kDefaultSourceRate;  // messages a second from one address
  uint64_t random_seed = 1;                         // that others cannot know
  PortKeys keys;                                    // what messages are signed with and verified by
};

// What packets came to before a port saw them.
struct PacketCounters {
  uint64_t received = 0;
  uint64_t sent = 0;
  uint64_t send_errors = 0;
  std::array<uint64_t, 5> undecodable{};  // by wire::DecodeError
  // Decodable ones, by wire::MessageType.
  std::array<uint64_t, 16> received_by_type{};
  std::array<uint64_t, 16> sent_by_type{};
};

// Where an ordinary clock's deeds go.
struct Surroundings {
  // To one port address, or to all (null).
  using Send = std::function<absl::Status(absl::Span<const uint8_t>, const wire::PortAddress* to)>;
  Send send_event;
  Send send_general;
  std::function<void(const std::string& kind, const std::string& text)> on_event;
  std::function<void(const stats::StatsLine&)> on_stats_line;
  // Every value that the port which steers measures.
  std::function<void(stats::Quantity, double value, protocol::MonoTime now)> on_measured;
  std::function<void()> on_step;  // the clock was stepped by this port
  // A Management message came; it is no concern of the port itself.
  std::function<void(const wire::Message&, const wire::PortAddress& from)> on_management;
};

// Local clock minus master and so on, as statistics of the recent past.
struct Measurements {
  stats::RunningWindow offset_ns;
  stats::RunningWindow mean_path_delay_ns;
  stats::RunningWindow frequency_ppb;
};

class OrdinaryClock {
 public:
  // `protocol` and `clock` must outlive this object; `port`: the index of ours in it.
  // Steers the clock from the start.
  OrdinaryClock(const OrdinaryClockConfig& config, protocol::PtpClock& protocol, size_t port,
                SteeredClock& clock, Surroundings surroundings);

  void NetworkUp(protocol::MonoTime now);
  void NetworkDown(const protocol::Explanation& why, protocol::MonoTime now);
  void HandlePacket(const net::Packet& packet, protocol::MonoTime now);
  void HandleTimers(protocol::MonoTime now);
  protocol::MonoTime NextDeadline() const { return protocol_.NextDeadline(port_index_); }

  // Takes over what may change while the port runs: the servo and its step rule
  // (which start it over), latencies and asymmetry; and who steers the clock.
  void Reconfigure(const OrdinaryClockConfig& config, protocol::MonoTime now);

  // Whether this port's master steers the clock, or is only measured.
  void SetSteering(bool steering, protocol::MonoTime now);
  bool steering() const { return steering_; }
  // Another port stepped the clock: what was timed by the clock before is void.
  void ClockStepped();
  // Offset from this port's master by its best recent round trip.
  const BestPair& best_pair() const { return best_pair_; }

  const protocol::Port& port() const { return protocol_.port(port_index_); }
  const protocol::PtpClock& protocol() const { return protocol_; }
  const servo::Estimate& estimate() const { return servo_->estimate(); }
  const std::string& servo_name() const { return config_.servo_name; }
  const ClockStatus& status() const { return clock_.status(); }
  // How uncertain the clock is now; grows while nothing is measured.
  servo::Holdover Uncertainty() const { return servo_->PredictHoldover(clock_.clock().NowNs()); }
  // The most that an asymmetric path can have the clock be off beyond that.
  double MostHiddenNs() const {
    return servo::MostHiddenNs(servo_->estimate(), config_.delay_asymmetry_ns);
  }
  const Measurements& measurements() const { return measurements_; }
  const PacketCounters& packets() const { return packets_; }
  // Dropped unread, as their source sends too many.
  uint64_t excess_messages() const { return limiter_.refused(); }
  // Null where messages are neither signed nor verified.
  const security::MessageAuthenticator* authenticator() const {
    return authenticator_ ? &*authenticator_ : nullptr;
  }
  // For what is sent or received now.
  security::Moment SigningMoment(protocol::MonoTime now) const;
  // When the last Sync that was measured came, by the disciplined clock; 0: none did.
  int64_t last_sync_ingress_ns() const { return last_sync_ingress_ns_; }
  // A message that others made, and the port only sends: an answer to a Management message.
  void SendGeneral(absl::Span<const uint8_t> octets, const wire::PortAddress* to,
                   protocol::MonoTime now);
  const stats::RateMeter& receive_rate() const { return receive_rate_; }
  const stats::RateMeter& transmit_rate() const { return transmit_rate_; }
  bool read_only() const { return config_.read_only; }
  // Steers the clock by a master (or, read-only, would).
  bool in_control() const { return in_control_; }
  bool calibrated() const { return !config_.read_only && status().synchronized(); }
  uint64_t clock_steps() const { return clock_.steps(); }

 private:
  void Perform(const protocol::Actions& actions, protocol::MonoTime now);
  void Do(const protocol::SendEvent& action, protocol::MonoTime now);
  void Do(const protocol::SendGeneral& action, protocol::MonoTime now);
  void Do(const protocol::StateChanged& action, protocol::MonoTime now);
  void Do(const protocol::MasterChanged& action, protocol::MonoTime now);
  void Do(const protocol::UtcDecisionChanged& action, protocol::MonoTime now);
  void Do(const protocol::SyncMeasured& action, protocol::MonoTime now);
  void Do(const protocol::DelayMeasured& action, protocol::MonoTime now);
  void Do(const protocol::PeerDelayMeasured& action, protocol::MonoTime now);
  void Do(const protocol::TimeBaseChanged& action, protocol::MonoTime now);

  void Send(wire::Message message, absl::Span<const uint8_t> tlvs,
            const std::optional<wire::PortAddress>& to, const Surroundings::Send& send,
            protocol::MonoTime now);
  // Signs the message in the first `size` octets of `buffer`, where that is asked for, and
  // hands it to `send`.
  void SendSigned(absl::Span<uint8_t> buffer, size_t size, const wire::PortAddress* to,
                  const Surroundings::Send& send, protocol::MonoTime now);
  // Whether a received message may be handed on; tells why not.
  bool IsAuthentic(absl::Span<const uint8_t> packet, const wire::Message& message,
                   protocol::MonoTime now);
  void TakeKeys();
  void NoteSent(wire::MessageType type, const absl::Status& sent, protocol::MonoTime now);
  void Obey(const servo::Command& command, protocol::MonoTime now);
  void NoteCalibration(protocol::MonoTime now);
  void NoteSilence(protocol::MonoTime now);
  void BeginSilence(protocol::MonoTime now);
  void Measured(stats::Quantity quantity, double value, protocol::MonoTime now);
  void WriteStatsLine(char last_packet, uint16_t sequence_id);
  void ResetServo();
  void TellMinorVersion();
  std::unique_ptr<servo::Servo> MakeServo() const;
  void ReplaceServo();
  void Lend(protocol::MonoTime now);
  void TakeBack(protocol::MonoTime now);
  void LookAtLentFrequency(protocol::MonoTime now);
  void TellServoLentFrequency(protocol::MonoTime now);
  bool commands() const { return steering_ && !config_.read_only && !config_.lent; }

  OrdinaryClockConfig config_;
  protocol::PtpClock& protocol_;
  size_t port_index_;
  SteeredClock& clock_;
  Surroundings surroundings_;
  std::unique_ptr<servo::Servo> servo_;

  Measurements measurements_;
  double raw_master_to_slave_ns_ = 0;
  double raw_slave_to_master_ns_ = 0;
  PacketCounters packets_;
  std::optional<security::MessageAuthenticator> authenticator_;
  security::SourceLimiter limiter_;
  stats::RateMeter receive_rate_;
  stats::RateMeter transmit_rate_;
  int64_t last_sync_ingress_ns_ = 0;
  bool steering_ = true;
  LentFrequency lent_frequency_;
  BestPair best_pair_;
  std::optional<wire::PortIdentity> servo_master_;  // whom the servo's state is about
  protocol::MonoTime measured_at_;
  bool silent_ = false;  // the servo was told that nothing comes any more
  bool in_control_ = false;
  bool fell_back_ = false;  // to minor version 0
  // The identity in the last line of the statistics log, and its text: it hardly changes.
  wire::PortIdentity logged_;
  std::string logged_text_;
};

}  // namespace ptpcore::engine
