// See rtnetlink_parse.h. Every structure is copied out of the bytes, so that
// neither their alignment nor their length is ever trusted.
#include "service/host/rtnetlink_parse.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::host {
namespace {

using Bytes = absl::Span<const uint8_t>;

template <typename T>
bool CopyTo(Bytes bytes, T* value) {
  if (bytes.size() < sizeof(T)) return false;
  std::memcpy(value, bytes.data(), sizeof(T));
  return true;
}

// Netlink pads messages and attributes to 4 bytes; the last one's padding may be missing.
Bytes AfterPadded(Bytes bytes, size_t length) {
  const size_t padded = (length + 3) & ~size_t{3};
  return bytes.subspan(std::min(padded, bytes.size()));
}

// Calls visit(type, value) for each attribute in `bytes`, until it fails.
template <typename Visit>
absl::Status ForEachAttribute(Bytes bytes, const char* where, Visit visit) {
  while (!bytes.empty()) {
    nlattr header{};
    if (!CopyTo(bytes, &header) || header.nla_len < sizeof header ||
        header.nla_len > bytes.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          where, ": attribute ", header.nla_type & NLA_TYPE_MASK, " claims ", header.nla_len,
          " bytes where ", bytes.size(), " are left (at least ", sizeof header, " are needed)"));
    }
    absl::Status visited = visit(header.nla_type & NLA_TYPE_MASK,
                                 bytes.subspan(sizeof header, header.nla_len - sizeof header));
    if (!visited.ok()) return visited;
    bytes = AfterPadded(bytes, header.nla_len);
  }
  return absl::OkStatus();
}

absl::Status ReadU32(Bytes value, const char* attribute, uint32_t* out) {
  if (value.size() == sizeof *out && CopyTo(value, out)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(attribute, " has ", value.size(), " bytes, must have 4"));
}

// An interface index: 1 .. INT_MAX.
absl::Status ReadIndex(Bytes value, const char* attribute, int* out) {
  uint32_t number = 0;
  absl::Status read = ReadU32(value, attribute, &number);
  if (!read.ok()) return read;
  if (number == 0 || number > static_cast<uint32_t>(std::numeric_limits<int>::max())) {
    return absl::InvalidArgumentError(
        absl::StrCat(attribute, " is ", number, ", which is no interface index"));
  }
  *out = static_cast<int>(number);
  return absl::OkStatus();
}

// Up to the first NUL, or all where there is none.
std::string ReadText(Bytes value) {
  return {value.begin(), std::find(value.begin(), value.end(), uint8_t{0})};
}

// `02:00:00:00:00:01`; empty where there is none: all zero, or the size of what
// tunnels put in its place (an IP address).
std::string ReadHardwareAddress(Bytes value) {
  const bool mac = value.size() == 6 || value.size() == 8 || value.size() == 20;
  if (!mac || std::all_of(value.begin(), value.end(), [](uint8_t b) { return b == 0; })) return "";
  std::string text;
  for (const uint8_t byte : value) {
    absl::StrAppendFormat(&text, "%s%02x", text.empty() ? "" : ":", byte);
  }
  return text;
}

// The device of the first hop of a route with several; 0 where there is none.
int FirstHop(Bytes value) {
  rtnexthop hop{};
  return CopyTo(value, &hop) && hop.rtnh_len >= sizeof hop ? hop.rtnh_ifindex : 0;
}

// A VRF is a controller too, but its members stay interfaces of their own.
bool TakesOverItsPorts(const std::string& kind) {
  return kind != "vrf";
}

}  // namespace

