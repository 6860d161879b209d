#include "ptpcore/net/device_ioctl.h"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "ptpcore/net/file_descriptor.h"

namespace ptpcore::net {

DeviceIoctl KernelDeviceIoctl() {
  // Copies of a function share what it holds.
  auto fd = std::make_shared<FileDescriptor>();
  return [fd](unsigned long request, void* argument) {
    if (!*fd) {
      *fd = FileDescriptor(socket(AF_INET, SOCK_DGRAM, 0));
      if (!*fd || !MakeQuiet(fd->get())) return -1;
    }
    return ioctl(fd->get(), request, argument);
  };
}

int IoctlWithData(const DeviceIoctl& ioctl, unsigned long request, const std::string& name,
                  void* data) {
  ifreq asked{};
  if (name.size() >= sizeof(asked.ifr_name)) {
    errno = ENODEV;
    return -1;
  }
  std::memcpy(asked.ifr_name, name.c_str(), name.size() + 1);
  asked.ifr_data = static_cast<char*>(data);
  return ioctl(request, &asked);
}

}  // namespace ptpcore::net
