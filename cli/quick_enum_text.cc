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
constexpr std::array kPortReasons = {"UNSPECIFIED",
                                     "NONE",
                                     "STARTING",
                                     "INTERFACE_DOWN",
                                     "NO_ANNOUNCE",
                                     "OTHER_DOMAIN",
                                     "OTHER_SDO",
                                     "OTHER_TRANSPORT",
                                     "OTHER_DELAY_MECHANISM",
                                     "NOT_QUALIFIED",
                                     "MASTER_LOST",
                                     "CLOCK_CLASS_UNACCEPTABLE",
                                     "MASTER_UNACCEPTABLE",
                                     "NO_SYNC",
                                     "NO_FOLLOW_UP",
                                     "NO_DELAY_RESP",
                                     "NO_PDELAY_RESP",
                                     "NO_TIMESTAMPS",
                                     "CALIBRATING",
                                     "BETTER_MASTER",
                                     "QUALIFYING_AS_MASTER",
                                     "UNICAST_UNANSWERED",
                                     "UNICAST_DENIED",
                                     "NOT_AS_CAPABLE",
                                     "MASTER_DISTRUSTED",
                                     "LOOP",
                                     "FAULT",
                                     "NOT_AUTHENTICATED"};
// In lower case, the first is what UNSPECIFIED means.
constexpr std::array kClockRoles = {"client", "client", "server", "auto"};

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

std::string QuickEnumText(v1::PortReason reason) {
  return NameOf(kPortReasons, reason);
}

std::string QuickEnumText(v1::ClockRole role) {
  return NameOf(kClockRoles, role);
}

}  // namespace hostctl::cli
