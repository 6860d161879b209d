// Whom to follow when several ports each have a master: the best by data set
// comparison among those that do not contradict the majority. The majority is
// found as NTP finds its truechimers: the point that the most intervals
// [offset - bound, offset + bound] share (RFC 5905 11.2.1). Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ptpcore/protocol/dataset_comparison.h"

namespace ptpcore::engine {

// What one port has to say.
struct MasterOpinion {
  std::optional<protocol::DataSet> master;  // the port's best; absent: none
  bool measured = false;                    // offset and bound mean something
  double offset_ns = 0;                     // local clock minus master
  double bound_ns = 0;                      // the most that can be wrong with it
  bool distrusted_before = false;           // holds until it is measured and a majority, or
                                            // the absence of others, acquits it
};

// What our own clock, running on alone, would say: that it is ahead by so much.
struct OwnOpinion {
  double ahead_ns = 0;
  double bound_ns = 0;
};

enum class Standing { kNone, kMeasuring, kFollowed, kBackup, kDistrusted };

struct MasterVerdict {
  std::optional<size_t> follow;     // index of the port; absent: no master anywhere
  std::vector<Standing> standings;  // of each port's master
};

// `following`: the port that is followed now, which is kept while nothing better is
// measured. `own` decides where masters are evenly divided.
MasterVerdict JudgeMasters(const std::vector<MasterOpinion>& opinions,
                           std::optional<size_t> following, const std::optional<OwnOpinion>& own);

}  // namespace ptpcore::engine
