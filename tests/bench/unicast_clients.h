// Many PTP clients in one program, for the scale benchmark: each asks a server for
// Announce, Sync and Delay_Resp by unicast negotiation (IEEE 1588-2019 16.1), sends one
// Delay_Req a second, and notes what comes and what does not. No sockets in here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/protocol/due_queue.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace bench {

struct UnicastClientsResult {
  uint64_t served = 0;  // clients with all three grants
  uint64_t sync = 0;
  uint64_t follow_up = 0;
  uint64_t delay_req = 0;
  uint64_t delay_resp = 0;
  uint64_t announce = 0;
  // Of one client after the other: intervals without a complete Sync, and the clients
  // that had one.
  uint64_t missed_intervals = 0;
  uint64_t clients_that_missed = 0;
  double worst_gap_s = 0;  // between two complete Syncs of one client
};

class UnicastClients {
 public:
  // Sends as client `number`, 0..count-1.
  using Send = std::function<void(uint32_t number, bool event, absl::Span<const uint8_t> octets)>;

  // The first requests are spread over `ramp`.
  UnicastClients(uint32_t count, ptpcore::protocol::Duration ramp, ptpcore::protocol::MonoTime now,
                 Send send);

  void HandleTimers(ptpcore::protocol::MonoTime now);
  ptpcore::protocol::MonoTime NextDeadline() const { return queue_.next(); }
  void Handle(uint32_t number, absl::Span<const uint8_t> octets, ptpcore::protocol::MonoTime now);

  // Counts from here; what came before is forgotten, the grants are not.
  void StartMeasuring(ptpcore::protocol::MonoTime now);
  UnicastClientsResult Result(ptpcore::protocol::MonoTime now) const;
  // Clients that have been granted everything.
  uint32_t served() const { return served_; }

 private:
  struct Client {
    uint8_t granted = 0;  // a bit for each of the three types
    // The last of each; they come by different sockets, in either order.
    std::optional<uint16_t> sync;
    std::optional<uint16_t> follow_up;
    uint16_t sequence = 0;
    ptpcore::protocol::MonoTime complete;  // the last Sync with its Follow_Up
    uint32_t missed = 0;
  };

  ptpcore::wire::Message MessageOf(uint32_t number, ptpcore::wire::MessageType type);
  void Request(uint32_t number);
  void NoteComplete(Client& client, ptpcore::protocol::MonoTime now);

  Send send_;
  std::vector<Client> clients_;
  ptpcore::protocol::DueQueue queue_;
  uint32_t served_ = 0;
  UnicastClientsResult result_;
};

}  // namespace bench
