// The host's packet filter, as seen by whoever wants a policy in force.
//
//   std::unique_ptr<Firewall> firewall = NewNftablesFirewall();
//   absl::Status done = firewall->Apply(wanted);
//   ...poll(firewall->change_fd())...
//   if (!firewall->Matches(wanted).value_or(false)) firewall->Apply(wanted);
//
// Not thread-safe: one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/foreign_drops.h"
#include "firewall/ruleset.h"

namespace hostctl::firewall {

class Firewall {
 public:
  virtual ~Firewall() = default;

  // Makes the kernel hold exactly `wanted`, in one transaction: there is no moment
  // without rules. What is in force already is left alone. Counters of rules that
  // stay keep their values, also where other rules change. INVALID_ARGUMENT for an
  // allowed IP that is none and for a definition that ruleset.h does not allow,
  // PERMISSION_DENIED without the right to, INTERNAL with the kernel's words
  // otherwise; when the transaction is refused the kernel is as it was.
  virtual absl::Status Apply(const Wanted& wanted) = 0;

  // Whether the kernel holds exactly what Apply(wanted) would make it hold. False
  // until this object has applied it once. Errors as Apply().
  virtual absl::StatusOr<bool> Matches(const Wanted& wanted) = 0;

  // What each rule of what was applied last has let pass and dropped, read now: an
  // entry for every rule, in the order of the definitions, then two for the default
  // action (see RuleCount). Empty before the first Apply().
  //
  // A rule that no packet met, and all rules of a firewall that is off, say zero.
  // Loopback is not counted. Under PASS nothing that merely passes is counted:
  // neither for the default action nor for an unmanaged ruleset. Under DROP the
  // default action counts what it drops, and so does the unmanaged rule that names
  // the packet. Where several rulesets that are set name a packet, the first that lets
  // it pass counts it as passed; where none does, all of them count it as dropped.
  virtual absl::StatusOr<std::vector<RuleCount>> Counters() = 0;

  // What others on this host drop although `wanted` opens it, read now, as far as their
  // tables tell (foreign_drops.h). Empty where there is nobody else.
  virtual absl::StatusOr<std::vector<ForeignDrop>> ForeignDrops(const Wanted& /*wanted*/) {
    return std::vector<ForeignDrop>();
  }

  // Becomes readable when someone, also ourselves, changed the packet filter;
  // -1 where there is nothing to watch. Owned by the firewall.
  virtual int change_fd() const = 0;
  // Reads away what made change_fd() readable.
  virtual void DrainChanges() = 0;

  // `nftables`, `memory`; `nftables, firewalld` while firewalld is told too.
  virtual std::string backend_name() const = 0;
};

}  // namespace hostctl::firewall
