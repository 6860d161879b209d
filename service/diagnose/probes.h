// Everything the test looks at, as it asks for it: HostProbes (host_probes.h) looks at this
// host, a test makes it up. Used by one thread.
#pragma once

#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

class Probes {
 public:
  virtual ~Probes() = default;

  // What was set, what hostd says of it, and the engine's first report.
  virtual void ReadConfiguration(Facts& facts) = 0;
  // The interface, its device, the groups it has joined.
  virtual void ReadInterface(Facts& facts) = 0;

  // Looks at the network from here on until the object ends.
  virtual void StartObserving(const Facts& facts) = 0;
  // Goes on looking for a moment, 0.25 s at most, and brings `facts` up to date.
  virtual void Observe(Facts& facts) = 0;
  // Seconds since StartObserving().
  virtual double observed_s() const = 0;
  // After nothing has come by multicast: see MulticastProbe. Takes some seconds.
  virtual void ProbeMulticast(Facts& facts) = 0;

  // Programs and clocks of the host.
  virtual void ReadClock(Facts& facts) = 0;
};

}  // namespace hostctl::diagnose
