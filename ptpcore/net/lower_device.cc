#include "ptpcore/net/lower_device.h"

#include <linux/ethtool.h>
#include <linux/if_bonding.h>
#include <linux/if_vlan.h>
#include <linux/sockios.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace ptpcore::net {
namespace {

constexpr int kDeepest = 4;  // VLAN in VLAN on a bond

// The driver's name tells what a device is without a question that could load a module.
std::string DriverOf(const std::string& name, const DeviceIoctl& ioctl) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (IoctlWithData(ioctl, SIOCETHTOOL, name, &info) < 0) return "";
  return {info.driver, strnlen(info.driver, sizeof(info.driver))};
}

absl::StatusOr<std::string> BelowVlan(const std::string& name, const DeviceIoctl& ioctl) {
  vlan_ioctl_args asked{};
  asked.cmd = GET_VLAN_REALDEV_NAME_CMD;
  const size_t length = std::min(name.size(), sizeof(asked.device1) - 1);
  std::memcpy(asked.device1, name.data(), length);
  if (ioctl(SIOCGIFVLAN, &asked) < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": cannot tell the device below the VLAN: ", std::strerror(errno)));
  }
  return std::string(asked.u.device2, strnlen(asked.u.device2, sizeof(asked.u.device2)));
}

absl::StatusOr<std::string> ActiveMember(const std::string& name, const DeviceIoctl& ioctl) {
  ifbond bond{};
  if (IoctlWithData(ioctl, SIOCBONDINFOQUERY, name, &bond) < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": cannot ask the bond for its members: ", std::strerror(errno)));
  }
  if (bond.bond_mode != BOND_MODE_ACTIVEBACKUP) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, " is a bond in mode ", bond.bond_mode,
                     ": only in mode active-backup (1) does one device stamp all packets"));
  }
  for (int i = 0; i < bond.num_slaves; ++i) {
    ifslave member{};
    member.slave_id = i;
    if (IoctlWithData(ioctl, SIOCBONDSLAVEINFOQUERY, name, &member) == 0 &&
        member.state == BOND_STATE_ACTIVE) {
      return std::string(member.slave_name, strnlen(member.slave_name, sizeof(member.slave_name)));
    }
  }
  return absl::FailedPreconditionError(absl::StrCat(name, " is a bond without an active member"));
}

}  // namespace

absl::StatusOr<std::string> LowerDevice(const std::string& name, const DeviceIoctl& ioctl) {
  std::string device = name;
  for (int depth = 0; depth < kDeepest; ++depth) {
    const std::string driver = DriverOf(device, ioctl);
    absl::StatusOr<std::string> below = device;
    if (driver == "802.1Q VLAN Support") {
      below = BelowVlan(device, ioctl);
    } else if (driver == "bonding") {
      below = ActiveMember(device, ioctl);
    } else {
      return device;
    }
    if (!below.ok()) return below;
    device = *std::move(below);
  }
  return absl::FailedPreconditionError(absl::StrCat(name, " lies on too many devices"));
}

}  // namespace ptpcore::net
