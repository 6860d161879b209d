#include "ptpcore/protocol/data_sets.h"

#include <tuple>

namespace ptpcore::protocol {

ParentDataSet OwnParent(const DefaultDataSet& own) {
  ParentDataSet parent;
  parent.port = {own.clock_identity, 0};
  parent.grandmaster = own.clock_identity;
  parent.grandmaster_quality = own.quality;
  parent.grandmaster_priority1 = own.priority1;
  parent.grandmaster_priority2 = own.priority2;
  return parent;
}

ParentDataSet ParentFromAnnounce(const wire::Header& header, const wire::Announce& announce) {
  ParentDataSet parent;
  parent.port = header.source;
  parent.grandmaster = announce.grandmaster;
  parent.grandmaster_quality = announce.quality;
  parent.grandmaster_priority1 = announce.priority1;
  parent.grandmaster_priority2 = announce.priority2;
  return parent;
}

uint16_t StepsRemovedFrom(const wire::Announce& announce) {
  return announce.steps_removed == 0xFFFF ? announce.steps_removed
                                          : static_cast<uint16_t>(announce.steps_removed + 1);
}

bool operator==(const ParentDataSet& a, const ParentDataSet& b) {
  const auto members = [](const ParentDataSet& p) {
    return std::tie(p.port, p.parent_stats, p.observed_offset_scaled_log_variance,
                    p.observed_phase_change_rate, p.grandmaster, p.grandmaster_quality,
                    p.grandmaster_priority1, p.grandmaster_priority2);
  };
  return members(a) == members(b);
}

}  // namespace ptpcore::protocol
