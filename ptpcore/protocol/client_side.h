// What a port does with the master that it follows: joins Sync and Follow_Up, asks for
// the delay, takes the master's time to UTC, and tells what of all this does not come.
// IEEE 1588-2019 9.5.4 to 9.5.7, 11.2 and 11.3. Pure: events in, actions out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/delay_exchange.h"
#include "ptpcore/protocol/foreign_masters.h"
#include "ptpcore/protocol/minor_version_fallback.h"
#include "ptpcore/protocol/port_counters.h"
#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/received.h"
#include "ptpcore/protocol/sender.h"
#include "ptpcore/protocol/sync_pairing.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/timescale.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {

struct ClientSideConfig {
  bool request_response = true;           // Delay_Req is sent (E2E)
  bool hybrid = false;                    // ... to the master's own address
  bool negotiated = false;                // ... and not before it grants Delay_Resp
  int8_t log_min_delay_req_interval = 0;  // until the master states its own, -7..7
  uint32_t random_seed = 1;               // spreads delay requests of many clients
};

class ClientSide {
 public:
  // What is referred to must outlive this object.
  ClientSide(const Sender& sender, const ClientSideConfig& config, PortCounters& counters);

  // Another master is followed: starts over.
  void Follow(const ForeignMaster& master, MonoTime now, Actions& actions);
  void Stop();
  // The followed master; absent while there is none.
  const std::optional<wire::PortIdentity>& parent() const { return parent_; }

  // An Announce of the followed master.
  void Announced(const TimeProperties& properties, Actions& actions);
  // `locked`: the clock is synchronized to the master (the port is SLAVE).
  void OnSync(const Received& received, bool locked, MonoTime now, Actions& actions);
  void OnFollowUp(const Received& received, bool locked, MonoTime now, Actions& actions);
  void OnDelayResp(const Received& received, MonoTime now, Actions& actions);
  // What the master grants us by unicast negotiation: log2 of the intervals of Sync and of
  // Delay_Resp, which its messages do not tell.
  void Granted(std::optional<int8_t> log_sync, std::optional<int8_t> log_delay_resp);
  // Our Delay_Req left at `t3`.
  void OnDelayReqTransmitted(const wire::Header& request, LocalTime t3, Actions& actions);

  void HandleTimers(MonoTime now, Actions& actions);
  MonoTime NextDeadline() const { return delay_.next_request(); }
  // The clock was stepped: messages under way were timed by the clock before.
  void ClockStepped();

  // What is missing, or calibration that is not finished yet.
  Explanation Trouble(MonoTime now) const;

  const UtcConverter& utc() const { return utc_; }
  // For what is not heard on this port: the leap second that is to come.
  UtcConverter& utc() { return utc_; }
  // Absent until a Sync came from the master.
  std::optional<bool> two_step() const { return two_step_; }
  std::optional<int8_t> log_sync_interval() const { return log_sync_interval_; }
  // With IEEE 802.1AS: the Follow_Up information TLV of the last Follow_Up.
  const std::optional<wire::FollowUpInformation>& time_base() const { return time_base_; }
  const DelayExchange& delay_exchange() const { return delay_; }
  const SyncPairing& sync_pairing() const { return syncs_; }
  // Of our Delay_Req.
  const MinorVersionFallback& minor_version() const { return minor_version_; }

 private:
  // Whether the message is the followed master's, and usable; counts what is not.
  bool Accept(const Received& received);
  std::optional<int64_t> ToMasterTime(const wire::Timestamp& timestamp);
  void OnCompleteSync(const CompleteSync& sync, bool locked, MonoTime now, Actions& actions);
  void OnCompleteDelay(const std::optional<CompleteDelay>& delay, Actions& actions);
  void NoteTimeBase(absl::Span<const uint8_t> tlvs, Actions& actions);
  void ForgetMeasurements();
  // Before the next request: whether the last one came to nothing.
  void JudgeLastRequest();
  void TellUtcDecision(Actions& actions);

  const Sender& sender_;
  ClientSideConfig config_;
  PortCounters& counters_;
  std::optional<wire::PortIdentity> parent_;
  wire::PortAddress parent_address_;
  UtcConverter utc_;
  std::string utc_told_;
  SyncPairing syncs_;
  DelayExchange delay_;
  std::optional<uint16_t> last_sync_sequence_;
  std::optional<bool> two_step_;
  std::optional<int8_t> log_sync_interval_;
  std::optional<int8_t> granted_log_delay_resp_;
  std::optional<wire::FollowUpInformation> time_base_;

  // What came when, for Trouble(); all of the followed master.
  MonoTime sync_heard_{};
  MonoTime sync_measured_{};
  bool last_sync_stamped_ = true;
  MinorVersionFallback minor_version_;
  int requests_unanswered_ = 0;  // in a row
  int requests_untimed_ = 0;     // in a row: no transmit timestamp came
};

}  // namespace ptpcore::protocol
