#include "service/rpc/convert_service.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

using absl::StatusCode;
using reconcile::Failure;
using store::ServicePolicy;

constexpr std::array<std::pair<v1::ServicePolicy, ServicePolicy>, 3> kPolicies = {{
    {v1::SERVICE_POLICY_ON, ServicePolicy::kOn},
    {v1::SERVICE_POLICY_OFF, ServicePolicy::kOff},
    {v1::SERVICE_POLICY_AUTOMATIC, ServicePolicy::kAutomatic},
}};

v1::ServicePolicy ToProto(ServicePolicy policy) {
  for (const auto& [number, known] : kPolicies) {
    if (known == policy) return number;
  }
  return v1::SERVICE_POLICY_UNSPECIFIED;
}

}  // namespace

absl::StatusOr<reconcile::ServiceUpdate> FromProto(const v1::UpdateServiceRequest& request) {
  for (const std::string& path : request.update_mask().paths()) {
    if (path == "policy") continue;
    return Failure(StatusCode::kInvalidArgument,
                   absl::StrCat("update_mask names '", path, "', which is not policy"),
                   {"FIELD_MASK_INVALID", "update_mask", ""});
  }
  reconcile::ServiceUpdate update;
  update.key = request.service().key();
  update.action = reconcile::ServiceUpdate::Action::kSetPolicy;
  for (const auto& [number, policy] : kPolicies) {
    if (number != request.service().policy()) continue;
    update.policy = policy;
    return update;
  }
  return Failure(
      StatusCode::kInvalidArgument,
      absl::StrCat("policy ", static_cast<int>(request.service().policy()), " is not known"),
      {"SERVICE_POLICY_INVALID", "service.policy",
       "hostctl system service set --service ptpd --policy on"});
}

v1::ServiceState ToProto(reconcile::ServiceState state) {
  switch (state) {
    case reconcile::ServiceState::kRunning:
      return v1::SERVICE_STATE_RUNNING;
    case reconcile::ServiceState::kFailed:
      return v1::SERVICE_STATE_FAILED;
    case reconcile::ServiceState::kStopped:
      break;
  }
  return v1::SERVICE_STATE_STOPPED;
}

v1::HostService ToProto(const reconcile::ServiceView& view) {
  v1::HostService out;
  out.set_key(view.definition.key);
  out.set_label(view.definition.label);
  out.set_running(view.state == reconcile::ServiceState::kRunning);
  out.set_policy(ToProto(view.policy));
  out.set_required(view.definition.required);
  out.set_ruleset(view.definition.ruleset);
  out.set_pid(static_cast<uint32_t>(view.pid));
  if (view.since.has_value()) {
    const timespec since = absl::ToTimespec(*view.since);
    out.mutable_since()->set_seconds(since.tv_sec);
    out.mutable_since()->set_nanos(static_cast<int32_t>(since.tv_nsec));
  }
  out.set_last_exit(view.last_exit);
  out.set_restarts(view.restarts);
  out.set_state(ToProto(view.state));
  out.set_reason(view.reason);
  out.set_installed(view.installed);
  out.set_manager(view.manager);
  for (const std::string& line : view.recent_log) out.add_recent_log(line);
  return out;
}

}  // namespace hostctl::rpc
