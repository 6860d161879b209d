#include "ptpcore/wire/types.h"

#include <limits>

namespace ptpcore::wire {

ClockIdentity ClockIdentityFromMac(const std::array<uint8_t, 6>& mac) {
  return {{mac[0], mac[1], mac[2], 0xFF, 0xFE, mac[3], mac[4], mac[5]}};
}

std::string ToString(const ClockIdentity& identity) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(16);
  for (uint8_t octet : identity.octets) {
    text.push_back(kDigits[octet >> 4]);
    text.push_back(kDigits[octet & 0xF]);
  }
  return text;
}

std::string ToString(const PortIdentity& identity) {
  return ToString(identity.clock) + "/" + std::to_string(identity.port);
}

TimeInterval SaturatingAdd(TimeInterval a, TimeInterval b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a.scaled_ns, b.scaled_ns, &sum)) {
    sum =
        a.scaled_ns < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
  }
  return {sum};
}

std::optional<int64_t> ToNanoseconds(const Timestamp& timestamp) {
  constexpr uint64_t kBillion = 1'000'000'000;
  // Leaves room for any currentUtcOffset, so that nobody overflows by taking it off.
  constexpr uint64_t kMaxSeconds =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / kBillion - (1 << 16);
  if (timestamp.nanoseconds >= kBillion || timestamp.seconds > kMaxSeconds) return std::nullopt;
  return static_cast<int64_t>(timestamp.seconds * kBillion + timestamp.nanoseconds);
}

}  // namespace ptpcore::wire
