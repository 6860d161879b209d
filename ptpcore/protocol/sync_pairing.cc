#include "ptpcore/protocol/sync_pairing.h"

namespace ptpcore::protocol {

std::optional<CompleteSync> SyncPairing::OnTwoStepSync(uint16_t sequence_id,
                                                       wire::TimeInterval correction,
                                                       LocalTime t2) {
  if (sync_) ++unmatched_;
  if (sync_ && sync_->sequence_id == sequence_id) return std::nullopt;
  sync_ = WaitingSync{sequence_id, correction, t2};
  return Join();
}

std::optional<CompleteSync> SyncPairing::OnFollowUp(uint16_t sequence_id, int64_t t1_ns,
                                                    wire::TimeInterval correction) {
  if (follow_up_) ++unmatched_;
  follow_up_ = WaitingFollowUp{sequence_id, t1_ns, correction};
  return Join();
}

std::optional<CompleteSync> SyncPairing::Join() {
  if (!sync_ || !follow_up_ || sync_->sequence_id != follow_up_->sequence_id) return std::nullopt;
  CompleteSync complete{sync_->sequence_id, follow_up_->t1_ns, sync_->t2,
                        wire::SaturatingAdd(sync_->correction, follow_up_->correction)};
  Clear();
  return complete;
}

void SyncPairing::Clear() {
  sync_.reset();
  follow_up_.reset();
}

}  // namespace ptpcore::protocol
