#include "ptpcore/security/source_limiter.h"

#include <algorithm>
#include <cstring>

namespace ptpcore::security {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kBurst = 2;  // seconds' worth

// Mixes 64 bits so that each bit of the result depends on all of them (the finalizer of
// SplitMix64).
uint64_t Mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9U;
  x = (x ^ x >> 27) * 0x94D049BB133111EBU;
  return x ^ x >> 31;
}

size_t BucketOf(const wire::PortAddress& address, uint64_t seed) {
  uint64_t halves[2];
  static_assert(sizeof(halves) == sizeof(address.octets));
  std::memcpy(halves, address.octets.data(), sizeof(halves));
  return Mix(Mix(halves[0] ^ seed) ^ halves[1]) % SourceLimiter::kBuckets;
}

}  // namespace

SourceLimiter::SourceLimiter(uint32_t messages_per_second, uint64_t seed)
    : seed_(seed), due_ns_(kBuckets, 0) {
  SetRate(messages_per_second);
}

void SourceLimiter::SetRate(uint32_t messages_per_second) {
  interval_ns_ = kSecond / messages_per_second;
  tolerance_ns_ = kBurst * kSecond;
}

bool SourceLimiter::Allow(const wire::PortAddress& from, int64_t now_ns) {
  int64_t& due_ns = due_ns_[BucketOf(from, seed_)];
  const int64_t next_ns = std::max(due_ns, now_ns) + interval_ns_;
  if (next_ns - now_ns > tolerance_ns_) {
    ++refused_;
    return false;
  }
  due_ns = next_ns;
  return true;
}

}  // namespace ptpcore::security
