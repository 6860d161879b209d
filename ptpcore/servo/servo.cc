// Which servos there are, by name.
#include "ptpcore/servo/servo.h"

#include <algorithm>
#include <cmath>

#include "ptpcore/servo/adaptive_servo.h"
#include "ptpcore/servo/classic_servo.h"
#include "ptpcore/servo/measuring_servo.h"

namespace ptpcore::servo {

double MostHiddenNs(const Estimate& estimate, int64_t delay_asymmetry_ns) {
  return std::max(0.0, estimate.mean_path_delay_ns) +
         std::abs(estimate.asymmetry_ns / 2 + static_cast<double>(delay_asymmetry_ns));
}

double PeerExchange::link_delay_ns() const {
  return (static_cast<double>(received_ns - sent_ns) * rate_ratio - turnaround_ns) / 2;
}

Command Servo::OnPeerDelay(const PeerExchange& /*exchange*/) {
  return {};
}

Command Servo::OnSilence(int64_t /*local_ns*/) {
  return {};
}

void Servo::Lend() {}

void Servo::NoteFrequency(double /*mean_ppb*/, double /*doubt_ns*/) {}

void Servo::TakeBack() {}

Holdover Servo::PredictHoldover(int64_t /*local_ns*/) const {
  return {estimate().root_dispersion_ns, estimate().bound_95_ns};
}

std::vector<std::string> ServoNames() {
  return {"adaptive", "pi", "linreg", "none"};
}

std::unique_ptr<Servo> NewServo(const std::string& name, const ServoConfig& config) {
  if (name == "adaptive") return NewServo(config);
  if (name == "pi") return NewPiServo(config);
  if (name == "linreg") return NewLinregServo(config);
  if (name == "none") return NewMeasuringServo();
  return nullptr;
}

}  // namespace ptpcore::servo
