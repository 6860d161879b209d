// Whether this process, and so an engine it starts, may adjust the system clock.
#pragma once

namespace hostctl::reconcile {

// True with CAP_SYS_TIME in the effective set (capabilities(7)). Tries nothing:
// there is no harmless way to try.
bool MayAdjustSystemClock();

}  // namespace hostctl::reconcile
