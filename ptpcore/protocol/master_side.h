// What a port does as a master by multicast: IEEE 1588-2019 9.5.8 to 9.5.12. Announces
// itself, sends two-step Sync with a Follow_Up when the transmit timestamp comes, and
// answers Delay_Req. Pure: events in, actions out.
#pragma once

#include <cstdint>
#include <optional>

#include "ptpcore/protocol/actions.h"
#include "ptpcore/protocol/clock_data_sets.h"
#include "ptpcore/protocol/message_interval.h"
#include "ptpcore/protocol/port_counters.h"
#include "ptpcore/protocol/received.h"
#include "ptpcore/protocol/sender.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_8021as.h"

namespace ptpcore::protocol {

// Log2 of seconds, -7..4 (7.7.2).
struct MasterIntervals {
  int8_t log_announce = 1;
  int8_t log_sync = 0;
  int8_t log_min_delay_req = 0;  // told to clients
};

class MasterSide {
 public:
  // What is referred to must outlive this object.
  MasterSide(const Sender& sender, const MasterIntervals& intervals, const ClockDataSets& clock,
             PortCounters& counters);

  // MASTER is entered: the first Announce and Sync are due at once.
  void Start(MonoTime now);
  void Stop();
  bool running() const { return running_; }

  MonoTime NextDeadline() const {
    return next_announce_ < next_sync_ ? next_announce_ : next_sync_;
  }
  void HandleTimers(MonoTime now, Actions& actions);
  void OnDelayReq(const Received& received, Actions& actions);
  // The other end of the link asks for other intervals of Announce and Sync, until the port
  // is MASTER anew (802.1AS-2020 10.6.4.3). What is out of range changes nothing.
  void OnIntervalRequest(const wire::MessageIntervalRequest& request, MonoTime now);
  // Our Sync left at `t1`.
  void OnSyncTransmitted(const wire::Header& sync, LocalTime t1, Actions& actions);
  // The clock was stepped: a Sync under way was timed by the clock before.
  void ClockStepped() { awaited_.reset(); }

  // The last Sync messages left without a transmit timestamp, so that nobody can use them.
  bool timestamps_missing() const { return lost_in_a_row_ >= kTrouble; }
  // What holds now.
  MasterIntervals intervals() const {
    return {announce_interval_.log(), sync_interval_.log(), log_min_delay_req_};
  }

 private:
  static constexpr int kTrouble = 3;

  void SendAnnounce(Actions& actions);
  void SendSync(Actions& actions);

  const Sender& sender_;
  MessageInterval announce_interval_;
  MessageInterval sync_interval_;
  int8_t log_min_delay_req_;
  const ClockDataSets& clock_;
  PortCounters& counters_;
  bool running_ = false;
  MonoTime next_announce_ = kNever;
  MonoTime next_sync_ = kNever;
  uint16_t announce_sequence_ = 0;
  uint16_t sync_sequence_ = 0;
  std::optional<uint16_t> awaited_;  // the Sync whose transmit timestamp has not come yet
  int lost_in_a_row_ = 0;
};

}  // namespace ptpcore::protocol
