// A host with a PTP hardware clock, simulated: both clocks on oscillators of their own, reading
// the hardware clock takes time over a bus, and the truth is known.
#pragma once

#include <memory>
#include <string>

#include "ptpcore/clock/clock.h"
#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/clock/phc_device.h"
#include "ptpcore/sim/disciplined_clock.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::clock {

struct SimulatedHost {
  // True time is UTC and begins here; it goes on when told to, and with every access to the
  // hardware clock by what that takes.
  static constexpr int64_t kEpochNs = 1'795'348'053'000'000'000;
  static constexpr int64_t kSecond = 1'000'000'000;

  int64_t since_start_ns = 0;
  // Their error is against true time, the hardware clock's against TAI.
  sim::DisciplinedClock system{sim::Oscillator(12'000, 1, sim::Random(1)), 0};
  sim::DisciplinedClock phc{sim::Oscillator(-3'000, 0.1, sim::Random(2)), 0};
  sim::Random random{3};

  bool has_precise = false;
  bool has_extended = true;
  bool gone = false;
  int64_t bus_ns = 800;        // one way to the hardware clock, at best
  double bus_jitter_ns = 200;  // mean of what comes on top
  double frequency_ppb = 0;    // correction of the hardware clock
  int tai_minus_utc_s = 37;
  int phc_steps = 0;
  int system_steps = 0;

  void AdvanceTo(int64_t ns) {
    since_start_ns = std::max(since_start_ns, ns);
    system.AdvanceTo(since_start_ns);
    phc.AdvanceTo(since_start_ns);
  }
  void Advance(int64_t ns) { AdvanceTo(since_start_ns + ns); }
  void Access() { Advance(bus_ns + static_cast<int64_t>(random.Exponential(bus_jitter_ns))); }

  int64_t TrueUtcNs() const { return kEpochNs + since_start_ns; }
  int64_t SystemNs() const { return kEpochNs + system.Read(); }
  int64_t PhcNs() const { return kEpochNs + tai_minus_utc_s * kSecond + phc.Read(); }
  double SystemErrorNs() const { return system.TrueOffset(); }
  double PhcErrorNs() const { return phc.TrueOffset(); }
  // What the reset of a network device does.
  void ResetNic() {
    phc.Step(-PhcNs() + 5 * kSecond);  // five seconds after 1970
    SetPhcFrequency(0);
  }
  void SetPhcFrequency(double ppb) {
    frequency_ppb = ppb;
    phc.SetFrequency(ppb);
  }

  KernelTime Kernel() {
    return {[this] { return SystemNs(); }, [this] { return since_start_ns; },
            [this] { return since_start_ns; }};
  }
};

class SimulatedPhc : public PhcDevice {
 public:
  explicit SimulatedPhc(SimulatedHost& host) : host_(host) {}

  const std::string& path() const override { return path_; }
  absl::StatusOr<int64_t> Now() override {
    if (host_.gone) return Gone();
    host_.Access();
    const int64_t now = host_.PhcNs();
    host_.Access();
    return now;
  }
  absl::Status Step(int64_t delta_ns) override {
    if (host_.gone) return Gone();
    host_.Access();
    host_.phc.Step(delta_ns);
    ++host_.phc_steps;
    return absl::OkStatus();
  }
  absl::Status SetFrequency(double ppb) override {
    if (host_.gone) return Gone();
    host_.SetPhcFrequency(ppb);
    return absl::OkStatus();
  }
  absl::StatusOr<double> Frequency() override { return host_.frequency_ppb; }
  double max_frequency_ppb() const override { return 32'000'000; }
  absl::StatusOr<PhcReadings> Read(PhcMethod method) override {
    if (host_.gone) return Gone();
    PhcReadings readings;
    if (method == PhcMethod::kPrecise) {
      if (!host_.has_precise) return absl::UnimplementedError("");
      readings.push_back({host_.SystemNs(), host_.PhcNs(), host_.SystemNs()});
      return readings;
    }
    if (method == PhcMethod::kExtended && !host_.has_extended) return absl::UnimplementedError("");
    for (int i = 0; i < 9; ++i) {
      // Without the extended method the driver's own way lies within.
      if (method == PhcMethod::kPlain) host_.Access();
      PhcReading reading;
      reading.system_before_ns = host_.SystemNs();
      host_.Access();
      reading.phc_ns = host_.PhcNs();
      host_.Access();
      reading.system_after_ns = host_.SystemNs();
      readings.push_back(reading);
    }
    return readings;
  }

 private:
  absl::Status Gone() const {
    return absl::UnavailableError("cannot read " + path_ + ": No such device");
  }

  SimulatedHost& host_;
  std::string path_ = "/dev/ptp0";
};

// CLOCK_REALTIME of such a host.
class SimulatedSystemClock : public Clock {
 public:
  explicit SimulatedSystemClock(SimulatedHost& host) : host_(host) {}

  int64_t NowNs() override { return host_.SystemNs(); }
  int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns; }
  absl::Status Step(int64_t delta_ns) override {
    host_.system.Step(delta_ns);
    ++host_.system_steps;
    return absl::OkStatus();
  }
  absl::Status SetFrequency(double ppb) override {
    host_.system.SetFrequency(ppb);
    frequency_ppb_ = ppb;
    return absl::OkStatus();
  }
  absl::StatusOr<double> Frequency() override { return frequency_ppb_; }
  double max_frequency_ppb() const override { return 500'000; }
  absl::Status ArmLeapSecond(int leap) override {
    armed_leap = leap;
    return absl::OkStatus();
  }
  std::string name() const override { return "system"; }

  int armed_leap = 0;

 private:
  SimulatedHost& host_;
  double frequency_ppb_ = 0;
};

}  // namespace ptpcore::clock
