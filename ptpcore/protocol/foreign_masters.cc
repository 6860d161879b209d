#include "ptpcore/protocol/foreign_masters.h"

#include <algorithm>

namespace ptpcore::protocol {
namespace {

// The interval that the sender states, where it is one that profiles use.
Duration AnnounceInterval(const wire::Header& header, Duration default_interval) {
  const int log = header.log_message_interval;
  return log >= -7 && log <= 7 ? IntervalFromLog(log) : default_interval;
}

}  // namespace

ForeignMasters::Outcome ForeignMasters::Hear(const wire::Message& announce,
                                             const wire::PortAddress& from,
                                             Duration default_interval, MonoTime now) {
  const auto known = std::find_if(masters_.begin(), masters_.end(), [&](const ForeignMaster& m) {
    return m.port == announce.header.source;
  });
  Outcome outcome = Outcome::kUpdated;
  ForeignMaster* master = nullptr;
  if (known != masters_.end()) {
    master = &*known;
    if (master->header.sequence_id == announce.header.sequence_id) return Outcome::kDuplicate;
    master->heard_before = master->last_heard;
  } else if (masters_.size() < kCapacity) {
    master = &masters_.emplace_back();
    outcome = Outcome::kAdded;
  } else {
    const auto idle = std::min_element(masters_.begin(), masters_.end(),
                                       [&](const ForeignMaster& a, const ForeignMaster& b) {
                                         const bool qa = IsQualified(a, now);
                                         const bool qb = IsQualified(b, now);
                                         return qa != qb ? !qa : a.last_heard < b.last_heard;
                                       });
    if (IsQualified(*idle, now)) return Outcome::kTableFull;
    *idle = ForeignMaster();
    master = &*idle;
    outcome = Outcome::kAdded;
  }
  master->port = announce.header.source;
  master->address = from;
  master->header = announce.header;
  master->announce = std::get<wire::Announce>(announce.body);
  master->announce_interval = AnnounceInterval(announce.header, default_interval);
  master->last_heard = now;
  ++master->announces;
  return outcome;
}

bool ForeignMasters::IsQualified(const ForeignMaster& master, MonoTime now) {
  return master.announces >= 2 &&
         now - master.heard_before <= kWindowIntervals * master.announce_interval;
}

void ForeignMasters::Expire(int timeout_intervals, MonoTime now) {
  masters_.erase(std::remove_if(masters_.begin(), masters_.end(),
                                [&](const ForeignMaster& m) {
                                  return now >=
                                         m.last_heard + timeout_intervals * m.announce_interval;
                                }),
                 masters_.end());
}

MonoTime ForeignMasters::NextExpiry(int timeout_intervals) const {
  MonoTime next = kNever;
  for (const ForeignMaster& m : masters_) {
    next = std::min(next, m.last_heard + timeout_intervals * m.announce_interval);
  }
  return next;
}

const ForeignMaster* ForeignMasters::Best(const wire::PortIdentity& receiver, MonoTime now) const {
  const ForeignMaster* best = nullptr;
  for (const ForeignMaster& m : masters_) {
    if (!IsQualified(m, now)) continue;
    if (best == nullptr || IsBetter(DataSetFromAnnounce(m.header, m.announce, receiver),
                                    DataSetFromAnnounce(best->header, best->announce, receiver))) {
      best = &m;
    }
  }
  return best;
}

const ForeignMaster* ForeignMasters::Find(const wire::PortIdentity& port) const {
  for (const ForeignMaster& m : masters_) {
    if (m.port == port) return &m;
  }
  return nullptr;
}

}  // namespace ptpcore::protocol
