// One port of a clock: IEEE 1588-2019 clause 9. Holds the state machine, and hands each
// message to the piece that it concerns:
//
//   foreign_masters   who announces itself              (Announce)
//   client_side       the master that is followed       (Sync, Follow_Up, Delay_Resp)
//   master_side       the clients that are served       (Delay_Req)
//   unicast           who is asked and who asks for unicast messages (Signaling)
//   peer_link         the link to the neighbour         (Pdelay_Req and its answers)
//
// What state it should be in is the clock's to say (state_decision.h); ptp_clock.h is
// the front door. Pure: events in; the actions that answer them are collected until they
// are taken.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/client_side.h"
#include "ptpcore/protocol/clock_data_sets.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/heard_instead.h"
#include "ptpcore/protocol/master_side.h"
#include "ptpcore/protocol/peer_link.h"
#include "ptpcore/protocol/port_counters.h"
#include "ptpcore/protocol/port_state.h"
#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/received.h"
#include "ptpcore/protocol/sender.h"
#include "ptpcore/protocol/state_decision.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/unicast_negotiation.h"

namespace ptpcore::protocol {

enum class DelayMechanism { kE2e, kP2p };

struct PortConfig {
  uint16_t port_number = 1;  // 1..65534
  bool master_only = false;  // portDS.masterOnly, 8.2.15.5.2
  DelayMechanism delay_mechanism = DelayMechanism::kE2e;
  std::optional<UnicastConfig> unicast;  // absent: multicast, nothing is negotiated
  bool hybrid_e2e = false;               // Delay_Req goes to the master's own address
  // logAnnounceInterval and the others hold for us as master, and as client until the
  // master states its own.
  MasterIntervals intervals;
  int8_t log_min_pdelay_req_interval = 0;
  // The rules of IEEE 802.1AS, with kP2p only: a port is DISABLED while its link is not
  // asCapable, which one that takes longer than the threshold never is.
  bool gptp = false;
  double as_capable_threshold_ns = 800;
  uint8_t announce_receipt_timeout = 3;  // in announce intervals, 7.7.3.1
  uint32_t random_seed = 1;              // spreads delay requests of many clients
};

class Port {
 public:
  // `clock` must outlive this object. `rules`: whom to follow.
  Port(const PortConfig& config, const ClockDataSets& clock, ForeignMasterRules rules);
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  // The network is ready: INITIALIZING or FAULTY to LISTENING.
  void Initialized(MonoTime now);
  // The network failed: to FAULTY, whatever the state.
  void Fault(const Explanation& why);

  void Handle(const Received& received, MonoTime now);
  // The event message that was sent to `to` left at `stamp`.
  void HandleTransmitted(const wire::Message& sent, LocalTime stamp,
                         const wire::PortAddress& to = {});
  // Announce messages of `by` arrive at this port's device, but not at this port: `why` says
  // how. kOtherTransport, or kNoAnnounce where this host drops them.
  void HeardElsewhere(const Explanation& why, const wire::ClockIdentity& by, MonoTime now);
  void HandleTimers(MonoTime now);
  // When HandleTimers() wants to be called; kNever if it does not.
  MonoTime NextDeadline() const;

  // Whether the local clock is synchronized to the followed master: moves between
  // UNCALIBRATED and SLAVE.
  void SetCalibrated(bool calibrated);
  // The local clock was stepped: messages under way were timed by the clock before.
  void ClockStepped();

  // What happened since the last call, in order.
  Actions TakeActions();
  // Whether a STATE_DECISION_EVENT is due (9.2.6.9), since the last call.
  bool TakeDecisionEvent();
  // For the state decision.
  PortView View(MonoTime now) const;
  // The outcome of the state decision. `qualification` as QualificationIntervals().
  void Recommend(const Recommendation& recommendation, int qualification, MonoTime now);

  const PortConfig& config() const { return config_; }
  const wire::PortIdentity& identity() const { return sender_.port; }
  PortState state() const { return state_; }
  // Why the port is in its state; while it listens, also what it hears instead of a master.
  Explanation Explain(MonoTime now) const;
  // The followed master; null below UNCALIBRATED.
  const ForeignMaster* parent() const;
  const ForeignMasters& foreign_masters() const { return foreign_masters_; }
  const ClientSide& client_side() const { return client_side_; }
  ClientSide& client_side() { return client_side_; }
  const MasterSide& master_side() const { return master_side_; }
  // Null where nothing is negotiated.
  const UnicastNegotiation* unicast() const { return unicast_ ? &*unicast_ : nullptr; }
  // Of our requests for the delay.
  const MinorVersionFallback& minor_version() const {
    return peer_link_ ? peer_link_->minor_version() : client_side_.minor_version();
  }
  // Null without peer delay.
  const PeerLink* peer_link() const { return peer_link_ ? &*peer_link_ : nullptr; }
  const PortCounters& counters() const { return counters_; }

 private:
  // Whether the message is of our domain and from another clock; counts what is not.
  bool IsForUs(const Received& received, MonoTime now);
  // Peer delay messages; true if it was one and is done with.
  bool OnPeerDelay(const Received& received);
  void NoteOtherDelayMechanism(const Received& received, MonoTime now);
  void OnAnnounce(const Received& received, MonoTime now);
  void OnDelayReq(const Received& received);
  void OnSignaling(const Received& received, MonoTime now);
  void NoteGrants();
  void CountAnnounce(bool unused, Qualification objection);

  // LISTENING begins: whether a master is heard.
  void BeginListening(MonoTime now);
  // DISABLED while the link must not be used.
  bool MustBeDisabled() const { return peer_link_ && !peer_link_->usable(); }
  bool LinkChanged() const;
  void FollowLink(MonoTime now);
  void Follow(const ForeignMaster& master, MonoTime now);
  void LoseMaster();
  void ForgetMaster();
  void BecomeMaster(const Recommendation& recommendation, int qualification, MonoTime now);
  void BecomePassive(const Recommendation& recommendation, MonoTime now);
  void Enter(PortEvent event, const Explanation& why);

  bool follows() const { return state_ == PortState::kUncalibrated || state_ == PortState::kSlave; }
  Duration AnnounceInterval() const { return IntervalFromLog(config_.intervals.log_announce); }
  Explanation ExplainListening(MonoTime now) const;

  PortConfig config_;
  const ClockDataSets& clock_;
  Sender sender_;
  PortCounters counters_;
  ForeignMasters foreign_masters_;
  ClientSide client_side_;
  MasterSide master_side_;
  std::optional<UnicastNegotiation> unicast_;
  std::optional<PeerLink> peer_link_;
  HeardInstead heard_instead_;

  PortState state_ = PortState::kInitializing;
  Explanation why_{Reason::kStarting, "starting"};
  Explanation as_master_;                   // why, once qualified
  std::optional<wire::PortIdentity> lost_;  // the last master whose Announce ended
  bool announce_timed_out_ = false;         // while LISTENING
  MonoTime announce_time_out_ = kNever;
  MonoTime qualified_at_ = kNever;  // the end of PRE_MASTER
  std::minstd_rand random_;

  Actions actions_;
  bool decision_due_ = false;
};

}  // namespace ptpcore::protocol
