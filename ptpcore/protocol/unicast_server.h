// The server's side of unicast negotiation: IEEE 1588-2019 16.1. Grants messages to
// clients and tells which message to whom is due. Pure:
//
//   UnicastServer server(config);
//   server.SetServing(Serving::kSends);                       // the port became MASTER
//   send(server.Handle(from, source, tlvs, now));             // each Signaling message
//   while (auto due = server.TakeDue(now)) send(*due);        // at NextDeadline()
//   if (server.Serves(from, UnicastService::kDelayResp)) ...  // a Delay_Req came
//   server.SyncStamped(to, sequence_id);                      // its Follow_Up is owed
//
// A client is one address. Thousands of them cost what is due, not what there is: a
// queue ordered by time (due_queue.h), a hash table by address, and no more memory than
// maximum_clients clients take; the counters tell whether a message ever came too late.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "ptpcore/protocol/due_queue.h"
#include "ptpcore/protocol/log_interval.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/unicast_terms.h"

namespace ptpcore::protocol {

struct UnicastServerConfig {
  uint32_t maximum_clients = 1024;    // 1..65535; others are denied
  uint32_t maximum_duration_s = 300;  // 10..1000; who asks for more is granted this
  // Who asks for messages more often is denied, by IndexOf(service): -7..4.
  std::array<int8_t, kUnicastServiceCount> fastest_log_interval = {
      kFastestLogInterval, kFastestLogInterval, kFastestLogInterval};
  // Messages a second to all clients together; who would exceed it is denied.
  uint32_t maximum_rate_hz = 200'000;
  uint32_t random_seed = 1;  // spreads messages over their interval
};

// An Announce or a Sync that is to be sent now.
struct UnicastDue {
  UnicastService service = UnicastService::kAnnounce;
  wire::PortAddress to;
  uint16_t sequence_id = 0;  // counts for this client and type alone, 7.3.7
};

struct UnicastServerCounters {
  uint64_t granted = 0;
  uint64_t denied = 0;
  uint64_t invalid_requests = 0;  // duration or rate out of all range; denied, too
  uint64_t expired = 0;
  uint64_t cancelled = 0;                 // by the client
  uint64_t missed_intervals = 0;          // messages that came a whole interval too late
  uint64_t lost_transmit_timestamps = 0;  // of Sync
};

// What a port has to give.
enum class Serving {
  kDenies,  // follows a better master, or is passive
  kWaits,   // may yet become MASTER: grants, and sends nothing so far
  kSends,   // MASTER
};

class UnicastServer {
 public:
  explicit UnicastServer(const UnicastServerConfig& config);

  // Denies, until told otherwise. When it denies again, every client is told.
  UnicastSignals SetServing(Serving serving);
  // Forgets every client without a word, e.g. because the network is gone.
  void Clear();

  // The TLVs of one Signaling message that came from `from`.
  UnicastSignals Handle(const wire::PortAddress& from, const wire::PortIdentity& source,
                        absl::Span<const UnicastTlv> tlvs, MonoTime now);

  // The next message that is due; absent when none is any more. Ends what has expired.
  std::optional<UnicastDue> TakeDue(MonoTime now);
  // When TakeDue() wants to be called; kNever if it does not.
  MonoTime NextDeadline() const { return queue_.next(); }

  // Whether the client has a grant.
  bool Serves(const wire::PortAddress& client, UnicastService service) const;
  // The Sync with this sequenceId, the last one to this client, was timed: true if its
  // Follow_Up is to be sent.
  bool SyncStamped(const wire::PortAddress& client, uint16_t sequence_id);

  // No Sync under way counts, e.g. because the clock was stepped.
  void ForgetStamps();

  // With at least one grant.
  size_t clients() const { return by_address_.size(); }
  // Messages a second that are granted.
  double granted_rate_hz() const;
  // Octets held for all clients.
  size_t memory() const;
  const UnicastServerCounters& counters() const { return counters_; }

 private:
  struct Contract {
    MonoTime next = kNever;  // message; kNever for Delay_Resp, which answers
    MonoTime expires;
    uint16_t sequence_id = 0;  // of the last message
    int8_t log_interval = 0;
    bool granted = false;
    bool awaits_stamp = false;
  };
  struct Client {
    wire::PortAddress address;
    wire::PortIdentity identity;
    std::array<Contract, kUnicastServiceCount> contracts;
  };
  struct AddressHash {
    size_t operator()(const wire::PortAddress& address) const;
  };

  static DueQueue::Id QueueId(uint32_t slot, UnicastService service);
  bool Grants(const wire::RequestUnicastTransmission& request, UnicastService service,
              const Client* client);
  wire::GrantUnicastTransmission OnRequest(const wire::PortAddress& from,
                                           const wire::PortIdentity& source,
                                           const wire::RequestUnicastTransmission& request,
                                           MonoTime now);
  void OnCancel(const wire::PortAddress& from, const wire::CancelUnicastTransmission& cancel);
  uint32_t SlotOf(const wire::PortAddress& address);
  const Client* Find(const wire::PortAddress& address) const;
  void End(uint32_t slot, UnicastService service);
  Duration DrawPhase(Duration interval);

  UnicastServerConfig config_;
  Serving serving_ = Serving::kDenies;
  std::vector<Client> clients_;  // by slot
  std::vector<uint32_t> free_;   // slots without a client
  absl::flat_hash_map<wire::PortAddress, uint32_t, AddressHash> by_address_;
  DueQueue queue_;             // of contracts: slot and service
  uint64_t granted_cost_ = 0;  // messages in 16 s
  std::minstd_rand random_;    // only spreads; needs no more quality than that
  UnicastServerCounters counters_;
};

}  // namespace ptpcore::protocol
