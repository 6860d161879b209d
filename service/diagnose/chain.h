// The order of the steps, what is skipped behind a cause, and the verdict. Pure.
//
//   Chain chain;
//   for (const Link& link : Links()) Show(chain.Judge(link, facts));
//   Show(chain.Verdict(facts));
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/test.pb.h"
#include "service/diagnose/facts.h"

namespace hostctl::diagnose {

struct Link {
  hostctl::v1::TestStep (*judge)(const Facts&);
  // It needs what was observed, and not only what is known at once.
  bool observed;
  // It can be judged whatever failed before it.
  bool independent = false;
  // Where nothing came by multicast, something is tried first (Probes::ProbeMulticast).
  bool probes_multicast = false;
};

// From the configuration to the servo.
const std::vector<Link>& Links();

class Chain {
 public:
  // Judges, or skips what can no longer be judged behind a cause that was found.
  hostctl::v1::TestStep Judge(const Link& link, const Facts& facts);
  // A cause was found: what is left tells no more of it.
  bool broken() const { return !cause_.empty(); }
  hostctl::v1::TestVerdict Verdict(const Facts& facts) const;

 private:
  std::string cause_;  // code of the first finding that FAILED
  std::vector<hostctl::v1::TestFinding> findings_;
};

}  // namespace hostctl::diagnose
