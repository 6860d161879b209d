// Reads and sets the host's clocks: the system clock, the hardware clock, the time zone.
// A protocol that owns the system clock would put its own time back, so setting either
// clock is refused then, unless forced.
//
//   HostClocks clocks({*system, *rtc, zones, owner, sink});
//   auto changes = clocks.SetSystemTime(time, {/*force=*/false, /*validate_only=*/false});
//
// Thread-safe.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "hostctl/v1/time.pb.h"
#include "service/host_time/rtc.h"
#include "service/host_time/system_clock.h"
#include "service/host_time/time_zones.h"
#include "service/reconcile/changes.h"

namespace hostctl::host_time {

struct SetMode {
  bool force = false;          // although a protocol owns the clock
  bool validate_only = false;  // say what would change, change nothing
};

class HostClocks {
 public:
  // All must outlive it.
  struct Parts {
    SystemClock& system;
    Rtc& rtc;
    TimeZones& zones;
    // What owns the system clock, see OwnerOf().
    std::function<v1::TimeProtocol()> owner;
    std::function<void(absl::Duration)> wait = [](absl::Duration span) { absl::SleepFor(span); };
  };
  using Changes = absl::StatusOr<std::vector<reconcile::Change>>;

  explicit HostClocks(Parts parts);

  v1::SystemTime SystemTime();
  // Errors as TimeService.SetTime.
  Changes SetSystemTime(absl::Time time, SetMode mode);

  // Waits for the beginning of a second, 1.5 s at most. Errors as Rtc::Read().
  absl::StatusOr<v1::HardwareClock> HardwareTime();
  // To `time`, or to the system clock. Waits for the right moment, 1 s at most. Errors as
  // TimeService.SetHardwareClock.
  Changes SetHardwareTime(std::optional<absl::Time> time, SetMode mode);

  absl::StatusOr<v1::ListTimeZonesResponse> Zones();
  Changes SetZone(const std::string& name, bool validate_only);

 private:
  absl::Status CheckOwner(const SetMode& mode);

  Parts parts_;
  std::mutex rtc_in_use_;  // the device can be opened once
};

}  // namespace hostctl::host_time
