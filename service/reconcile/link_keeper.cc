#include "service/reconcile/link_keeper.h"

#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

constexpr std::chrono::seconds kRetryAfter{5};

// `status` of a step, for the user.
absl::Status FailureOf(const LinkStep& step, const absl::Status& status) {
  const std::string message = absl::StrCat("could not ", Describe(step), ": ", status.message());
  if (absl::IsPermissionDenied(status)) {
    return Failure(status.code(), message, {"INTERFACE_NOT_PERMITTED", "", "run hostd as root"});
  }
  return Failure(status.code(), message, {"INTERFACE_REFUSED", "", "ip -details link show"});
}

std::string TextOf(const std::vector<LinkStep>& steps) {
  std::string text;
  for (const LinkStep& step : steps) absl::StrAppend(&text, Describe(step), "\n");
  return text;
}

}  // namespace

LinkKeeper::LinkKeeper(host::Interfaces& interfaces, std::function<void(const std::string&)> log)
    : interfaces_(interfaces), log_(std::move(log)) {}

absl::StatusOr<int> LinkKeeper::IndexOf(const std::string& device) {
  const auto snapshot = interfaces_.Read();
  if (!snapshot.ok()) return snapshot.status();
  const host::Device* found = snapshot->Find(device);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("there is no device ", device));
  return found->index;
}

absl::Status LinkKeeper::Execute(const LinkStep& step) {
  if (const auto* create = std::get_if<CreateDevice>(&step)) {
    return interfaces_.Create(create->spec);
  }
  const std::string device = std::visit(
      [](const auto& s) {
        if constexpr (std::is_same_v<std::decay_t<decltype(s)>, CreateDevice> ||
                      std::is_same_v<std::decay_t<decltype(s)>, DeleteDevice>) {
          return s.spec.name;
        } else {
          return s.device;
        }
      },
      step);
  const auto index = IndexOf(device);
  if (!index.ok()) return index.status();
  if (std::holds_alternative<DeleteDevice>(step)) return interfaces_.Delete(*index);
  if (const auto* add = std::get_if<AddName>(&step)) {
    return interfaces_.AddAlternativeName(*index, add->name);
  }
  if (const auto* remove = std::get_if<RemoveName>(&step)) {
    return interfaces_.RemoveAlternativeName(*index, remove->name);
  }
  if (const auto* mtu = std::get_if<SetMtu>(&step)) return interfaces_.SetMtu(*index, mtu->after);
  if (const auto* state = std::get_if<SetState>(&step)) return interfaces_.SetUp(*index, state->up);
  const std::string& bridge = std::get<AttachPort>(step).after;
  if (bridge.empty()) return interfaces_.SetController(*index, 0);
  const auto controller = IndexOf(bridge);
  return controller.ok() ? interfaces_.SetController(*index, *controller) : controller.status();
}

absl::Status LinkKeeper::Change(const store::DesiredState& before,
                                const store::DesiredState& wanted, const host::Snapshot& snapshot) {
  LinkPlan plan = PlanLinkChange(before, wanted, snapshot);
  done_.clear();
  last_steps_ = std::move(plan.last_steps);
  for (const LinkStep& step : plan.steps) {
    const absl::Status status = Execute(step);
    if (!status.ok()) {
      Undo();
      return FailureOf(step, status);
    }
    done_.push_back(step);
  }
  return absl::OkStatus();
}

absl::Status LinkKeeper::Finish() {
  for (const LinkStep& step : std::exchange(last_steps_, {})) {
    const absl::Status status = Execute(step);
    // What should be gone and is, is as it should be.
    if (!status.ok() && !absl::IsNotFound(status)) return FailureOf(step, status);
    done_.push_back(step);
  }
  return absl::OkStatus();
}

void LinkKeeper::Undo() {
  last_steps_.clear();
  while (!done_.empty()) {
    const LinkStep step = Inverse(done_.back());
    done_.pop_back();
    const absl::Status status = Execute(step);
    if (!status.ok()) log_(absl::StrCat("could not ", Describe(step), ": ", status.message()));
  }
}

bool LinkKeeper::Repair(const store::DesiredState& wanted, const host::Snapshot& snapshot,
                        TimePoint now) {
  LinkPlan plan = PlanLinkRepair(wanted, snapshot);
  conditions_ = std::move(plan.conditions);
  const std::string text = TextOf(plan.steps);
  if (text == failed_plan_ && now < retry_at_) {
    conditions_.insert(conditions_.end(), failures_.begin(), failures_.end());
    return false;
  }
  failed_plan_.clear();
  failures_.clear();
  bool changed = false;
  for (const LinkStep& step : plan.steps) {
    const absl::Status status = Execute(step);
    if (status.ok()) {
      log_(absl::StrCat("the host was not as it should be; done: ", Describe(step)));
      changed = true;
      continue;
    }
    const absl::Status failure = FailureOf(step, status);
    const FailureDetail detail = DetailOf(failure);
    failures_.push_back({detail.reason, std::string(failure.message()), detail.remedy});
    failed_plan_ = text;
    retry_at_ = now + kRetryAfter;
  }
  conditions_.insert(conditions_.end(), failures_.begin(), failures_.end());
  return changed;
}

}  // namespace hostctl::reconcile
