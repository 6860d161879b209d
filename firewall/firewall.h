// The host's packet filter, as seen by whoever wants a policy in force.
//
//   std::unique_ptr<Firewall> firewall = NewNftablesFirewall();
//   absl::Status done = firewall->Apply(policy);
//   ...poll(firewall->change_fd())...
//   if (!firewall->Matches(policy).value_or(false)) firewall->Apply(policy);
//
// Not thread-safe: one thread at a time.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/ruleset.h"

namespace hostctl::firewall {

class Firewall {
 public:
  virtual ~Firewall() = default;

  // Makes the kernel hold exactly `policy` for every ruleset of the catalogue,
  // in one transaction. A policy already in force is left alone, and so are its
  // counters. INVALID_ARGUMENT for a ruleset the catalogue does not have or an
  // allowed IP that is none, PERMISSION_DENIED without the right to, INTERNAL
  // with the kernel's words otherwise; when the transaction is refused the kernel
  // is as it was.
  virtual absl::Status Apply(const Policy& policy) = 0;

  // Whether the kernel holds exactly what Apply(policy) would make it hold. False
  // until this object has applied that policy once. Errors as Apply().
  virtual absl::StatusOr<bool> Matches(const Policy& policy) = 0;

  // Becomes readable when someone, also ourselves, changed the packet filter;
  // -1 where there is nothing to watch. Owned by the firewall.
  virtual int change_fd() const = 0;
  // Reads away what made change_fd() readable.
  virtual void DrainChanges() = 0;

  // `nftables`, `memory`.
  virtual std::string backend_name() const = 0;
};

}  // namespace hostctl::firewall
