// Clocks that a test sets and no host has.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "service/host_time/rtc.h"
#include "service/host_time/system_clock.h"

namespace hostctl::host_time {

struct FakeSystemClock final : SystemClock {
  absl::Time Now() override { return now; }
  absl::Status Settable() override { return settable; }
  absl::Status Set(absl::Time time) override {
    now = time;
    ++sets;
    return absl::OkStatus();
  }
  bool KeepsHardwareClock() override { return keeps_hardware_clock; }

  absl::Time now = absl::FromUnixSeconds(1'795'381'200);  // 2026-11-22T21:00:00Z
  absl::Status settable;
  bool keeps_hardware_clock = false;
  int sets = 0;
};

// A chip that is `ahead` of a system clock.
struct FakeRtc final : Rtc {
  explicit FakeRtc(FakeSystemClock& clock) : system(clock) {}

  std::string device() const override { return "/dev/rtc7"; }
  absl::Duration set_delay() override { return delay; }
  absl::Status Check() override { return there; }
  absl::StatusOr<RtcReading> Read() override {
    if (!there.ok()) return there;
    // The next edge.
    const absl::Time shown =
        absl::Ceil(system.now + ahead - absl::UnixEpoch(), absl::Seconds(1)) + absl::UnixEpoch();
    system.now = shown - ahead;
    return RtcReading{absl::ToCivilSecond(shown, absl::UTCTimeZone()), system.now, true};
  }
  absl::Status Write(absl::CivilSecond second) override {
    written = second;
    written_at = system.now;
    return absl::OkStatus();
  }

  FakeSystemClock& system;
  absl::Duration ahead;
  absl::Duration delay = absl::Milliseconds(500);
  absl::Status there;
  std::optional<absl::CivilSecond> written;
  absl::Time written_at;
};

}  // namespace hostctl::host_time
