// Carries out what link_plan.h plans: a user's change as a transaction, and repairs.
//
//   absl::Status done = keeper.Change(before, wanted, snapshot);
//   ...store what is wanted...
//   if (done.ok()) done = keeper.Finish();
//   if (!done.ok()) keeper.Undo();
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "service/host/interfaces.h"
#include "service/reconcile/link_plan.h"

namespace hostctl::reconcile {

class LinkKeeper {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // `interfaces` must outlive the keeper; `log` gets a line for each thing done.
  LinkKeeper(host::Interfaces& interfaces, std::function<void(const std::string&)> log);

  // Does everything that can be taken back; a failure has been taken back when this
  // returns. PERMISSION_DENIED INTERFACE_NOT_PERMITTED, or INTERFACE_REFUSED with the
  // kernel's code and words.
  absl::Status Change(const store::DesiredState& before, const store::DesiredState& wanted,
                      const host::Snapshot& snapshot);
  // Does the rest of the last Change(), for good. Errors as above.
  absl::Status Finish();
  // Takes the last Change() back.
  void Undo();

  // Puts right what is not as `wanted`, as far as that goes; the rest is in
  // conditions(). True when something was done: the snapshot is out of date. What was
  // tried in vain is tried again when the host looks different, or after some seconds.
  bool Repair(const store::DesiredState& wanted, const host::Snapshot& snapshot, TimePoint now);
  const std::vector<Condition>& conditions() const { return conditions_; }

 private:
  absl::Status Execute(const LinkStep& step);
  absl::StatusOr<int> IndexOf(const std::string& device);

  host::Interfaces& interfaces_;
  std::function<void(const std::string&)> log_;
  std::vector<LinkStep> done_;
  std::vector<LinkStep> last_steps_;
  std::vector<Condition> conditions_;
  std::vector<Condition> failures_;
  std::string failed_plan_;  // as text
  TimePoint retry_at_;
};

}  // namespace hostctl::reconcile
