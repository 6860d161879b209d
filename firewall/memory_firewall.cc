// Holds the very document that the kernel would get: what is equal there is
// equal here, what is refused there is refused here.
#include "firewall/memory_firewall.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "firewall/nft_counters.h"
#include "firewall/nft_document.h"

namespace hostctl::firewall {

MemoryFirewall::MemoryFirewall() : change_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

MemoryFirewall::~MemoryFirewall() {
  if (change_fd_ >= 0) close(change_fd_);
}

absl::Status MemoryFirewall::Apply(const Wanted& wanted) {
  absl::StatusOr<nlohmann::json> document = MakeDocument(wanted);
  if (!document.ok()) return document.status();
  if (*document == table_) {
    wanted_ = wanted;
    return absl::OkStatus();
  }
  if (!next_failure_.ok()) return std::exchange(next_failure_, absl::OkStatus());
  table_ = *std::move(document);
  wanted_ = wanted;
  ++change_count_;
  SignalChange();
  return absl::OkStatus();
}

absl::StatusOr<bool> MemoryFirewall::Matches(const Wanted& wanted) {
  const absl::StatusOr<nlohmann::json> document = MakeDocument(wanted);
  if (!document.ok()) return document.status();
  return *document == table_;
}

absl::StatusOr<std::vector<RuleCount>> MemoryFirewall::Counters() {
  return wanted_ ? CountsOf(*wanted_, {}) : std::vector<RuleCount>();
}

void MemoryFirewall::DrainChanges() {
  eventfd_t ignored = 0;
  (void)eventfd_read(change_fd_, &ignored);  // EAGAIN: there was nothing to drain
}

void MemoryFirewall::FailNextApply(absl::Status failure) {
  next_failure_ = std::move(failure);
}

void MemoryFirewall::FlushFromOutside() {
  table_ = nullptr;
  wanted_.reset();
  SignalChange();
}

void MemoryFirewall::SignalChange() const {
  (void)eventfd_write(change_fd_, 1);
}

}  // namespace hostctl::firewall
