// The steps that make the host's network devices what the desired state says of
// VMkernel interfaces: made, named, their MTU and state. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "service/host/interfaces.h"
#include "service/reconcile/engine_plan.h"
#include "service/store/desired_state.h"

namespace hostctl::reconcile {

struct CreateDevice {
  host::DeviceSpec spec;
};
struct DeleteDevice {
  host::DeviceSpec spec;
};
struct AddName {
  std::string device;
  std::string name;
};
struct RemoveName {
  std::string device;
  std::string name;
};
struct SetMtu {
  std::string device;
  uint32_t before = 0;
  uint32_t after = 0;
};
struct SetState {
  std::string device;
  bool up = false;
};
struct AttachPort {
  std::string device;
  std::string before;  // bridge; empty: none
  std::string after;
};
using LinkStep =
    std::variant<CreateDevice, DeleteDevice, AddName, RemoveName, SetMtu, SetState, AttachPort>;

// What takes the step back.
LinkStep Inverse(const LinkStep& step);

// `make vmk3 as a macvlan on eth2`, `give eth2 an MTU of 9000`, ...
std::string Describe(const LinkStep& step);

struct LinkPlan {
  std::vector<LinkStep> steps;  // in this order
  // What cannot be taken back without loss (a device's addresses go with it): to be done
  // when everything else is.
  std::vector<LinkStep> last_steps;
  std::vector<Condition> conditions;  // what stands in the way of how it should be
};

// From `before` to `wanted`, for those interfaces that differ between them. Settings
// that `wanted` no longer has stay in force.
LinkPlan PlanLinkChange(const store::DesiredState& before, const store::DesiredState& wanted,
                        const host::Snapshot& snapshot);

// What is missing of `wanted`: devices that are gone, a port that lost its bridge,
// settings that somebody changed. The names of other devices are binding.h's subject.
LinkPlan PlanLinkRepair(const store::DesiredState& wanted, const host::Snapshot& snapshot);

}  // namespace hostctl::reconcile
