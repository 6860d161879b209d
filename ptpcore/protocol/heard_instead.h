// What a port hears that no master can be chosen from: it explains why the port does
// not become SLAVE. Bounded; what was not heard for a while is forgotten.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "ptpcore/protocol/reason.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

class HeardInstead {
 public:
  // `by` sent it; `sentence` tells it in plain words. Reasons from kNoAnnounce to
  // kOtherDelayMechanism, kLoop and kNotAuthenticated; kNoAnnounce means that this host drops
  // what it sent.
  void Note(Reason reason, const wire::ClockIdentity& by, std::string sentence, MonoTime now);
  void Clear() { *this = HeardInstead(); }

  struct Something {
    Explanation what;
    wire::ClockIdentity by;
    MonoTime at{};
  };
  // The most telling of what was heard in the last minute; null if nothing was.
  const Something* MostTelling(MonoTime now) const;
  // What was heard for this reason in the last minute.
  const Something* Of(Reason reason, MonoTime now) const;

 private:
  // The most telling first: what an administrator is most likely to have got wrong.
  static constexpr std::array<Reason, 7> kKinds = {
      Reason::kNoAnnounce, Reason::kNotAuthenticated, Reason::kOtherDomain,
      Reason::kOtherSdo,   Reason::kOtherTransport,   Reason::kOtherDelayMechanism,
      Reason::kLoop};
  std::array<std::optional<Something>, kKinds.size()> heard_;
};

}  // namespace ptpcore::protocol
