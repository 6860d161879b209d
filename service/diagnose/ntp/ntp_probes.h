// Everything the test of NTP looks at, as it asks for it: a test makes it up. Used by one
// thread.
#pragma once

#include <memory>

#include "service/diagnose/ntp/ntp_facts.h"
#include "service/ntp/chrony_conf.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::diagnose {

class NtpProbes {
 public:
  virtual ~NtpProbes() = default;

  // What was set, the service, the ruleset.
  virtual void ReadConfiguration(NtpFacts& facts) = 0;
  // Names, and the way to the first server. May take as long as name servers do.
  virtual void Resolve(NtpFacts& facts) = 0;
  // What chronyd measures now.
  virtual void Measure(NtpFacts& facts) = 0;
  // Lets chronyd go on measuring for a moment; returns the seconds that have gone by since
  // the probes were made.
  virtual double Wait() = 0;
};

// Looks at this host. `reconciler` must outlive it.
std::unique_ptr<NtpProbes> NewNtpHostProbes(reconcile::Reconciler& reconciler,
                                            const ntp::Places& places);

}  // namespace hostctl::diagnose
