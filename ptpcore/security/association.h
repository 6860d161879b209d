// Security associations: what the holders of a key agreed on. IEEE 1588-2019 16.14.2; here they
// come from a file, see association_file.h.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "ptpcore/security/mac.h"

namespace ptpcore::security {

// When a key may be used, UTC nanoseconds since 1970.
struct Validity {
  int64_t not_before_ns = std::numeric_limits<int64_t>::min();
  int64_t not_after_ns = std::numeric_limits<int64_t>::max();

  bool Includes(int64_t utc_ns) const { return not_before_ns <= utc_ns && utc_ns <= not_after_ns; }
};

struct Key {
  uint32_t id = 0;  // from 1
  Mac mac;
  Validity validity = {};
};

struct Association {
  uint8_t pointer = 0;  // SPP, the security parameter pointer: its number
  // By how much sequenceId may advance beyond what the time explains, 0..32767; 0: it is not looked
  // at, and whatever was recorded can be played again.
  uint16_t sequence_window = 3;
  // Transparent clocks on the way, which have no key, correct correctionField: it counts as 0.
  bool mutable_correction = false;
  std::vector<Key> keys;  // in the order of preference

  // Null where there is none.
  const Key* Find(uint32_t id) const;
  // The key for what is sent at `utc_ns`: of those that are valid the one that became so last, else
  // the one that expired last, so that time goes on; of equals the first. Null without keys.
  const Key* ForSending(int64_t utc_ns) const;
};

// By their pointers.
using Associations = std::map<uint8_t, Association>;

}  // namespace ptpcore::security
