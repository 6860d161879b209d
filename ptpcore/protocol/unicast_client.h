// The client's side of unicast negotiation: IEEE 1588-2019 16.1. Asks each master of a
// list for Announce, and the one that is selected for Sync and Delay_Resp, too. Pure:
//
//   UnicastClient client(config);
//   client.Start(now);
//   send(client.HandleTimers(now));                       // at NextDeadline()
//   send(client.Handle(from, source, tlvs, now));         // each Signaling message
//   client.Heard(from, UnicastService::kSync, now);       // each message that was asked for
//   send(client.Select(address, now));                    // another master was selected
//
// A grant is renewed when somewhat more than half of it is over. What is not answered is
// asked three times, then again after a pause that doubles each time, up to 32 s; a denied
// rate is asked again slower; a master that granted but is silent is asked again (it may
// have been restarted and have forgotten us).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/protocol/unicast_terms.h"

namespace ptpcore::protocol {

struct UnicastMasterAddress {
  std::string name;  // for people, as the user wrote it: `192.0.2.1`
  wire::PortAddress address;
};

struct UnicastClientConfig {
  std::vector<UnicastMasterAddress> masters;  // at most UnicastClient::kMaxMasters
  // What is asked for, by IndexOf(service): -7..4.
  std::array<int8_t, kUnicastServiceCount> log_intervals = {1, 0, 0};
  uint32_t duration_s = 300;  // 10..1000
  uint32_t random_seed = 1;   // spreads the requests of many clients
};

// What became of a service at one master.
enum class UnicastTrouble : uint8_t {
  kNone,
  kUnanswered,
  kDenied,
  kAbsurd,     // granted for a time or at a rate that cannot be meant
  kCancelled,  // by the master
  kSilent,     // granted, but nothing comes
};

struct UnicastMasterStatus {
  std::string name;
  wire::PortAddress address;
  std::optional<wire::PortIdentity> identity;  // absent until it answered
  bool selected = false;
  // Granted now: log2 of the interval, by IndexOf(service).
  std::array<std::optional<int8_t>, kUnicastServiceCount> granted;
  std::array<UnicastTrouble, kUnicastServiceCount> trouble{};
  // `Sync denied`; empty when all that is wanted is granted or was only just asked for.
  std::string trouble_text;
};

struct UnicastClientCounters {
  uint64_t requests = 0;
  uint64_t grants = 0;
  uint64_t denials = 0;
  uint64_t unanswered = 0;  // rounds of requests
  uint64_t invalid_grants = 0;
  uint64_t cancelled = 0;  // by the master
  uint64_t strangers = 0;  // grants and cancellations of whom we did not ask
};

class UnicastClient {
 public:
  static constexpr size_t kMaxMasters = 16;

  explicit UnicastClient(const UnicastClientConfig& config);

  // Begins with all masters anew, as if nothing had been granted.
  void Start(MonoTime now);
  // Forgets everything and asks for nothing, e.g. because the network is gone.
  void Stop();
  // Gives back all that is granted; nothing is asked for any more.
  UnicastSignals CancelAll();

  UnicastSignals HandleTimers(MonoTime now);
  // When HandleTimers() wants to be called; kNever if it does not.
  MonoTime NextDeadline() const;

  // The TLVs of one Signaling message that came from `from`.
  UnicastSignals Handle(const wire::PortAddress& from, const wire::PortIdentity& source,
                        absl::Span<const UnicastTlv> tlvs, MonoTime now);
  // A message of a service arrived.
  void Heard(const wire::PortAddress& from, UnicastService service, MonoTime now);

  // Whose Sync and Delay_Resp are wanted; absent: nobody's. The one before is sent a
  // cancellation.
  UnicastSignals Select(const std::optional<wire::PortAddress>& selected, MonoTime now);

  // Whether the address is one of the list.
  bool IsMaster(const wire::PortAddress& address) const { return Find(address) != nullptr; }
  // Log2 of the interval that is granted now.
  std::optional<int8_t> Granted(const wire::PortAddress& address, UnicastService service) const;

  // In the order of the configuration.
  std::vector<UnicastMasterStatus> Status() const;
  const UnicastClientCounters& counters() const { return counters_; }

 private:
  struct Grant {
    int8_t log_interval;
    MonoTime expires;
  };
  // One service at one master.
  struct Contract {
    bool wanted = false;
    int8_t log_interval = 0;  // to ask for; slower than configured after a denial
    MonoTime next_request = kNever;
    int requests = 0;  // since the last answer
    int setbacks = 0;  // in a row: the exponent of the pause
    UnicastTrouble trouble = UnicastTrouble::kNone;
    std::optional<Grant> grant;
    MonoTime heard;       // the last message, or since when one is awaited
    bool silent = false;  // none came where one was due
    MonoTime next_cancel = kNever;
    int cancels = 0;
  };
  struct Master {
    UnicastMasterAddress at;
    std::optional<wire::PortIdentity> identity;
    double scatter = 1;  // 0.9..1.1: of all waits, so that many clients spread
    bool selected = false;
    std::array<Contract, kUnicastServiceCount> contracts;

    Contract& contract(UnicastService service) { return contracts[IndexOf(service)]; }
    const Contract& contract(UnicastService service) const { return contracts[IndexOf(service)]; }
  };

  const Master* Find(const wire::PortAddress& address) const;
  Master* Find(const wire::PortAddress& address);

  void Want(UnicastService service, Contract& contract, MonoTime now);
  static void Unwant(Contract& contract, MonoTime now);
  void Renew(Master& master, MonoTime now, UnicastSignal& signal);
  void OnGrant(Master& master, const wire::GrantUnicastTransmission& grant, MonoTime now);
  void OnCancel(Master& master, const wire::CancelUnicastTransmission& cancel, MonoTime now,
                UnicastSignal& signal);
  void OnDenied(Master& master, UnicastService service, MonoTime now);
  void SetBack(Master& master, UnicastService service, UnicastTrouble trouble, MonoTime now);
  static void NoteSilence(Master& master, MonoTime now);
  static MonoTime SilentAt(UnicastService service, const Contract& contract);

  UnicastClientConfig config_;
  std::vector<Master> masters_;
  UnicastClientCounters counters_;
};

}  // namespace ptpcore::protocol
