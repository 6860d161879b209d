// The link to the neighbour of a port that uses the peer delay mechanism: IEEE 1588-2019
// 11.4, and what IEEE 802.1AS-2020 11.2 asks of a link beyond. Works in every state of the
// port, whoever is master: asks, answers, and knows delay and pace of the neighbour.
// Pure: events in, actions out.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/as_capable.h"
#include "ptpcore/protocol/minor_version_fallback.h"
#include "ptpcore/protocol/neighbor_rate_ratio.h"
#include "ptpcore/protocol/peer_delay.h"
#include "ptpcore/protocol/peer_delay_responder.h"
#include "ptpcore/protocol/port_counters.h"
#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/received.h"
#include "ptpcore/protocol/sender.h"
#include "ptpcore/protocol/time.h"

namespace ptpcore::protocol {

struct PeerLinkConfig {
  int8_t log_min_pdelay_req_interval = 0;  // -7..7
  double as_capable_threshold_ns = 800;    // meanLinkDelayThresh, 802.1AS 14.8.9
};

class PeerLink {
 public:
  // What is referred to must outlive this object.
  PeerLink(const Sender& sender, const PeerLinkConfig& config, PortCounters& counters);

  // The network is there. What was known of the neighbour is forgotten.
  void Start(MonoTime now);
  void Stop();

  void OnPdelayReq(const Received& received, Actions& actions);
  void OnPdelayResp(const Received& received, Actions& actions);
  void OnPdelayRespFollowUp(const Received& received, Actions& actions);
  // Our Pdelay_Req or Pdelay_Resp left at `stamp`.
  void OnTransmitted(const wire::Message& sent, LocalTime stamp, Actions& actions);
  void HandleTimers(MonoTime now, Actions& actions);
  MonoTime NextDeadline() const { return delay_.next_request(); }
  // The clock was stepped: messages under way were timed by the clock before.
  void ClockStepped();

  // Whether Announce and Sync may pass over this link: always, but with 802.1AS only
  // while it is asCapable.
  bool usable() const { return !sender_.gptp || as_capable_.capable(); }
  // Absent without 802.1AS.
  std::optional<bool> as_capable() const;
  // meanLinkDelay: the median of the last few exchanges; absent until measured.
  std::optional<double> mean_link_delay_ns() const;
  // Absent until known.
  std::optional<double> neighbor_rate_ratio() const;
  int8_t log_interval() const { return delay_.log_interval(); }
  const MinorVersionFallback& minor_version() const { return minor_version_; }
  const PeerDelay& peer_delay() const { return delay_; }
  const PeerDelayResponder& responder() const { return responder_; }

  // What keeps the link from being measured or used; absent while nothing does.
  std::optional<Explanation> Trouble() const;

 private:
  static constexpr size_t kKept = 10;

  void OnExchange(const std::optional<CompletePeerDelay>& exchange, Actions& actions);
  void ForgetNeighbor();
  // Whether the last request came to nothing although there is a neighbour.
  void JudgeLastRequest();
  wire::Message Message(wire::MessageType type, uint16_t sequence_id) const;
  // Of a message to us, whether it is so; counts what is not.
  bool IsToUs(const wire::PortIdentity& requesting);

  const Sender& sender_;
  PortCounters& counters_;
  PeerDelay delay_;
  PeerDelayResponder responder_;
  NeighborRateRatio rate_ratio_;
  AsCapable as_capable_;
  MinorVersionFallback minor_version_;
  bool neighbor_heard_ = false;  // it asks, so that it could answer
  std::optional<wire::PortIdentity> neighbor_;
  std::array<double, kKept> link_delays_ns_{};  // of the last exchanges
  size_t exchanges_ = 0;
  int unstamped_in_a_row_ = 0;  // Pdelay_Resp that came without a receive timestamp
};

}  // namespace ptpcore::protocol
