// How long the network is observed: until enough was seen of what works, or so long that
// what did not come will not come. Pure.
#pragma once

#include <optional>

#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

// Whether to go on after `observed_s`; `asked_s`: just so long, as the user wants.
bool GoesOnObserving(const Facts& facts, double observed_s, std::optional<double> asked_s);

// About how long it will take, seconds, for who waits.
double ExpectedObservation(const Facts& facts, std::optional<double> asked_s);

}  // namespace hostctl::diagnose
