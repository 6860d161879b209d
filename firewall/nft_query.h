// Two questions to nf_tables that libnftables does not answer: which generation
// the packet filter is at, and whether a table exists and with which flags.
//
// The second one could be a listing. But when libnftables 1.0.6 (Debian 12) lists
// a table that has flags as JSON, it prints a stray pointer (the text is cut off,
// or holds some other string), so we have to know before we ask it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct mnl_socket;
struct nlmsghdr;

namespace hostctl::firewall {

class NftQuery {
 public:
  // The socket belongs to the network namespace that the caller is in now.
  static absl::StatusOr<NftQuery> Open();

  // Grows by one with each transaction that anyone commits, wraps around.
  // PERMISSION_DENIED without CAP_NET_ADMIN.
  absl::StatusOr<uint32_t> Generation();

  // NFT_TABLE_F_* of the table of the family inet; nothing if there is none.
  absl::StatusOr<std::optional<uint32_t>> TableFlags(const std::string& name);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  explicit NftQuery(mnl_socket* socket) : socket_(socket) {}

  // Sends `request` and returns the value of the answer's 32-bit `attribute`, 0
  // if the answer lacks it, nothing if the kernel says ENOENT.
  absl::StatusOr<std::optional<uint32_t>> Ask(nlmsghdr* request, uint16_t attribute,
                                              const std::string& what);

  std::unique_ptr<mnl_socket, Close> socket_;
  uint32_t sequence_ = 0;
};

}  // namespace hostctl::firewall
