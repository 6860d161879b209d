#include "ptpcore/protocol/newcomers.h"

#include <algorithm>

namespace ptpcore::protocol {

std::optional<Newcomers::Sighting> Newcomers::See(const wire::PortIdentity& port,
                                                  const Sighting& sighting) {
  newest_ = std::max(newest_, sighting.at);
  const Key key = KeyOf(port);
  if (const auto known = seen_.find(key); known != seen_.end()) {
    return std::exchange(known->second.sighting, sighting);
  }
  if (order_.size() < kCapacity) {
    next_ = order_.size();
    order_.push_back(key);
  } else {
    // A place may be that of one who was forgotten, and has another by now.
    const auto oldest = seen_.find(order_[next_]);
    if (oldest != seen_.end() && oldest->second.place == next_) seen_.erase(oldest);
    order_[next_] = key;
  }
  seen_.emplace(key, Entry{sighting, next_});
  next_ = (next_ + 1) % kCapacity;
  return std::nullopt;
}

void Newcomers::Forget(const wire::PortIdentity& port) {
  seen_.erase(KeyOf(port));
}

void Newcomers::ForgetIfAllBefore(MonoTime time) {
  if (!order_.empty() && newest_ < time) *this = Newcomers();
}

}  // namespace ptpcore::protocol
