// Summaries of measurements, put together.
#pragma once

#include "hostctl/v1/ptp_history.pb.h"

namespace hostctl::history {

// `into` becomes the summary of both sets of samples; one without samples counts as none.
void Merge(const v1::MeasuredValue& from, v1::MeasuredValue& into);

// Likewise, value by value; one that neither has stays absent.
void Merge(const v1::MeasuredValues& from, v1::MeasuredValues& into);

}  // namespace hostctl::history
