#include "ptpcore/net/device.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::net {
namespace {

// A simulator that interposes ioctl() answers EINVAL to what it leaves out; to the
// questions below a kernel never does.
bool LeftOut() {
  return errno == EINVAL;
}

// Whether IFF_RUNNING means anything: a simulated link has no carrier to lose.
bool HasCarrierState(int fd, ifreq request) {
  ethtool_value link{};
  link.cmd = ETHTOOL_GLINK;
  request.ifr_data = reinterpret_cast<char*>(&link);
  return ioctl(fd, SIOCETHTOOL, &request) == 0 || !LeftOut();
}

// The device's first IPv4 address in a list of all, which simulators do have.
sockaddr ListedAddress(int fd, const std::string& name) {
  std::array<ifreq, 16> entries{};
  ifconf list{};
  list.ifc_len = sizeof(entries);
  list.ifc_req = entries.data();
  if (ioctl(fd, SIOCGIFCONF, &list) != 0) return {};
  const size_t count = static_cast<size_t>(list.ifc_len) / sizeof(ifreq);
  for (size_t i = 0; i < count; ++i) {
    if (name == entries[i].ifr_name) return entries[i].ifr_addr;
  }
  return {};
}

}  // namespace

absl::StatusOr<Device> QueryDevice(const std::string& name) {
  ifreq request{};
  if (name.empty() || name.size() >= sizeof(request.ifr_name)) {
    return absl::NotFoundError(absl::StrCat("no network device can be called '", name, "'"));
  }
  const FileDescriptor fd(socket(AF_INET, SOCK_DGRAM, 0));
  if (!fd) return absl::InternalError(absl::StrCat("socket: ", std::strerror(errno)));
  std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);

  Device device;
  if (ioctl(fd.get(), SIOCGIFINDEX, &request) != 0) {
    if (errno == ENODEV)
      return absl::NotFoundError(absl::StrCat("there is no network device ", name));
    return absl::InternalError(absl::StrCat(name, ": SIOCGIFINDEX: ", std::strerror(errno)));
  }
  device.index = request.ifr_ifindex;
  if (ioctl(fd.get(), SIOCGIFFLAGS, &request) != 0) {
    return absl::InternalError(absl::StrCat(name, ": SIOCGIFFLAGS: ", std::strerror(errno)));
  }
  device.up = (request.ifr_flags & IFF_UP) != 0;
  device.running = (request.ifr_flags & IFF_RUNNING) != 0 || !HasCarrierState(fd.get(), request);
  if (ioctl(fd.get(), SIOCGIFHWADDR, &request) == 0) {
    std::memcpy(device.mac.data(), request.ifr_hwaddr.sa_data, device.mac.size());
  }
  // SIOCGIFADDR alone knows no alternative names; it wants the device's own.
  request.ifr_ifindex = device.index;
  if (ioctl(fd.get(), SIOCGIFNAME, &request) != 0) {
    std::memcpy(request.ifr_name, name.c_str(), name.size() + 1);
  }
  // Fails with EADDRNOTAVAIL where the device has no address: that is an answer.
  if (ioctl(fd.get(), SIOCGIFADDR, &request) != 0) {
    request.ifr_addr = LeftOut() ? ListedAddress(fd.get(), request.ifr_name) : sockaddr{};
  }
  sockaddr_in address{};
  std::memcpy(&address, &request.ifr_addr, sizeof(address));
  std::memcpy(device.ipv4.data(), &address.sin_addr, device.ipv4.size());
  return device;
}

}  // namespace ptpcore::net
