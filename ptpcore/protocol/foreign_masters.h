// The foreign masters of a port: IEEE 1588-2019 9.3.2.4 and 9.3.2.5. Remembers who
// announces itself, tells who qualifies or why not, and picks the best (Erbest). Bounded: a
// storm of announcers costs neither memory nor time, nor does it drive out a better master.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ptpcore/protocol/dataset_comparison.h"
#include "ptpcore/protocol/newcomers.h"
#include "ptpcore/protocol/time.h"
#include "ptpcore/wire/message.h"
#include "ptpcore/wire/tlv_path_trace.h"

namespace ptpcore::protocol {

// One entry of the acceptable master table, 17.5.
struct AcceptableMaster {
  wire::PortIdentity port;          // portNumber 0: any port of that clock
  uint8_t alternate_priority1 = 0;  // instead of the announced priority1; 0: as announced
  std::optional<wire::PortAddress> address = std::nullopt;  // absent: from wherever
  bool by_address = false;  // whoever has the address, `port` is not looked at
};

// Whose Announce messages count.
struct ForeignMasterRules {
  // The port that listens; its clock finds itself in a path trace.
  wire::PortIdentity receiver;
  BestMasterAlgorithm algorithm = BestMasterAlgorithm::kDefault;
  uint8_t local_priority = 128;              // of the port, G.8275.1 6.3; 1..255
  uint16_t max_steps_removed = 255;          // defaultDS.maxStepsRemoved, 2..255
  uint8_t maximum_clock_class = 255;         // a greater one is not followed
  bool path_trace = false;                   // 16.2: lists are kept, and loops discarded
  std::vector<AcceptableMaster> acceptable;  // empty: everyone
};

// Whether a foreign master can be chosen, or why not.
enum class Qualification : uint8_t {
  kQualified,
  kTooFewAnnounces,         // fewer than two within the window
  kTooFar,                  // stepsRemoved
  kNotAcceptable,           // not in the acceptable master table
  kClockClassUnacceptable,  // clockClass past the greatest allowed
  kLoop,                    // it passed through us, or speaks of ourselves as grandmaster
  kAlternate,               // alternateMasterFlag, 17.3: not the one to be followed
};

// What is known of one announcer; the newest Announce is kept whole.
struct ForeignMaster {
  wire::PortIdentity port;
  wire::PortAddress address;
  wire::Header header;
  wire::Announce announce;
  wire::PathTrace path_trace;  // empty unless rules.path_trace
  // What is compared: the announced values, with the alternate priority1 and the
  // port's local priority.
  DataSet data_set;
  // What the newest Announce has against it; kQualified: nothing.
  Qualification objection = Qualification::kQualified;
  Duration announce_interval{};
  MonoTime last_heard;
  // The Announce before the last, if there was nothing against it; qualifies with the last.
  std::optional<MonoTime> heard_before;
  uint64_t announces = 0;
};

class ForeignMasters {
 public:
  // FOREIGN_MASTER_TIME_WINDOW in announce intervals, 9.3.2.4.5.
  static constexpr int kWindowIntervals = 4;
  static constexpr size_t kCapacity = 128;

  explicit ForeignMasters(ForeignMasterRules rules = {});

  enum class Outcome { kAdded, kUpdated, kDuplicate, kTableFull };
  struct Heard {
    Outcome outcome;
    // As ForeignMaster::objection: of this Announce alone.
    Qualification objection;
  };

  // Whether what `port` sends from `address` may be believed: 17.5.
  bool Accepts(const wire::PortIdentity& port, const wire::PortAddress& address) const {
    return rules_.acceptable.empty() || Acceptance(port, address) != nullptr;
  }

  // Takes note of an Announce that is not our own. `default_interval` holds where the message
  // does not state a sane one. The same message delivered twice counts once. In a full table
  // room is made by who cannot be chosen, else, once it announced itself twice, by the worst
  // if that is worse; never by the parent.
  Heard Hear(const wire::Message& announce, const wire::PortAddress& from,
             Duration default_interval, MonoTime now);

  // The master that the port follows: it qualifies until its time-out, however sparse its
  // messages become.
  void SetParent(const std::optional<wire::PortIdentity>& parent) { parent_ = parent; }

  // Two Announce messages within the window (FOREIGN_MASTER_THRESHOLD = 2), and nothing
  // against the last.
  Qualification QualificationOf(const ForeignMaster& master, MonoTime now) const;

  // Forgets who was silent for `timeout_intervals` announce intervals.
  void Expire(int timeout_intervals, MonoTime now);
  // When Expire() will next have something to do; kNever when the table is empty.
  MonoTime NextExpiry(int timeout_intervals) const;

  // Erbest, 9.3.2.3: the best of the qualified; null if none qualifies. Valid until the next
  // change of the table.
  const ForeignMaster* Best(MonoTime now) const;
  const ForeignMaster* Find(const wire::PortIdentity& port) const;
  // Everyone, qualified or not, in no order.
  const std::vector<ForeignMaster>& all() const { return masters_; }

  void Clear();
  size_t size() const { return masters_.size(); }
  const ForeignMasterRules& rules() const { return rules_; }

 private:
  const AcceptableMaster* Acceptance(const wire::PortIdentity& port,
                                     const wire::PortAddress& address) const;
  // What a master is worth in a full table, the least first.
  enum class Worth { kNone, kHopeful, kQualified };

  ForeignMaster Describe(const wire::Message& message, const wire::PortAddress& from,
                         Duration default_interval, MonoTime now) const;
  Qualification ObjectionTo(const ForeignMaster& master) const;
  bool IsQualified(const ForeignMaster& master, MonoTime now) const;
  Worth WorthOf(const ForeignMaster& master, MonoTime now) const;
  bool MakeRoomFor(ForeignMaster& newcomer, MonoTime now);
  std::vector<ForeignMaster>::iterator Worst(MonoTime now);

  ForeignMasterRules rules_;
  std::vector<ForeignMaster> masters_;
  Newcomers newcomers_;
  std::optional<wire::PortIdentity> parent_;
};

}  // namespace ptpcore::protocol
