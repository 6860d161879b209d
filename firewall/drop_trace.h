// Learns from the kernel which rule, of whom, drops PTP on this host, while it lasts.
//
//   auto trace = DropTrace::Start("eth0");
//   ...poll(trace->fd())... trace->Drain();
//   for (const TracedDrop& drop : trace->Drops()) ...
//
// A table of our own, `inet hostctl-trace`, marks the packets of PTP (UDP 319 and 320) and
// what this host says of its multicast groups (IGMP, MLD) to be traced; it drops nothing.
// It goes with this object. One that a hostd left which was killed goes with the next
// trace, or with RemoveLeftover().
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/trace_message.h"

namespace hostctl::firewall {

class DropTrace {
 public:
  // In the network namespace that the caller is in; `device` is traced from its ingress
  // hook on, where the kernel has one. PERMISSION_DENIED without CAP_NET_ADMIN,
  // INTERNAL with the words of nftables.
  static absl::StatusOr<std::unique_ptr<DropTrace>> Start(const std::string& device);
  // Removes the table of an earlier one. OK when there is none, or no right to look.
  static void RemoveLeftover();

  virtual ~DropTrace() = default;

  // Readable when there is something to Drain().
  virtual int fd() const = 0;
  virtual void Drain() = 0;
  // Those seen so far, with the text of their rules.
  virtual std::vector<TracedDrop> Drops() = 0;
};

// The text of the rule with `handle` in what `nft -a list chain` prints; empty: it is not there.
std::string RuleWithHandle(const std::string& listing, uint64_t handle);

}  // namespace hostctl::firewall
