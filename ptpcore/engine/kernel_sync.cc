#include "ptpcore/engine/kernel_sync.h"

#include <chrono>

namespace ptpcore::engine {
namespace {

// In between, the kernel lets the greatest error grow by 500 ppm.
constexpr protocol::Duration kEvery = std::chrono::seconds(1);

}  // namespace

bool KernelSync::Wants(bool right, protocol::MonoTime now) const {
  return right != told_right_ || (right && now >= next_);
}

void KernelSync::Tell(const std::optional<clock::ClockError>& error, protocol::MonoTime now) {
  // A clock that refuses this refuses to be steered, too, and that is told.
  (void)clock_.TellSynchronized(error);
  told_right_ = error.has_value();
  next_ = told_right_ ? now + kEvery : protocol::MonoTime::max();
}

void KernelSync::Leave() {
  told_right_ = false;
  next_ = protocol::MonoTime::max();
}

}  // namespace ptpcore::engine
