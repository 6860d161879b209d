// The ioctls by which a network device is asked about its timestamps and told how to take
// them. Injected, as tests have no such device.
#pragma once

#include <functional>
#include <string>

namespace ptpcore::net {

// ioctl(2) on some socket of ours: 0 or more, or -1 with errno.
using DeviceIoctl = std::function<int(unsigned long request, void* argument)>;
DeviceIoctl KernelDeviceIoctl();

// ifr_data of a request SIOCETHTOOL, SIOCBOND... on the device `name`: what ioctl() returns.
int IoctlWithData(const DeviceIoctl& ioctl, unsigned long request, const std::string& name,
                  void* data);

}  // namespace ptpcore::net
