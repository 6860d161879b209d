// Every servo: whatever timestamps come, in whatever order, its answers are finite,
// within the clock's limit, and step only where the policy lets it.
//
// The first byte chooses servo and policy; then 12 bytes each make a measurement:
// kind, time since the last one, and how far it lies off.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "ptpcore/servo/servo.h"

namespace {

using ptpcore::servo::Command;
using ptpcore::servo::Estimate;
using ptpcore::servo::Holdover;
using ptpcore::servo::OneWay;
using ptpcore::servo::PeerExchange;
using ptpcore::servo::Servo;
using ptpcore::servo::ServoConfig;
using ptpcore::servo::StepRule;

constexpr size_t kSize = 12;

void Check(bool right) {
  if (!right) std::abort();
}

void CheckEstimate(const Estimate& e, const Holdover& h) {
  for (const double value :
       {e.offset_ns, e.mean_path_delay_ns, e.frequency_ppb, e.root_dispersion_ns, e.bound_95_ns,
        e.noise_ns, e.wander_ppb, e.last_weight, h.root_dispersion_ns, h.bound_95_ns}) {
    Check(std::isfinite(value));
  }
  Check(e.bound_95_ns >= 0 && h.bound_95_ns >= 0);
  Check(e.last_weight >= 0 && e.last_weight <= 1);
}

// Wraps around instead of overflowing.
int64_t Add(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}

void Feed(Servo& servo, const ServoConfig& config, const uint8_t* data, size_t size) {
  int64_t local = 1'700'000'000'000'000'000;
  int64_t master = local - 50'000'000;
  for (; size >= kSize; data += kSize, size -= kSize) {
    const uint8_t kind = data[0];
    const uint8_t scale = data[1] % 62;
    uint32_t gap_us = 0;
    int32_t excess = 0;
    std::memcpy(&gap_us, data + 2, sizeof gap_us);
    std::memcpy(&excess, data + 6, sizeof excess);
    local = Add(local, int64_t{gap_us} * 1'000);
    master = Add(master, int64_t{gap_us} * 1'000);
    // From nanoseconds to centuries.
    const int64_t off = scale < 32 ? (excess >> (31 - scale)) : (int64_t{excess} << (scale - 31));
    OneWay flight{master, Add(local, off), static_cast<double>(data[10]) * data[11]};
    if ((kind & 0x38) == 0x38) flight.correction_ns = std::numeric_limits<double>::quiet_NaN();
    if ((kind & 0x38) == 0x30) flight.correction_ns = 1e300;
    Command command;
    switch (kind & 7) {
      case 5: {
        PeerExchange exchange;
        exchange.sent_ns = local;
        exchange.received_ns = Add(flight.local_ns, 1);
        exchange.turnaround_ns = flight.correction_ns;
        if ((kind & 0x08) != 0) exchange.neighbor_ns = Add(master, off);
        exchange.rate_ratio = (kind & 0x10) != 0 ? 1.0001 : static_cast<double>(data[10]) / 128;
        exchange.neighbor = kind >> 6;
        command = servo.OnPeerDelay(exchange);
        break;
      }
      case 6:
        command = servo.OnSilence(flight.local_ns);
        break;
      case 7:
        servo.Reset(static_cast<double>(off), (kind & 0x40) != 0);
        break;
      default:
        command = (kind & 1) != 0 ? servo.OnSync(flight) : servo.OnDelay(flight);
    }
    if (command.frequency_ppb) {
      Check(std::isfinite(*command.frequency_ppb));
      Check(std::abs(*command.frequency_ppb) <= config.max_frequency_ppb);
    }
    if (command.step_ns) {
      Check(config.step_rule != StepRule::kNever);
      local = Add(local, *command.step_ns);
    }
    CheckEstimate(servo.estimate(), servo.PredictHoldover(Add(local, off)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const std::vector<std::string> names = ptpcore::servo::ServoNames();
  ServoConfig config;
  config.step_rule = static_cast<StepRule>((data[0] >> 2) % 3);
  config.max_frequency_ppb = (data[0] & 0x40) != 0 ? 100 : 500'000;
  config.hardware_timestamps = (data[0] & 0x80) != 0;
  const std::unique_ptr<Servo> servo =
      ptpcore::servo::NewServo(names[data[0] % 4 % names.size()], config);
  Feed(*servo, config, data + 1, size - 1);
  return 0;
}
