#include "service/host/rtnetlink_link.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

namespace hostctl::host {
namespace {

absl::Status ReadAlternativeNames(Bytes list, Device& device) {
  return ForEachAttribute(list, "IFLA_PROP_LIST", [&device](int type, Bytes value) {
    if (type == IFLA_ALT_IFNAME) device.alternative_names.push_back(ReadText(value));
    return absl::OkStatus();
  });
}

absl::Status ReadInformation(Bytes information, Device& device) {
  Bytes data;  // its meaning is the kind's, which may come after it
  absl::Status read = ForEachAttribute(information, "IFLA_LINKINFO", [&](int type, Bytes value) {
    if (type == IFLA_INFO_KIND) device.kind = ReadText(value);
    if (type == IFLA_INFO_DATA) data = value;
    return absl::OkStatus();
  });
  if (!read.ok() || device.kind != "vlan") return read;
  return ForEachAttribute(data, "IFLA_INFO_DATA", [&device](int type, Bytes value) {
    if (type != IFLA_VLAN_ID) return absl::OkStatus();
    return ReadNumber(value, "IFLA_VLAN_ID", &device.vlan_id.emplace());
  });
}

}  // namespace

absl::StatusOr<std::optional<Link>> ParseLink(Bytes payload) {
  ifinfomsg info{};
  if (!CopyTo(payload, &info)) return absl::InvalidArgumentError("RTM_NEWLINK is cut off");
  // Bridges send their view of a port as a link of family AF_BRIDGE.
  if (info.ifi_family != AF_UNSPEC) return std::nullopt;
  if (info.ifi_index <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("RTM_NEWLINK has index ", info.ifi_index));
  }

  Link link;
  Device& device = link.device;
  device.index = info.ifi_index;
  device.loopback = (info.ifi_flags & IFF_LOOPBACK) != 0;
  device.up = (info.ifi_flags & IFF_UP) != 0;
  device.running = (info.ifi_flags & IFF_RUNNING) != 0;
  bool lower_is_elsewhere = false;
  absl::Status parsed = ForEachAttribute(
      payload.subspan(sizeof info), "RTM_NEWLINK", [&](int type, Bytes value) -> absl::Status {
        switch (type) {
          case IFLA_IFNAME:
            device.name = ReadText(value);
            return absl::OkStatus();
          case IFLA_IFALIAS:
            device.label = ReadText(value);
            return absl::OkStatus();
          case IFLA_PROP_LIST:
            return ReadAlternativeNames(value, device);
          case IFLA_LINKINFO:
            return ReadInformation(value, device);
          case IFLA_ADDRESS:
            device.mac = ReadHardwareAddress(value);
            return absl::OkStatus();
          case IFLA_PERM_ADDRESS:
            device.permanent_mac = ReadHardwareAddress(value);
            return absl::OkStatus();
          case IFLA_MTU:
            return ReadNumber(value, "IFLA_MTU", &device.mtu);
          case IFLA_MIN_MTU:
            return ReadNumber(value, "IFLA_MIN_MTU", &device.min_mtu);
          case IFLA_MAX_MTU:
            return ReadNumber(value, "IFLA_MAX_MTU", &device.max_mtu);
          case IFLA_MASTER:
            return ReadIndex(value, "IFLA_MASTER", &link.controller_index);
          case IFLA_LINK: {
            uint32_t index = 0;  // 0 with some tunnels: on nothing
            absl::Status read = ReadNumber(value, "IFLA_LINK", &index);
            if (read.ok() && index != 0) read = ReadIndex(value, "IFLA_LINK", &link.lower_index);
            return read;
          }
          case IFLA_LINK_NETNSID:
            lower_is_elsewhere = true;
            return absl::OkStatus();
          default:
            return absl::OkStatus();
        }
      });
  if (!parsed.ok()) return parsed;
  if (device.name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("RTM_NEWLINK for index ", device.index, " has no name"));
  }
  if (lower_is_elsewhere || link.lower_index == device.index) link.lower_index = 0;
  if (device.permanent_mac.empty()) device.permanent_mac = device.mac;
  // Only devices made by software have a kind of their own.
  if (device.kind.empty()) device.kind = device.loopback ? "loopback" : "physical";
  return link;
}

}  // namespace hostctl::host
