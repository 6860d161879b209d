#include "service/rpc/watch_period.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {

absl::StatusOr<std::chrono::milliseconds> WatchPeriod(const google::protobuf::Duration& period) {
  constexpr int64_t kShortestMs = 100;
  constexpr int64_t kLongestS = 3600;
  const int64_t seconds = period.seconds();
  // Seconds first: a huge number must not overflow the milliseconds.
  const int64_t ms =
      seconds < 0 || seconds > kLongestS ? -1 : seconds * 1000 + period.nanos() / 1000000;
  if (ms < kShortestMs || ms > kLongestS * 1000) {
    return reconcile::Failure(absl::StatusCode::kInvalidArgument,
                              absl::StrCat("the period of ", seconds, " s and ", period.nanos(),
                                           " ns is not within 0.1 s to 1 h"),
                              {"PERIOD_OUT_OF_RANGE", "period", ""});
  }
  return std::chrono::milliseconds(ms);
}

}  // namespace hostctl::rpc
