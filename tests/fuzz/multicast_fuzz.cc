// /proc/net/igmp and igmp6: any text is either refused with a reason or gives groups
// that a table can show.
#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/host/multicast.h"

namespace {

using Groups = absl::StatusOr<std::vector<hostctl::host::MulticastGroup>>;

void Check(const Groups& groups, int family) {
  if (!groups.ok()) {
    if (groups.status().message().empty()) std::abort();
    return;
  }
  for (const auto& group : *groups) {
    in6_addr address{};
    if (inet_pton(family, group.group.c_str(), &address) != 1) std::abort();
    if (group.index <= 0 || group.users <= 0) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  Check(hostctl::host::ParseIgmp(text), AF_INET);
  Check(hostctl::host::ParseIgmp6(text), AF_INET6);
  return 0;
}
