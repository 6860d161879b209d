#include "ptpcore/net/kernel_timestamp.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include <cstring>

namespace ptpcore::net {

namespace {

std::optional<int64_t> Nanoseconds(const timespec& stamp) {
  if (stamp.tv_sec == 0 && stamp.tv_nsec == 0) return std::nullopt;
  return static_cast<int64_t>(stamp.tv_sec) * 1'000'000'000 + stamp.tv_nsec;
}

}  // namespace

bool EnableTimestamps(int fd, StampSource source) {
  const int flags =
      source == StampSource::kHardware
          ? SOF_TIMESTAMPING_RX_HARDWARE | SOF_TIMESTAMPING_TX_HARDWARE |
                SOF_TIMESTAMPING_RAW_HARDWARE
          : SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE;
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) != 0) return false;
  // Older kernels and simulators lack it; POLLERR serves as well there.
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &on, sizeof(on));
  return true;
}

KernelTimestamps TimestampsOf(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_TIMESTAMPING) continue;
    scm_timestamping stamps{};
    if (c->cmsg_len < CMSG_LEN(sizeof(stamps))) continue;
    std::memcpy(&stamps, CMSG_DATA(c), sizeof(stamps));
    // ts[1] has no use any more (Documentation/networking/timestamping 2.1).
    const KernelTimestamps found{Nanoseconds(stamps.ts[0]), Nanoseconds(stamps.ts[2])};
    if (found.any()) return found;
  }
  return {};
}

}  // namespace ptpcore::net
