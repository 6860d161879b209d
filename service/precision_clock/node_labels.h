// The host's time as labels of a Kubernetes node: few values that seldom change, for a
// scheduler to select by. They speak of the clock that workloads see: of a host that keeps a
// virtual one, or only measures, they say that it is not synchronized.
//
//   hostctl.org/time-health=synchronized    TimeHealth in lower case
//   hostctl.org/time-max-error-ns=10000     the clock is within +- this, a power of ten
//   hostctl.org/time-protocol=ptp           ptp, ntp, none
//   hostctl.org/time-ptp=true               a precision clock that wants PTP is served
#pragma once

#include <map>
#include <string>

#include "hostctl/v1/time.pb.h"

namespace hostctl::precision_clock {

// Name -> value, both as Kubernetes allows them.
using Labels = std::map<std::string, std::string>;

// `status` as labels. `previous` are those that hold now, empty at first: a bound that
// wavers about a power of ten does not change the label to and fro. A label that does not
// apply is not there: time-ptp and time-ntp unless they are served, time-max-error-ns when
// nobody knows it or it is more than a second.
Labels LabelsOf(const v1::TimeStatus& status, const Labels& previous);

}  // namespace hostctl::precision_clock
