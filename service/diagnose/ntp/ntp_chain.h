// The chain behind the test of NTP: its steps in order, each a pure judge, and the verdict.
#pragma once

#include <string>
#include <vector>

#include "hostctl/v1/test.pb.h"
#include "service/diagnose/ntp/ntp_facts.h"

namespace hostctl::diagnose {

struct NtpLink {
  hostctl::v1::TestStep (*judge)(const NtpFacts&);
  // It needs what chronyd has measured, and not only what is known at once.
  bool measured;
  // It can be judged whatever failed before it, but for NTP that is not enabled.
  bool independent;
};

// From the configuration to the clock.
const std::vector<NtpLink>& NtpLinks();

class NtpChain {
 public:
  // Judges, or skips what can no longer be judged behind a cause that was found.
  hostctl::v1::TestStep Judge(const NtpLink& link, const NtpFacts& facts);
  // A cause was found.
  bool broken() const { return !cause_.empty(); }
  hostctl::v1::TestVerdict Verdict(const NtpFacts& facts) const;

 private:
  std::string cause_;  // code of the first finding that FAILED
  bool disabled_ = false;
  std::vector<hostctl::v1::TestFinding> findings_;
};

// Whether enough was measured to judge: the clock is synchronized, or every server was
// asked often enough.
bool MeasuredEnough(const NtpFacts& facts);

}  // namespace hostctl::diagnose
