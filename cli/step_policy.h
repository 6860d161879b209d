// The step policies under the names that users type.
#pragma once

#include <array>
#include <string>

#include "cli/enum_text.h"
#include "hostctl/v1/ptp.pb.h"

namespace hostctl::cli {

struct StepPolicyName {
  const char* name;
  v1::StepPolicy policy;
};
inline constexpr std::array<StepPolicyName, 3> kStepPolicies = {
    {{"first-lock", v1::STEP_POLICY_FIRST_LOCK},
     {"never", v1::STEP_POLICY_NEVER},
     {"always", v1::STEP_POLICY_ALWAYS}}};

inline std::string StepPolicyText(v1::StepPolicy policy) {
  // What is not set means the default, see ptp.proto.
  if (policy == v1::STEP_POLICY_UNSPECIFIED) policy = v1::STEP_POLICY_FIRST_LOCK;
  for (const StepPolicyName& entry : kStepPolicies) {
    if (entry.policy == policy) return entry.name;
  }
  return EnumText(policy);
}

}  // namespace hostctl::cli
