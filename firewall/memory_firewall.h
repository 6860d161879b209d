// A packet filter that filters nothing: what the kernel would hold, held in
// memory. For the sandbox, and for tests, which can make it fail or change it
// behind the caller's back.
//
//   MemoryFirewall firewall;
//   firewall.FailNextApply(absl::InternalError("no room"));
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/firewall.h"
#include "nlohmann/json.hpp"

namespace hostctl::firewall {

class MemoryFirewall final : public Firewall {
 public:
  MemoryFirewall();
  ~MemoryFirewall() override;
  MemoryFirewall(const MemoryFirewall&) = delete;
  MemoryFirewall& operator=(const MemoryFirewall&) = delete;

  // Refuses the policies that the kernel's backend refuses; a policy in force
  // already is left alone there and here.
  absl::Status Apply(const Wanted& wanted) override;
  absl::StatusOr<bool> Matches(const Wanted& wanted) override;
  // All zero: it filters nothing.
  absl::StatusOr<std::vector<RuleCount>> Counters() override;
  int change_fd() const override { return change_fd_; }
  void DrainChanges() override;
  std::string backend_name() const override { return "memory"; }

  // The policy in force; nothing before the first Apply and after a flush.
  std::optional<Policy> policy() const {
    return wanted_ ? std::optional(wanted_->policy) : std::nullopt;
  }
  // How often Apply has changed something.
  int change_count() const { return change_count_; }

  // The next Apply that would change something returns `failure` and changes nothing.
  void FailNextApply(absl::Status failure);
  // As `nft flush ruleset` by somebody else.
  void FlushFromOutside();

 private:
  void SignalChange() const;

  int change_fd_;  // an eventfd
  std::optional<Wanted> wanted_;
  nlohmann::json table_;  // null while there is none
  int change_count_ = 0;
  absl::Status next_failure_;
};

}  // namespace hostctl::firewall
