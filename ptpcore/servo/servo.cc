// Which servos there are, by name.
#include "ptpcore/servo/servo.h"

#include "ptpcore/servo/adaptive_servo.h"
#include "ptpcore/servo/classic_servo.h"
#include "ptpcore/servo/measuring_servo.h"

namespace ptpcore::servo {

Command Servo::OnSilence(int64_t /*local_ns*/) {
  return {};
}

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
