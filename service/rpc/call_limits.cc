// See call_limits.h.
#include "service/rpc/call_limits.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

// More callers than this are seldom; then those that are at rest are forgotten.
constexpr size_t kManyCallers = 1000;

double LeftAt(double left, CallLimits::Time since, CallLimits::Time now, const CallLimit& limit) {
  const double seconds = std::chrono::duration<double>(now - since).count();
  return std::min(limit.burst, left + seconds * limit.per_second);
}

absl::Status Exceeded(const std::string& message, const char* reason, const char* remedy) {
  return reconcile::Failure(absl::StatusCode::kResourceExhausted, message, {reason, "", remedy});
}

}  // namespace

absl::Status CallLimits::Begin(const std::string& caller, const CallLimit& limit, Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (uses_.size() >= kManyCallers) ForgetIdle(now);
  const auto [found, is_new] = uses_.try_emplace(caller);
  Use& use = found->second;
  use.left = is_new ? limit.burst : LeftAt(use.left, use.at, now, limit);
  use.at = now;
  use.limit = limit;
  if (use.running >= limit.running) {
    return Exceeded(
        absl::StrCat("too many calls of one caller are running: the limit is ", limit.running),
        "TOO_MANY_RUNNING_CALLS", "end some of the watches or wait for the calls");
  }
  if (use.left < 1) {
    return Exceeded(absl::StrCat("too many calls of one caller: the limit is ", limit.per_second,
                                 " per second"),
                    "TOO_MANY_CALLS_PER_SECOND", "ask less often, or watch instead of polling");
  }
  use.left -= 1;
  ++use.running;
  return absl::OkStatus();
}

void CallLimits::End(const std::string& caller) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto use = uses_.find(caller);
  if (use != uses_.end() && use->second.running > 0) --use->second.running;
}

void CallLimits::ForgetIdle(Time now) {
  for (auto use = uses_.begin(); use != uses_.end();) {
    const Use& record = use->second;
    const bool full = LeftAt(record.left, record.at, now, record.limit) >= record.limit.burst;
    use = record.running == 0 && full ? uses_.erase(use) : std::next(use);
  }
}

}  // namespace hostctl::rpc
