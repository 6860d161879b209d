// Signs what a port sends, and verifies what it receives, with an AUTHENTICATION TLV that is
// processed at once (IEEE 1588-2019 16.14). The TLV is the last of the message; the
// integrity check value covers all before it, from the header's first octet.
//
//   size = authenticator.Sign(buffer, size, moment);                 // before it is sent
//   if (authenticator.Verify(octets, message, moment) == Verdict::kAccepted) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/types/span.h"
#include "ptpcore/security/association.h"
#include "ptpcore/security/replay_guard.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::security {

struct Policy {
  uint8_t pointer = 0;  // SPP: the association that this port takes part in
  // The key that we sign with; 0, or one that is not there: chosen by validity, see Association.
  uint32_t active_key_id = 0;
  bool allow_unauthenticated = false;  // accept messages without the TLV
};

enum class Verdict {
  kAccepted,
  kMissing,     // without the TLV, which is refused unless that is allowed
  kUnknownKey,  // of another association, or with a key that we do not have or that expired
  kInvalid,     // the integrity check value is wrong, or the TLV is not one of ours
  kReplayed,    // authentic, but it was there before
};

// What became of received messages.
struct AuthenticationCounters {
  uint64_t accepted = 0;         // that were authentic
  uint64_t unauthenticated = 0;  // without the TLV, whether or not that was allowed
  uint64_t unknown_keys = 0;
  uint64_t invalid = 0;
  uint64_t replayed = 0;
};

// When something is sent or received.
struct Moment {
  int64_t monotonic_ns = 0;
  int64_t utc_ns = 0;
  // Until our clock is right, a key counts as valid, and we sign with the one heard last: else a
  // host that is years wrong could never be put right.
  bool utc_known = false;
};

class MessageAuthenticator {
 public:
  MessageAuthenticator(std::shared_ptr<const Associations> associations, const Policy& policy)
      : associations_(std::move(associations)), policy_(policy) {}

  // Other keys or another policy; what was played before stays known.
  void Replace(std::shared_ptr<const Associations> associations, const Policy& policy);

  // Appends the TLV to the message in the first `size` octets of `buffer`, and returns the new
  // size. 0: there is no key, or the buffer is too small.
  size_t Sign(absl::Span<uint8_t> buffer, size_t size, const Moment& now) const;

  // `message` was decoded from `packet`.
  Verdict Verify(absl::Span<const uint8_t> packet, const wire::Message& message, const Moment& now);

  const AuthenticationCounters& counters() const { return counters_; }
  const Policy& policy() const { return policy_; }
  // Null where the file does not have it.
  const Association* association() const;
  // What Sign() signs with; null without keys.
  const Key* SendingKey(const Moment& now) const;

 private:
  Verdict Judge(absl::Span<const uint8_t> packet, const wire::Message& message, const Moment& now);

  std::shared_ptr<const Associations> associations_;
  Policy policy_;
  ReplayGuard replays_;
  AuthenticationCounters counters_;
  uint32_t heard_key_id_ = 0;  // of the last authentic message; 0: none came
};

}  // namespace ptpcore::security
