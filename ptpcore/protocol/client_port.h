// A client-only (timeReceiver) ordinary clock's port: IEEE 1588-2019 clause 9
// with delay request-response. Pure: a test hands in messages and times, and
// reads the actions.
//
//   ClientPort port(config);
//   Actions a = port.Initialized();
//   a = port.Handle({message, address, t_rx}, now);     // each received message
//   a = port.HandleTimers(now);                          // at NextDeadline()
//
// The port decides whom to follow and produces measurements; whether the clock
// is calibrated by them is the caller's to say (SetCalibrated).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/delay_exchange.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/port_state.h"
#include "ptpcore/protocol/sync_pairing.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/timescale.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

struct PortConfig {
  wire::PortIdentity identity;
  uint8_t domain_number = 0;             // defaultDS.domainNumber
  uint8_t major_sdo_id = 0;              // sdoId, 7.1.4; 0 for the default profiles
  int8_t log_announce_interval = 1;      // until the master states its own
  uint8_t announce_receipt_timeout = 3;  // in announce intervals, 7.7.3.1
  uint32_t random_seed = 1;              // spreads delay requests of many clients
};

// A message with where and when it came.
struct Received {
  const wire::Message& message;
  wire::PortAddress from;
  std::optional<LocalTime> timestamp;  // event messages only
};

struct PortCounters {
  uint64_t announce_received = 0;
  uint64_t sync_received = 0;
  uint64_t follow_up_received = 0;
  uint64_t delay_resp_received = 0;
  uint64_t delay_req_sent = 0;

  uint64_t domain_mismatches = 0;
  uint64_t from_self = 0;
  uint64_t not_from_parent = 0;
  uint64_t ignored_announce = 0;
  uint64_t ignored_type = 0;
  uint64_t sequence_mismatches = 0;
  uint64_t missing_receive_timestamps = 0;
  uint64_t invalid_timestamps = 0;
  uint64_t state_transitions = 0;
};

class ClientPort {
 public:
  explicit ClientPort(const PortConfig& config);

  // The network is ready: INITIALIZING or FAULTY to LISTENING.
  Actions Initialized();
  // The network failed: to FAULTY, whatever the state.
  Actions Fault(const std::string& reason);

  Actions Handle(const Received& received, MonoTime now);
  // The kernel's timestamp of the Delay_Req with this sequenceId.
  Actions HandleTransmitTimestamp(uint16_t sequence_id, LocalTime t3);
  Actions HandleTimers(MonoTime now);
  // When HandleTimers() wants to be called; kNever if it does not.
  MonoTime NextDeadline() const;

  // Whether the local clock is synchronized to the selected master: moves
  // between UNCALIBRATED and SLAVE.
  Actions SetCalibrated(bool calibrated);
  // The local clock was stepped: messages under way were timed by the clock before.
  void ClockStepped();

  PortState state() const { return state_; }
  // Why the port is in its state; while it listens, also what it hears instead of a
  // master.
  std::string state_reason() const;
  const PortConfig& config() const { return config_; }
  // The selected master; null below UNCALIBRATED.
  const ForeignMaster* parent() const;
  const ForeignMasters& foreign_masters() const { return foreign_masters_; }
  const UtcConverter& utc() const { return utc_; }
  // Absent until a Sync came from the selected master.
  std::optional<bool> two_step() const { return two_step_; }
  std::optional<int8_t> log_sync_interval() const { return log_sync_interval_; }
  int8_t log_min_delay_req_interval() const { return delay_.log_interval(); }
  const PortCounters& counters() const { return counters_; }
  const DelayExchange& delay_exchange() const { return delay_; }
  const SyncPairing& sync_pairing() const { return syncs_; }

 private:
  void OnAnnounce(const Received& received, MonoTime now, Actions& actions);
  void OnSync(const Received& received, const wire::Sync& sync, MonoTime now, Actions& actions);
  void OnFollowUp(const Received& received, const wire::FollowUp& follow_up, MonoTime now,
                  Actions& actions);
  void OnDelayResp(const Received& received, const wire::DelayResp& response, Actions& actions);

  bool IsFromParent(const wire::Header& header) const;
  void OnCompleteSync(const CompleteSync& sync, MonoTime now, Actions& actions);
  void OnCompleteDelay(const std::optional<CompleteDelay>& delay, Actions& actions) const;
  void SelectMaster(MonoTime now, Actions& actions);
  void Follow(const ForeignMaster& master, Actions& actions);
  void LoseMaster(Actions& actions);
  void ForgetMaster(Actions& actions);
  void ForgetMeasurements();
  void TellUtcDecision(Actions& actions);
  void Enter(PortEvent event, const std::string& reason, Actions& actions);

  PortConfig config_;
  PortState state_ = PortState::kInitializing;
  std::string state_reason_ = "starting";
  std::optional<uint8_t> other_domain_;  // of the last Announce that was not for us
  ForeignMasters foreign_masters_;
  std::optional<wire::PortIdentity> parent_;
  UtcConverter utc_;
  std::string utc_told_;
  SyncPairing syncs_;
  DelayExchange delay_;
  std::optional<uint16_t> last_sync_sequence_;
  std::optional<bool> two_step_;
  std::optional<int8_t> log_sync_interval_;
  PortCounters counters_;
};

}  // namespace ptpcore::protocol
