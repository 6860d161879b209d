#include "cli/quick_enum_text.h"

#include <array>
#include <cstddef>

#include "cli/enum_text.h"

namespace hostctl::cli {
namespace {

// By number; the test holds them against the proto.
constexpr std::array kPortStates = {"UNSPECIFIED",  "INITIALIZING", "FAULTY", "DISABLED",
                                    "LISTENING",    "PRE_MASTER",   "MASTER", "PASSIVE",
                                    "UNCALIBRATED", "SLAVE"};
constexpr std::array kClockStates = {"UNSPECIFIED", "FREE_RUNNING", "ACQUIRING",
                                     "LOCKED",      "HOLDOVER",     "HOLDOVER_EXPIRED"};
constexpr std::array kDelayMechanisms = {"UNSPECIFIED", "E2E", "P2P"};
constexpr std::array kSyncModes = {"UNSPECIFIED", "ONE_STEP", "TWO_STEP"};

template <typename Enum, size_t kSize>
std::string NameOf(const std::array<const char*, kSize>& names, Enum value) {
  const auto index = static_cast<size_t>(value);
  return index < kSize ? names[index] : EnumText(value);
}

}  // namespace

std::string QuickEnumText(v1::PortState state) {
  return NameOf(kPortStates, state);
}

std::string QuickEnumText(v1::ClockState state) {
  return NameOf(kClockStates, state);
}

std::string QuickEnumText(v1::DelayMechanism mechanism) {
  return NameOf(kDelayMechanisms, mechanism);
}

std::string QuickEnumText(v1::SyncMode mode) {
  return NameOf(kSyncModes, mode);
}

}  // namespace hostctl::cli
