// See rtnetlink_parse.h.
#include "service/host/rtnetlink_parse.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace hostctl::host {
namespace {

// A route with several hops is known by its first one.
void ReadFirstHop(Bytes value, int* index, std::string* gateway) {
  rtnexthop hop{};
  if (!CopyTo(value, &hop) || hop.rtnh_len < sizeof hop || hop.rtnh_len > value.size()) return;
  *index = hop.rtnh_ifindex;
  // What cannot be read here is only not shown.
  static_cast<void>(ForEachAttribute(value.subspan(sizeof hop, hop.rtnh_len - sizeof hop),
                                     "RTA_MULTIPATH", [gateway](int type, Bytes hop_value) {
                                       if (type == RTA_GATEWAY) {
                                         *gateway = ReadIpAddress(hop_value, AF_INET);
                                       }
                                       return absl::OkStatus();
                                     }));
}

AddressOrigin OriginOf(int family, uint32_t flags, const std::string& address) {
  if (family == AF_INET6 && absl::StartsWith(address, "fe80:")) return AddressOrigin::kLinkLocal;
  if ((flags & IFA_F_PERMANENT) != 0) return AddressOrigin::kStatic;
  return family == AF_INET ? AddressOrigin::kDhcp : AddressOrigin::kAutoconf;
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
  absl::StatusOr<std::optional<Link>> link = ParseLink(payload);
  if (!link.ok()) return link.status();
  if (link->has_value()) links_[(*link)->device.index] = **std::move(link);
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::AddAddress(Bytes payload) {
  ifaddrmsg info{};
  if (!CopyTo(payload, &info)) return absl::InvalidArgumentError("RTM_NEWADDR is cut off");
  const int family = info.ifa_family;
  if (family != AF_INET && family != AF_INET6) return absl::OkStatus();
  if (info.ifa_prefixlen > (family == AF_INET ? 32 : 128)) {
    return absl::InvalidArgumentError(
        absl::StrCat("RTM_NEWADDR has prefix length ", info.ifa_prefixlen));
  }
  // IFA_ADDRESS is the other end's on a point-to-point link, IFA_LOCAL always ours.
  std::string local;
  std::string address;
  IpAddress result;
  uint32_t flags = info.ifa_flags;  // IFA_FLAGS replaces it: there are more than eight
  const auto visit = [&](int type, Bytes value) -> absl::Status {
    if (type == IFA_FLAGS) return ReadNumber(value, "IFA_FLAGS", &flags);
    std::string* target = type == IFA_LOCAL       ? &local
                          : type == IFA_ADDRESS   ? &address
                          : type == IFA_BROADCAST ? &result.broadcast
                                                  : nullptr;
    if (target == nullptr) return absl::OkStatus();
    *target = ReadIpAddress(value, family);
    if (!target->empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("RTM_NEWADDR has an IPv",
                                                   family == AF_INET ? 4 : 6, " address of ",
                                                   value.size(), " bytes"));
  };
  absl::Status parsed = ForEachAttribute(payload.subspan(sizeof info), "RTM_NEWADDR", visit);
  if (!parsed.ok()) return parsed;
  result.address = local.empty() ? address : local;
  if (result.address.empty()) return absl::InvalidArgumentError("RTM_NEWADDR has no address");
  result.prefix_length = info.ifa_prefixlen;
  result.origin = OriginOf(family, flags, result.address);
  Addresses& all = addresses_[static_cast<int>(info.ifa_index)];
  (family == AF_INET ? all.ipv4 : all.ipv6).push_back(std::move(result));
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
        return ReadNumber(value, "RTA_TABLE", &table);
      case RTA_OIF:
        return ReadIndex(value, "RTA_OIF", &route.index);
      case RTA_PRIORITY:
        return ReadNumber(value, "RTA_PRIORITY", &route.metric);
      case RTA_GATEWAY:
        route.gateway = ReadIpAddress(value, AF_INET);
        return absl::OkStatus();
      case RTA_MULTIPATH:
        if (route.index == 0) ReadFirstHop(value, &route.index, &route.gateway);
        return absl::OkStatus();
      default:
        return absl::OkStatus();
    }
  };
  absl::Status parsed = ForEachAttribute(payload.subspan(sizeof info), "RTM_NEWROUTE", visit);
  if (!parsed.ok()) return parsed;
  route.main_table = table == RT_TABLE_MAIN;
  if (route.index > 0) default_routes_.push_back(std::move(route));
  return absl::OkStatus();
}

// Turns the indices of `link` into names.
void SnapshotBuilder::Relate(const Link& link, Device& device) const {
  const auto controller = links_.find(link.controller_index);
  if (controller != links_.end()) {
    // A VRF is a controller too, but its members stay interfaces of their own.
    const Device& its = controller->second.device;
    (its.kind == "vrf" ? device.vrf : device.controller) = its.name;
  }
  const auto lower = links_.find(link.lower_index);
  if (lower != links_.end()) {
    (device.kind == "veth" ? device.peer : device.parent) = lower->second.device.name;
  }
}

Snapshot SnapshotBuilder::Build() const {
  Snapshot snapshot;
  // The route a packet takes: of equal metrics the kernel lists the one it uses first.
  std::map<int, const DefaultRoute*> route_of;  // by device
  const DefaultRoute* chosen = nullptr;
  const auto better = [](const DefaultRoute& route, const DefaultRoute* than) {
    if (than == nullptr) return true;
    if (route.main_table != than->main_table) return route.main_table;
    return route.metric < than->metric;
  };
  for (const DefaultRoute& route : default_routes_) {
    if (links_.count(route.index) == 0) continue;
    const DefaultRoute*& of_device = route_of[route.index];
    if (better(route, of_device)) of_device = &route;
    if (route.main_table && better(route, chosen)) chosen = &route;
  }
  if (chosen != nullptr) snapshot.default_route_index = chosen->index;

  for (const auto& [index, link] : links_) {
    Device device = link.device;
    Relate(link, device);
    const auto addresses = addresses_.find(index);
    if (addresses != addresses_.end()) {
      device.ipv4 = addresses->second.ipv4;
      device.ipv6 = addresses->second.ipv6;
    }
    const auto route = route_of.find(index);
    if (route != route_of.end()) device.ipv4_gateway = route->second->gateway;
    snapshot.devices.push_back(std::move(device));
  }
  return snapshot;
}

}  // namespace hostctl::host
