#include "ptpcore/protocol/foreign_masters.h"

#include <algorithm>
#include <utility>

#include "ptpcore/protocol/path_trace.h"

namespace ptpcore::protocol {
namespace {

// Newcomers are remembered for so long after the last of them: longer than any window.
constexpr Duration kStormIsOver = std::chrono::minutes(10);

// The interval that the sender states, where it is one that profiles use.
Duration AnnounceInterval(const wire::Header& header, Duration default_interval) {
  const int8_t log = header.log_message_interval;
  return log >= -7 && log <= 7 ? IntervalFromLog(log) : default_interval;
}

Duration WindowOf(const ForeignMaster& master) {
  return ForeignMasters::kWindowIntervals * master.announce_interval;
}

}  // namespace

ForeignMasters::ForeignMasters(ForeignMasterRules rules) : rules_(std::move(rules)) {}

ForeignMasters::Heard ForeignMasters::Hear(const wire::Message& announce,
                                           const wire::PortAddress& from, Duration default_interval,
                                           MonoTime now) {
  newcomers_.ForgetIfAllBefore(now - kStormIsOver);
  const auto known = std::find_if(masters_.begin(), masters_.end(), [&](const ForeignMaster& m) {
    return m.port == announce.header.source;
  });
  if (known != masters_.end() && known->header.sequence_id == announce.header.sequence_id) {
    return {Outcome::kDuplicate, known->objection};
  }
  ForeignMaster heard = Describe(announce, from, default_interval, now);
  const Qualification objection = heard.objection;
  if (known != masters_.end()) {
    if (known->objection == Qualification::kQualified) heard.heard_before = known->last_heard;
    heard.announces = known->announces + 1;
    *known = std::move(heard);
    return {Outcome::kUpdated, objection};
  }
  if (masters_.size() == kCapacity && !MakeRoomFor(heard, now)) {
    return {Outcome::kTableFull, objection};
  }
  masters_.push_back(std::move(heard));
  return {Outcome::kAdded, objection};
}

ForeignMaster ForeignMasters::Describe(const wire::Message& message, const wire::PortAddress& from,
                                       Duration default_interval, MonoTime now) const {
  ForeignMaster master;
  master.port = message.header.source;
  master.address = from;
  master.header = message.header;
  master.announce = std::get<wire::Announce>(message.body);
  if (rules_.path_trace) master.path_trace = PathTraceFrom(message.tlvs);
  master.data_set = DataSetFromAnnounce(master.header, master.announce, rules_.receiver);
  master.data_set.local_priority = rules_.local_priority;
  const AcceptableMaster* acceptance = Acceptance(master.port, master.address);
  if (acceptance != nullptr && acceptance->alternate_priority1 != 0) {
    master.data_set.priority1 = acceptance->alternate_priority1;
  }
  master.objection = ObjectionTo(master);
  master.announce_interval = AnnounceInterval(master.header, default_interval);
  master.last_heard = now;
  master.announces = 1;
  return master;
}

Qualification ForeignMasters::ObjectionTo(const ForeignMaster& master) const {
  const wire::Announce& announce = master.announce;
  const wire::ClockIdentity& us = rules_.receiver.clock;
  if (announce.grandmaster == us || Contains(master.path_trace, us)) return Qualification::kLoop;
  if (master.header.Has(wire::kAlternateMaster)) return Qualification::kAlternate;
  if (announce.steps_removed >= rules_.max_steps_removed) return Qualification::kTooFar;
  if (!Accepts(master.port, master.address)) return Qualification::kNotAcceptable;
  if (announce.quality.clock_class > rules_.maximum_clock_class) {
    return Qualification::kClockClassUnacceptable;
  }
  return Qualification::kQualified;
}

const AcceptableMaster* ForeignMasters::Acceptance(const wire::PortIdentity& port,
                                                   const wire::PortAddress& address) const {
  for (const AcceptableMaster& a : rules_.acceptable) {
    const bool named =
        a.by_address || a.port == port || (a.port.port == 0 && a.port.clock == port.clock);
    if (named && (!a.address || *a.address == address)) return &a;
  }
  return nullptr;
}

Qualification ForeignMasters::QualificationOf(const ForeignMaster& master, MonoTime now) const {
  if (master.objection != Qualification::kQualified) return master.objection;
  if (parent_ == master.port) return Qualification::kQualified;
  const bool twice = master.heard_before && now - *master.heard_before <= WindowOf(master);
  return twice ? Qualification::kQualified : Qualification::kTooFewAnnounces;
}

bool ForeignMasters::IsQualified(const ForeignMaster& master, MonoTime now) const {
  return QualificationOf(master, now) == Qualification::kQualified;
}

// Hopeful are those whose next Announce can qualify them.
ForeignMasters::Worth ForeignMasters::WorthOf(const ForeignMaster& master, MonoTime now) const {
  if (IsQualified(master, now)) return Worth::kQualified;
  const bool hopeful =
      master.objection == Qualification::kQualified && now - master.last_heard <= WindowOf(master);
  return hopeful ? Worth::kHopeful : Worth::kNone;
}

bool ForeignMasters::MakeRoomFor(ForeignMaster& newcomer, MonoTime now) {
  if (newcomer.objection != Qualification::kQualified) return false;
  const auto worst = Worst(now);
  if (WorthOf(*worst, now) != Worth::kNone) {
    const auto before = newcomers_.See(newcomer.port, {now, newcomer.header.sequence_id});
    if (!before || before->sequence_id == newcomer.header.sequence_id) return false;
    newcomer.heard_before = before->at;
    ++newcomer.announces;
    if (!IsQualified(newcomer, now)) return false;
    if (IsQualified(*worst, now) &&
        !IsBetter(newcomer.data_set, worst->data_set, rules_.algorithm)) {
      return false;
    }
  }
  newcomers_.Forget(newcomer.port);
  std::iter_swap(worst, masters_.end() - 1);
  masters_.pop_back();
  return true;
}

// Who is missed least: of the same worth the worst of the qualified, and of the others the
// one silent longest. The parent is missed most.
std::vector<ForeignMaster>::iterator ForeignMasters::Worst(MonoTime now) {
  const auto is_worse = [&](const ForeignMaster& a, const ForeignMaster& b) {
    if ((parent_ == a.port) != (parent_ == b.port)) return parent_ == b.port;
    const Worth wa = WorthOf(a, now);
    const Worth wb = WorthOf(b, now);
    if (wa != wb) return wa < wb;
    if (wa == Worth::kQualified) return IsBetter(b.data_set, a.data_set, rules_.algorithm);
    return a.last_heard < b.last_heard;
  };
  auto worst = masters_.begin();
  for (auto m = masters_.begin(); m != masters_.end(); ++m) {
    if (is_worse(*m, *worst)) worst = m;
  }
  return worst;
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

const ForeignMaster* ForeignMasters::Best(MonoTime now) const {
  const ForeignMaster* best = nullptr;
  for (const ForeignMaster& m : masters_) {
    if (!IsQualified(m, now)) continue;
    if (best == nullptr || IsBetter(m.data_set, best->data_set, rules_.algorithm)) best = &m;
  }
  return best;
}

const ForeignMaster* ForeignMasters::Find(const wire::PortIdentity& port) const {
  for (const ForeignMaster& m : masters_) {
    if (m.port == port) return &m;
  }
  return nullptr;
}

void ForeignMasters::Clear() {
  masters_.clear();
  newcomers_ = Newcomers();
}

}  // namespace ptpcore::protocol
