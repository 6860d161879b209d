// What the settings of PTP may be: the same for what a user asks for and for what
// is read from the disk. hostd does not link the engine, so the servos' names are
// written here once more (ptpcore/servo makes them).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hostctl::store {

// The default first.
inline constexpr std::array<const char*, 4> kServos = {{"adaptive", "pi", "linreg", "none"}};

inline bool IsServo(const std::string& name) {
  return std::any_of(kServos.begin(), kServos.end(),
                     [&name](const char* servo) { return name == servo; });
}

// Longer ones are no latencies of hardware or asymmetries of a local network.
inline constexpr int64_t kMaxLatencyNs = 1'000'000'000;

inline bool IsLatency(int64_t ns) {
  return ns >= -kMaxLatencyNs && ns <= kMaxLatencyNs;
}

inline constexpr uint32_t kDefaultHoldoverLimitS = 3600;
inline constexpr int64_t kMaxHoldoverLimitS = int64_t{30} * 24 * 3600;

// Of both times of the fallback, seconds.
inline constexpr int64_t kMinFallbackTimeS = 1;
inline constexpr int64_t kMaxFallbackTimeS = int64_t{24} * 3600;
inline constexpr uint32_t kDefaultFallbackAfterS = 60;
inline constexpr uint32_t kDefaultFallbackReturnAfterS = 30;

inline constexpr size_t kMaxWatchInterfaces = 7;

}  // namespace hostctl::store
