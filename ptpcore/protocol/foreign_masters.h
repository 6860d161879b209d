// The foreign masters of a port: IEEE 1588-2019 9.3.2.4 and 9.3.2.5. Remembers
// who announces itself, tells who qualifies, and picks the best. Bounded: a
// storm of announcers costs neither memory nor time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ptpcore/protocol/dataset_comparison.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {

// What is known of one announcer; the newest Announce is kept whole.
struct ForeignMaster {
  wire::PortIdentity port;
  wire::PortAddress address;
  wire::Header header;
  wire::Announce announce;
  Duration announce_interval{};
  MonoTime last_heard;
  MonoTime heard_before;  // the Announce before the last; qualifies with it
  uint64_t announces = 0;
};

class ForeignMasters {
 public:
  // FOREIGN_MASTER_TIME_WINDOW in announce intervals, 9.3.2.4.5.
  static constexpr int kWindowIntervals = 4;
  static constexpr size_t kCapacity = 32;

  enum class Outcome { kAdded, kUpdated, kDuplicate, kTableFull };

  // Takes note of an Announce that passed the checks of 9.3.2.5 a) to c).
  // `default_interval` holds where the message does not state a sane one. When
  // the table is full, an announcer that does not qualify makes room. The same
  // message delivered twice counts once.
  Outcome Hear(const wire::Message& announce, const wire::PortAddress& from,
               Duration default_interval, MonoTime now);

  // Whether two Announce messages came within the window (FOREIGN_MASTER_THRESHOLD = 2).
  static bool IsQualified(const ForeignMaster& master, MonoTime now);

  // Forgets who was silent for `timeout_intervals` announce intervals.
  void Expire(int timeout_intervals, MonoTime now);
  // When Expire() will next have something to do; kNever when the table is empty.
  MonoTime NextExpiry(int timeout_intervals) const;

  // The best of the qualified, seen from `receiver`; null if none qualifies.
  // Valid until the next change of the table.
  const ForeignMaster* Best(const wire::PortIdentity& receiver, MonoTime now) const;
  const ForeignMaster* Find(const wire::PortIdentity& port) const;

  void Clear() { masters_.clear(); }
  size_t size() const { return masters_.size(); }

 private:
  std::vector<ForeignMaster> masters_;
};

}  // namespace ptpcore::protocol
