// Where PTP messages come from and go to. Never blocks: the owner polls the
// descriptors and the wake-up time, and calls Dispatch().
#pragma once

#include <poll.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::net {

struct Packet {
  enum class Kind {
    kEvent,        // received on the event port (UDP 319)
    kGeneral,      // received on the general port (UDP 320)
    kTransmitted,  // an event message of ours, back with its transmit timestamp
  };
  Kind kind = Kind::kGeneral;
  absl::Span<const uint8_t> octets;    // the PTP message; valid during the call
  std::optional<int64_t> realtime_ns;  // kernel timestamp in CLOCK_REALTIME
  std::optional<int64_t> hardware_ns;  // the device's, by its PTP hardware clock
  wire::PortAddress from;  // of kTransmitted: to whom it was sent
};

class Transport {
 public:
  using Sink = absl::FunctionRef<void(const Packet&)>;

  virtual ~Transport() = default;

  // Adds what is to be polled. A call of Dispatch() gets the same entries back,
  // perhaps among others.
  virtual void AppendPollFds(std::vector<pollfd>& fds) const = 0;
  // When Dispatch() has something to do without a ready descriptor, in
  // CLOCK_MONOTONIC nanoseconds.
  virtual int64_t next_wake_ns() const { return std::numeric_limits<int64_t>::max(); }
  // Hands over what is ready. UNAVAILABLE when the network has failed and the
  // transport must be opened anew.
  virtual absl::Status Dispatch(absl::Span<const pollfd> fds, Sink sink) = 0;

  // Hands over transmit timestamps that are there already: on most devices right
  // after SendEvent(), which saves waking up for them.
  virtual absl::Status CollectTransmitTimestamps(Sink /*sink*/) { return absl::OkStatus(); }

  // Sends to one port address of this network's kind, or to all (null): by multicast, for
  // peer delay messages to their own group. INVALID_ARGUMENT names an address of another
  // kind; UNAVAILABLE where the network refuses the message.
  virtual absl::Status SendEvent(absl::Span<const uint8_t> message,
                                 const wire::PortAddress* to) = 0;
  virtual absl::Status SendGeneral(absl::Span<const uint8_t> message,
                                   const wire::PortAddress* to) = 0;

  // Announces our group memberships again, for switches that forgot them.
  virtual absl::Status RefreshMembership() = 0;
};

}  // namespace ptpcore::net
