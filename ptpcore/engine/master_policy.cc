#include "ptpcore/engine/master_policy.h"

#include <cmath>

namespace ptpcore::engine {
namespace {

struct Interval {
  double low;
  double high;
};

Interval Of(const MasterOpinion& opinion) {
  return {opinion.offset_ns - opinion.bound_ns, opinion.offset_ns + opinion.bound_ns};
}

// The point that the most intervals share, and how many. Each best point is the
// lower end of some interval, and there are only a few.
struct Agreement {
  double point = 0;
  size_t count = 0;
};
Agreement FindAgreement(const std::vector<Interval>& intervals) {
  Agreement best;
  for (const Interval& candidate : intervals) {
    size_t count = 0;
    for (const Interval& i : intervals) count += i.low <= candidate.low && candidate.low <= i.high;
    if (count > best.count) best = {candidate.low, count};
  }
  return best;
}

// Those who contradict the majority. Where there is none, those who contradicted the last one.
std::vector<bool> FindLiars(const std::vector<MasterOpinion>& opinions,
                            const std::optional<OwnOpinion>& own) {
  std::vector<bool> liars;
  std::vector<Interval> intervals;
  for (const MasterOpinion& o : opinions) {
    liars.push_back(!o.measured && o.distrusted_before);
    if (o.measured) intervals.push_back(Of(o));
  }
  if (intervals.size() < 2) return liars;
  Agreement agreement = FindAgreement(intervals);
  if (2 * agreement.count <= intervals.size() && own) {
    intervals.push_back({own->ahead_ns - own->bound_ns, own->ahead_ns + own->bound_ns});
    agreement = FindAgreement(intervals);
  }
  if (2 * agreement.count <= intervals.size()) {
    for (size_t i = 0; i < opinions.size(); ++i) liars[i] = opinions[i].distrusted_before;
    return liars;
  }
  for (size_t i = 0; i < opinions.size(); ++i) {
    const Interval interval = Of(opinions[i]);
    liars[i] =
        opinions[i].measured && (agreement.point < interval.low || agreement.point > interval.high);
  }
  return liars;
}

}  // namespace

MasterVerdict JudgeMasters(const std::vector<MasterOpinion>& opinions,
                           std::optional<size_t> following, const std::optional<OwnOpinion>& own) {
  const std::vector<bool> liars = FindLiars(opinions, own);
  const auto eligible = [&](size_t i) { return opinions[i].master.has_value() && !liars[i]; };
  MasterVerdict verdict;
  if (following && *following < opinions.size() && eligible(*following)) verdict.follow = following;
  for (size_t i = 0; i < opinions.size(); ++i) {
    if (!eligible(i) || verdict.follow == i) continue;
    // Another port takes over from a master that works only once it is measured.
    const bool better =
        !verdict.follow || ((opinions[i].measured || !opinions[*verdict.follow].measured) &&
                            IsBetter(*opinions[i].master, *opinions[*verdict.follow].master));
    if (better) verdict.follow = i;
  }
  for (size_t i = 0; i < opinions.size(); ++i) {
    Standing standing = Standing::kNone;
    if (verdict.follow == i) {
      standing = Standing::kFollowed;
    } else if (liars[i]) {
      standing = Standing::kDistrusted;
    } else if (opinions[i].master) {
      standing = opinions[i].measured ? Standing::kBackup : Standing::kMeasuring;
    }
    verdict.standings.push_back(standing);
  }
  return verdict;
}

}  // namespace ptpcore::engine
