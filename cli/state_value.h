// States in the colours of their meaning: in control is green, on the way or in
// holdover yellow, an error red.
#pragma once

#include <string>

#include "cli/format/record.h"

namespace hostctl::cli {

// `text` as a value; what it means is known by its words: `SLAVE`, `LOCKED`,
// `RUNNING`, `calibrated, in control` are good. What is not known means nothing.
Value StateValue(const std::string& text);

}  // namespace hostctl::cli
