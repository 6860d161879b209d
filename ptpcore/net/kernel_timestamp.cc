#include "ptpcore/net/kernel_timestamp.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include <cstring>

namespace ptpcore::net {

bool EnableSoftwareTimestamps(int fd) {
  const int flags =
      SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) != 0) return false;
  // Older kernels and simulators lack it; POLLERR serves as well there.
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &on, sizeof(on));
  return true;
}

std::optional<int64_t> SoftwareTimestamp(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPING) continue;
    scm_timestamping stamps{};
    if (c->cmsg_len < CMSG_LEN(sizeof(stamps))) continue;
    std::memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
    const timespec& software = stamps.ts[0];
    if (software.tv_sec == 0 && software.tv_nsec == 0) continue;
    return static_cast<int64_t>(software.tv_sec) * 1'000'000'000 + software.tv_nsec;
  }
  return std::nullopt;
}

}  // namespace ptpcore::net
