// Who announced itself once while the table of foreign masters is full. A few octets for
// each, so that a storm of announcers of which each is heard once (or a broken device that
// changes its identity) does not keep a real master from its second Announce: that holds as
// long as fewer than kCapacity others come in between.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/types.h"

namespace ptpcore::protocol {

class Newcomers {
 public:
  // Some 740 KiB when full, in a storm only.
  static constexpr size_t kCapacity = 8192;

  struct Sighting {
    MonoTime at;
    uint16_t sequence_id = 0;
  };

  // Takes note of an Announce; tells of the one before, if it is remembered. The one that
  // came first is forgotten for it.
  std::optional<Sighting> See(const wire::PortIdentity& port, const Sighting& sighting);
  // Forgets one who is known now.
  void Forget(const wire::PortIdentity& port);
  // Forgets all, memory included, when nobody was seen after `time`.
  void ForgetIfAllBefore(MonoTime time);

  size_t size() const { return seen_.size(); }

 private:
  using Key = std::pair<std::array<uint8_t, 8>, uint16_t>;
  struct Entry {
    Sighting sighting;
    size_t place;  // in order_
  };
  static Key KeyOf(const wire::PortIdentity& port) { return {port.clock.octets, port.port}; }

  absl::flat_hash_map<Key, Entry> seen_;
  std::vector<Key> order_;  // a ring, in the order of their first sighting
  size_t next_ = 0;         // the place in it that is written next
  MonoTime newest_ = MonoTime::min();
};

}  // namespace ptpcore::protocol
