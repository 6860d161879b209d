// Answers management messages: IEEE 1588-2019 15.4 and 15.5. Pure, but for the clock that it
// asks and changes through an interface.
//
//   for (const Answer& answer : Respond(request, asker, clock, rules, counters)) Send(answer);
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "ptpcore/management/change.h"
#include "ptpcore/management/view.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::management {

// The clock that is managed.
class ManagedClock {
 public:
  virtual ~ManagedClock() = default;

  // Without ports where there is no network yet.
  virtual ClockView View() const = 0;
  // Makes the clock run with these settings; an error leaves it as it was, and its
  // message tells the asker why.
  virtual absl::Status Apply(const Change& change) = 0;
};

struct Rules {
  bool allow_set = false;  // SET and COMMAND are carried out
};

struct Counters {
  uint64_t requests = 0;   // for us, and answered
  uint64_t errors = 0;     // of these: answered by MANAGEMENT_ERROR_STATUS
  uint64_t refused = 0;    // of these: SET or COMMAND that the rules forbid
  uint64_t others = 0;     // for another clock or port, or no request at all
  uint64_t malformed = 0;  // without one whole MANAGEMENT TLV
  uint64_t dropped = 0;    // more at once than are answered
};

// A message and the TLV behind it.
struct Answer {
  wire::Message message;  // its own `tlvs` are not looked at
  std::vector<uint8_t> tlvs;
};

// The answers to `request`, a Management message: one for the clock, which the port with
// the number `arrived_on` gives, or one for each port that is asked. Empty for what is not
// for us or needs no answer.
std::vector<Answer> Respond(const wire::Message& request, uint16_t arrived_on,
                            ManagedClock& managed, const Rules& rules, Counters& counters);

// What a boundary clock sends on through its other ports (15.3.3); absent where it came far
// enough, or is for this clock alone. `tlvs` are those of `message`.
std::optional<wire::Message> Forwarded(const wire::Message& message,
                                       const wire::ClockIdentity& own);

}  // namespace ptpcore::management
