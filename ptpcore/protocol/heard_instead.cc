#include "ptpcore/protocol/heard_instead.h"

#include <chrono>
#include <cstddef>
#include <utility>

namespace ptpcore::protocol {
namespace {

// Announce comes every 16 s at the least.
constexpr Duration kRemembered = std::chrono::seconds(60);

}  // namespace

void HeardInstead::Note(Reason reason, const wire::ClockIdentity& by, std::string sentence,
                        MonoTime now) {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] != reason) continue;
    heard_[i] = Something{{reason, std::move(sentence)}, by, now};
    return;
  }
}

const HeardInstead::Something* HeardInstead::MostTelling(MonoTime now) const {
  for (Reason reason : kKinds) {
    if (const Something* something = Of(reason, now)) return something;
  }
  return nullptr;
}

const HeardInstead::Something* HeardInstead::Of(Reason reason, MonoTime now) const {
  for (const std::optional<Something>& something : heard_) {
    if (something && something->what.reason == reason && now - something->at <= kRemembered) {
      return &*something;
    }
  }
  return nullptr;
}

}  // namespace ptpcore::protocol
