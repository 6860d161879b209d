#include "service/host_time/system_clock.h"

#include <sys/timex.h>
#include <time.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/clock_rights.h"
#include "service/reconcile/failure.h"

namespace hostctl::host_time {
namespace {

class KernelClock : public SystemClock {
 public:
  absl::Time Now() override { return absl::Now(); }

  absl::Status Settable() override {
    if (reconcile::MayAdjustSystemClock()) return absl::OkStatus();
    return reconcile::Failure(absl::StatusCode::kPermissionDenied,
                              "hostd may not set the system clock: it lacks CAP_SYS_TIME",
                              {"CLOCK_NOT_ADJUSTABLE", "", "run hostd as root"});
  }

  absl::Status Set(absl::Time time) override {
    absl::Status settable = Settable();
    if (!settable.ok()) return settable;
    const timespec value = absl::ToTimespec(time);
    if (clock_settime(CLOCK_REALTIME, &value) == 0) return absl::OkStatus();
    const int error = errno;
    return reconcile::Failure(
        error == EPERM ? absl::StatusCode::kPermissionDenied : absl::StatusCode::kInternal,
        absl::StrCat("cannot set the system clock: ", std::strerror(error)),
        {"CLOCK_NOT_ADJUSTABLE", "", ""});
  }

  bool KeepsHardwareClock() override {
    timex query{};  // modes 0: only reads
    return adjtimex(&query) >= 0 && (query.status & STA_UNSYNC) == 0;
  }
};

class UntouchableClock final : public KernelClock {
 public:
  explicit UntouchableClock(std::string why) : why_(std::move(why)) {}

  absl::Status Settable() override {
    return reconcile::Failure(absl::StatusCode::kFailedPrecondition, why_,
                              {"CLOCK_NOT_ADJUSTABLE", "", "start hostd with --clock=system"});
  }
  absl::Status Set(absl::Time /*time*/) override { return Settable(); }

 private:
  const std::string why_;
};

}  // namespace

std::unique_ptr<SystemClock> NewKernelClock() {
  return std::make_unique<KernelClock>();
}

std::unique_ptr<SystemClock> NewUntouchableClock(std::string why) {
  return std::make_unique<UntouchableClock>(std::move(why));
}

}  // namespace hostctl::host_time
