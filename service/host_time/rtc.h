// The hardware clock (RTC) of the host, rtc(4): a chip that counts whole seconds and keeps
// time while the host is off. Here it is taken to count UTC.
//
// A chip tells fractions of a second only by when its seconds begin. So it is read at an
// edge, the moment at which a new second begins; and it is set so that its edges fall
// where the seconds of the time begin.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace hostctl::host_time {

struct RtcReading {
  absl::CivilSecond second;  // what the chip shows
  absl::Time system;         // the system clock when the chip was read
  // That second began just then; else no edge came in time, and it may have begun up to a
  // second before.
  bool at_edge = true;
};

class Rtc {
 public:
  virtual ~Rtc() = default;

  // `/dev/rtc0`.
  virtual std::string device() const = 0;
  // How long after Write() the next second begins is one second less this: a CMOS chip
  // (MC146818) takes half a second to the next one, others take a whole one.
  virtual absl::Duration set_delay() = 0;

  // Reads it at an edge; waits for it 1.5 seconds at most.
  // NOT_FOUND HARDWARE_CLOCK_NOT_FOUND, PERMISSION_DENIED HARDWARE_CLOCK_NOT_PERMITTED,
  // UNAVAILABLE when another program has it open, INTERNAL.
  virtual absl::StatusOr<RtcReading> Read() = 0;
  // Sets it. Errors as Read().
  virtual absl::Status Write(absl::CivilSecond second) = 0;
  // Whether it is there and may be opened. Errors as Read().
  virtual absl::Status Check() = 0;
};

// The one at `device`; `name_file` tells its driver, `/sys/class/rtc/rtc0/name`.
std::unique_ptr<Rtc> NewDeviceRtc(std::string device = "/dev/rtc0",
                                  std::string name_file = "/sys/class/rtc/rtc0/name");

// Hardware clock minus system clock at the moment of `reading`; without an edge to within
// half a second.
absl::Duration OffsetOf(const RtcReading& reading);

// What to write, and how long to wait before, so that the chip shows a time that is
// `wanted` when the waiting begins.
struct RtcWrite {
  absl::Duration wait;  // 0 to 1 s
  absl::CivilSecond second;
};
RtcWrite PlanWrite(absl::Time wanted, absl::Duration set_delay);

}  // namespace hostctl::host_time
