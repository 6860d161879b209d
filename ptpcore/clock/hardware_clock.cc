#include "ptpcore/clock/hardware_clock.h"

#include <cmath>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace ptpcore::clock {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400 * kSecond;
constexpr int64_t kLeapGuardNs = 3 * kSecond;
// Further than this from where it should be, the device jumped: no oscillator is so wrong,
// and no reading takes so long.
constexpr int64_t kJumpNs = 1'000'000;
constexpr int64_t kJumpPerSecondNs = 1'000'000;
// The kernel and drivers round what they are told.
constexpr double kSameFrequencyPpb = 1.0;

}  // namespace

HardwareClock::HardwareClock(std::unique_ptr<PhcDevice> device, std::unique_ptr<Clock> system,
                             KernelTime time)
    : device_(std::move(device)),
      system_(std::move(system)),
      time_(std::move(time)),
      comparison_(*device_) {}

absl::StatusOr<std::unique_ptr<HardwareClock>> HardwareClock::Open(
    std::unique_ptr<PhcDevice> device, std::unique_ptr<Clock> system, KernelTime time,
    int tai_minus_utc_s) {
  std::unique_ptr<HardwareClock> clock(
      new HardwareClock(std::move(device), std::move(system), std::move(time)));
  const absl::StatusOr<int64_t> now = clock->device_->Now();
  if (!now.ok()) return now.status();
  const absl::StatusOr<double> frequency = clock->device_->Frequency();
  if (!frequency.ok()) return frequency.status();
  clock->frequency_ppb_ = *frequency;
  clock->Remember(*now);
  const int64_t ahead_ns = *now - clock->system_->NowNs();
  const bool in_utc = std::llabs(ahead_ns) < tai_minus_utc_s * kSecond / 2;
  clock->utc_offset_s_ = in_utc ? 0 : tai_minus_utc_s;
  return clock;
}

int64_t HardwareClock::UtcOf(int64_t device_ns) {
  const int64_t utc_ns = device_ns - utc_offset_s_ * kSecond;
  if (armed_leap_ != 0 && utc_ns >= leap_at_ns_) {
    utc_offset_s_ += armed_leap_;
    armed_leap_ = 0;
    return device_ns - utc_offset_s_ * kSecond;
  }
  return utc_ns;
}

void HardwareClock::Remember(int64_t device_ns) {
  device_ns_ = device_ns;
  monotonic_ns_ = time_.monotonic_ns();
}

int64_t HardwareClock::NowNs() {
  const absl::StatusOr<int64_t> now = device_->Now();
  return UtcOf(now.ok() ? *now : device_ns_ + (time_.monotonic_ns() - monotonic_ns_));
}

std::optional<int64_t> HardwareClock::AtHardwareTimestamp(int64_t hardware_ns) {
  return UtcOf(hardware_ns);
}

absl::Status HardwareClock::Step(int64_t delta_ns) {
  if (absl::Status s = device_->Step(delta_ns); !s.ok()) return s;
  device_ns_ += delta_ns;
  return absl::OkStatus();
}

absl::Status HardwareClock::SetFrequency(double ppb) {
  if (absl::Status s = device_->SetFrequency(ppb); !s.ok()) return s;
  frequency_ppb_ = ppb;
  return absl::OkStatus();
}

absl::Status HardwareClock::ArmLeapSecond(int leap) {
  // One that cannot is stepped as it follows.
  const bool leave_system = read_only_ || system_lent_;
  const absl::Status armed = leave_system ? absl::OkStatus() : system_->ArmLeapSecond(leap);
  if (!armed.ok() && !absl::IsUnimplemented(armed)) return armed;
  if (utc_offset_s_ == 0) {
    return absl::UnimplementedError(absl::StrCat(device_->path(), " runs in UTC"));
  }
  if (leap == armed_leap_) return absl::OkStatus();
  armed_leap_ = 0;
  // The end of the day; one second earlier where the last second is left out.
  leap_at_ns_ = (NowNs() / kDay + 1) * kDay - (leap < 0 ? kSecond : 0);
  armed_leap_ = leap;
  return absl::OkStatus();
}

bool HardwareClock::NearLeapSecond() {
  return leap_at_ns_ != 0 && std::llabs(NowNs() - leap_at_ns_) < kLeapGuardNs;
}

absl::Status HardwareClock::SetUtcOffset(int seconds) {
  if (seconds == utc_offset_s_) return absl::OkStatus();
  const bool stays_tai = seconds != 0 && utc_offset_s_ != 0;
  if (!stays_tai && !read_only_) {
    if (absl::Status s = Step((seconds - utc_offset_s_) * kSecond); !s.ok()) return s;
  }
  utc_offset_s_ = seconds;
  armed_leap_ = 0;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> HardwareClock::Repair() {
  const int64_t elapsed_ns = time_.monotonic_ns() - monotonic_ns_;
  const absl::StatusOr<int64_t> now = device_->Now();
  if (!now.ok()) return now.status();
  const int64_t jump_ns = *now - device_ns_ - elapsed_ns;
  const int64_t allowed_ns = kJumpNs + elapsed_ns / kSecond * kJumpPerSecondNs;
  const bool jumped = std::llabs(jump_ns) > allowed_ns;
  Remember(*now);
  if (read_only_) return std::nullopt;

  const absl::StatusOr<double> frequency = device_->Frequency();
  if (!frequency.ok()) return frequency.status();
  const bool detuned = std::fabs(*frequency - frequency_ppb_) > kSameFrequencyPpb;
  if (!jumped && !detuned) return std::nullopt;

  std::string happened = device_->path();
  if (jumped) {
    absl::StrAppendFormat(&happened, " jumped by %+.6f s", static_cast<double>(jump_ns) * 1e-9);
    if (absl::Status s = Step(-jump_ns); !s.ok()) return s;
  }
  if (detuned) {
    absl::StrAppendFormat(&happened, "%s its frequency correction was %.1f instead of %.1f ppb",
                          jumped ? " and" : ":", *frequency, frequency_ppb_);
    if (absl::Status s = device_->SetFrequency(frequency_ppb_); !s.ok()) return s;
  }
  return absl::StrCat(happened, " (a reset of the device, or another program); set back");
}

absl::StatusOr<PhcReading> HardwareClock::Compare() {
  absl::StatusOr<PhcReading> reading = comparison_.Compare();
  if (reading.ok()) reading->phc_ns = UtcOf(reading->phc_ns);
  return reading;
}

}  // namespace ptpcore::clock
