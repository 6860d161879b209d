#include "service/host/timestamping.h"

#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace hostctl::host {

Timestamping TimestampingOf(uint32_t so_timestamping, int32_t phc_index) {
  // A stamp is of use only where it is both taken and reported.
  const auto has = [so_timestamping](uint32_t bits) { return (so_timestamping & bits) == bits; };
  Timestamping result;
  result.hardware_transmit =
      has(SOF_TIMESTAMPING_TX_HARDWARE | uint32_t{SOF_TIMESTAMPING_RAW_HARDWARE});
  result.hardware_receive =
      has(SOF_TIMESTAMPING_RX_HARDWARE | uint32_t{SOF_TIMESTAMPING_RAW_HARDWARE});
  result.software_transmit =
      has(SOF_TIMESTAMPING_TX_SOFTWARE | uint32_t{SOF_TIMESTAMPING_SOFTWARE});
  result.software_receive = has(SOF_TIMESTAMPING_RX_SOFTWARE | uint32_t{SOF_TIMESTAMPING_SOFTWARE});
  if (phc_index >= 0) result.phc_index = static_cast<uint32_t>(phc_index);
  return result;
}

absl::StatusOr<Timestamping> AskTimestamping(const std::string& device) {
  ifreq request{};
  if (device.empty() || device.size() >= sizeof request.ifr_name) {
    return absl::NotFoundError(absl::StrCat("no network device can be called `", device, "`"));
  }
  std::memcpy(request.ifr_name, device.c_str(), device.size() + 1);
  ethtool_ts_info info{};
  info.cmd = ETHTOOL_GET_TS_INFO;
  request.ifr_data = reinterpret_cast<char*>(&info);
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return absl::ErrnoToStatus(errno, "cannot open a socket");
  const int error = ioctl(fd, SIOCETHTOOL, &request) == 0 ? 0 : errno;
  close(fd);
  // A driver that knows nothing of it; the kernel stamps what such a one receives.
  if (error == EOPNOTSUPP) {
    return TimestampingOf(uint32_t{SOF_TIMESTAMPING_RX_SOFTWARE} | SOF_TIMESTAMPING_SOFTWARE, -1);
  }
  if (error == ENODEV) {
    return absl::NotFoundError(absl::StrCat("there is no network device `", device, "`"));
  }
  if (error != 0) {
    return absl::ErrnoToStatus(error, absl::StrCat("ETHTOOL_GET_TS_INFO of `", device, "`"));
  }
  return TimestampingOf(info.so_timestamping, info.phc_index);
}

}  // namespace hostctl::host