absl::Status SnapshotBuilder::Add(Bytes messages) {
  while (!messages.empty()) {
    nlmsghdr header{};
    if (!CopyTo(messages, &header) || header.nlmsg_len < sizeof header ||
        header.nlmsg_len > messages.size()) {
      return absl::InvalidArgumentError(absl::StrCat("netlink message of type ", header.nlmsg_type,
                                                     " claims ", header.nlmsg_len, " bytes where ",
                                                     messages.size(), " are left"));
    }
    const Bytes payload = messages.subspan(sizeof header, header.nlmsg_len - sizeof header);
    absl::Status added;
    switch (header.nlmsg_type) {
      case RTM_NEWLINK:
        added = AddLink(payload);
        break;
      case RTM_NEWADDR:
        added = AddAddress(payload);
        break;
      case RTM_NEWROUTE:
        added = AddRoute(payload);
        break;
      default:
        break;
    }
    if (!added.ok()) return added;
    messages = AfterPadded(messages, header.nlmsg_len);
  }
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::AddLink(Bytes payload) {
  ifinfomsg info{};
  if (!CopyTo(payload, &info)) return absl::InvalidArgumentError("RTM_NEWLINK is cut off");
  // Bridges send their view of a port as a link of family AF_BRIDGE.
  if (info.ifi_family != AF_UNSPEC) return absl::OkStatus();
  if (info.ifi_index <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("RTM_NEWLINK has index ", info.ifi_index));
  }

  Link link;
  Device& device = link.device;
  device.index = info.ifi_index;
  device.loopback = (info.ifi_flags & IFF_LOOPBACK) != 0;
  device.up = (info.ifi_flags & IFF_UP) != 0;
  device.running = (info.ifi_flags & IFF_RUNNING) != 0;
  const auto visit_property = [&device](int type, Bytes value) {
    if (type == IFLA_ALT_IFNAME) device.alternative_names.push_back(ReadText(value));
    return absl::OkStatus();
  };
  const auto visit_information = [&device](int type, Bytes value) {
    if (type == IFLA_INFO_KIND) device.kind = ReadText(value);
    return absl::OkStatus();
  };
  absl::Status parsed = ForEachAttribute(
      payload.subspan(sizeof info), "RTM_NEWLINK", [&](int type, Bytes value) -> absl::Status {
        switch (type) {
          case IFLA_IFNAME:
            device.name = ReadText(value);
            return absl::OkStatus();
          case IFLA_PROP_LIST:
            return ForEachAttribute(value, "IFLA_PROP_LIST", visit_property);
          case IFLA_LINKINFO:
            return ForEachAttribute(value, "IFLA_LINKINFO", visit_information);
          case IFLA_ADDRESS:
            device.mac = ReadHardwareAddress(value);
            return absl::OkStatus();
          case IFLA_PERM_ADDRESS:
            device.permanent_mac = ReadHardwareAddress(value);
            return absl::OkStatus();
          case IFLA_MTU:
            return ReadU32(value, "IFLA_MTU", &device.mtu);
          case IFLA_MASTER:
            return ReadIndex(value, "IFLA_MASTER", &link.controller_index);
          default:
            return absl::OkStatus();
        }
      });
  if (!parsed.ok()) return parsed;
  if (device.name.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("RTM_NEWLINK for index ", device.index, " has no name"));
  }
  if (device.permanent_mac.empty()) device.permanent_mac = device.mac;
  // Only devices made by software have a kind of their own.
  if (device.kind.empty()) device.kind = device.loopback ? "loopback" : "physical";
  links_[device.index] = std::move(link);
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::AddAddress(Bytes payload) {
  ifaddrmsg info{};
  if (!CopyTo(payload, &info)) return absl::InvalidArgumentError("RTM_NEWADDR is cut off");
  if (info.ifa_family != AF_INET) return absl::OkStatus();
  if (info.ifa_prefixlen > 32) {
    return absl::InvalidArgumentError(
        absl::StrCat("RTM_NEWADDR has prefix length ", info.ifa_prefixlen));
  }
  // IFA_ADDRESS is the other end's on a point-to-point link, IFA_LOCAL always ours.
  std::optional<in_addr> local;
  std::optional<in_addr> address;
  const auto visit = [&](int type, Bytes value) -> absl::Status {
    if (type != IFA_LOCAL && type != IFA_ADDRESS) return absl::OkStatus();
    in_addr parsed{};
    if (value.size() != sizeof parsed || !CopyTo(value, &parsed)) {
      return absl::InvalidArgumentError(
          absl::StrCat("RTM_NEWADDR has an IPv4 address of ", value.size(), " bytes"));
    }
    (type == IFA_LOCAL ? local : address) = parsed;
    return absl::OkStatus();
  };
  absl::Status parsed = ForEachAttribute(payload.subspan(sizeof info), "RTM_NEWADDR", visit);
  if (!parsed.ok()) return parsed;
  const std::optional<in_addr> ours = local.has_value() ? local : address;
  if (!ours.has_value()) return absl::InvalidArgumentError("RTM_NEWADDR has no address");
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &*ours, text.data(), text.size());
  addresses_[static_cast<int>(info.ifa_index)].push_back({text.data(), info.ifa_prefixlen});
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::AddRoute(Bytes payload) {
  rtmsg info{};
  if (!CopyTo(payload, &info)) return absl::InvalidArgumentError("RTM_NEWROUTE is cut off");
  const bool is_default = info.rtm_family == AF_INET && info.rtm_dst_len == 0 &&
                          info.rtm_type == RTN_UNICAST &&
                          (info.rtm_flags & (RTM_F_CLONED | RTNH_F_DEAD)) == 0;
  if (!is_default) return absl::OkStatus();

  DefaultRoute route;
  uint32_t table = info.rtm_table;  // RTA_TABLE replaces it: there are more than 255 tables
  const auto visit = [&](int type, Bytes value) -> absl::Status {
    switch (type) {
      case RTA_TABLE:
        return ReadU32(value, "RTA_TABLE", &table);
      case RTA_OIF:
        return ReadIndex(value, "RTA_OIF", &route.index);
      case RTA_PRIORITY:
        return ReadU32(value, "RTA_PRIORITY", &route.metric);
      case RTA_MULTIPATH:
        if (route.index == 0) route.index = FirstHop(value);
        return absl::OkStatus();
      default:
        return absl::OkStatus();
    }
  };
  absl::Status parsed = ForEachAttribute(payload.subspan(sizeof info), "RTM_NEWROUTE", visit);
  if (!parsed.ok()) return parsed;
  if (table == RT_TABLE_MAIN && route.index > 0) default_routes_.push_back(route);
  return absl::OkStatus();
}

Snapshot SnapshotBuilder::Build() const {
  Snapshot snapshot;
  for (const auto& [index, link] : links_) {
    Device device = link.device;
    const auto controller = links_.find(link.controller_index);
    if (controller != links_.end() && TakesOverItsPorts(controller->second.device.kind)) {
      device.controller = controller->second.device.name;
    }
    const auto addresses = addresses_.find(index);
    if (addresses != addresses_.end()) device.ipv4 = addresses->second;
    snapshot.devices.push_back(std::move(device));
  }
  uint32_t lowest = 0;
  for (const DefaultRoute& route : default_routes_) {
    if (links_.count(route.index) == 0) continue;
    // Of equal metrics the kernel lists the one it uses first.
    if (snapshot.default_route_index.has_value() && route.metric >= lowest) continue;
    snapshot.default_route_index = route.index;
    lowest = route.metric;
  }
  return snapshot;
}

}  // namespace hostctl::host
