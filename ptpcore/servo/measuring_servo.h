// `none`: measures and never commands, for hosts whose clock somebody else
// disciplines. Offset and delay by the standard's plain formulas
// (IEEE 1588-2019 11.2, 11.3), each from the newest pair.
#pragma once

#include <memory>

#include "ptpcore/servo/servo.h"

namespace ptpcore::servo {

std::unique_ptr<Servo> NewMeasuringServo();

}  // namespace ptpcore::servo
