#include "cli/since_text.h"

#include <google/protobuf/util/time_util.h>

namespace hostctl::cli {
namespace {

constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr size_t kMostDigits = 9;

int64_t SecondsOf(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3600;
    case 'd':
      return 86400;
    case 'w':
      return 7 * 86400;
    default:
      return 0;
  }
}

}  // namespace

std::optional<int64_t> TimeFromSince(const std::string& text, int64_t now_ns) {
  const size_t digits = text.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string::npos && digits + 1 == text.size()) {
    const int64_t unit = SecondsOf(text.back());
    if (unit == 0 || digits > kMostDigits) return std::nullopt;
    const int64_t now_s = now_ns / kNsPerSecond;
    // Nothing is older than 1970.
    const int64_t back = std::stoll(text) * unit;
    return back > now_s ? 0 : now_ns - back * kNsPerSecond;
  }
  google::protobuf::Timestamp time;
  if (!google::protobuf::util::TimeUtil::FromString(text, &time)) return std::nullopt;
  // What 64 bits of nanoseconds can hold.
  if (time.seconds() < 0 || time.seconds() > INT64_MAX / kNsPerSecond - 1) return std::nullopt;
  return google::protobuf::util::TimeUtil::TimestampToNanoseconds(time);
}

}  // namespace hostctl::cli
