#include "service/host/link_request.h"

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "service/host/mac_address.h"

namespace hostctl::host {
namespace {

constexpr int kCreate = NLM_F_CREATE | NLM_F_EXCL;

// `mac` has been checked; of anything else the kernel gets nothing, and makes one up.
void PutMac(nlmsghdr* message, const std::string& mac) {
  std::array<uint8_t, 6> octets{};
  size_t count = 0;
  for (const std::string& hex : std::vector<std::string>(absl::StrSplit(mac, ':'))) {
    uint32_t octet = 0;
    if (count == octets.size() || !absl::SimpleHexAtoi(hex, &octet)) return;
    octets[count++] = static_cast<uint8_t>(octet);
  }
  if (count == octets.size()) mnl_attr_put(message, IFLA_ADDRESS, octets.size(), octets.data());
}

void PutMtu(nlmsghdr* message, uint32_t mtu) {
  if (mtu != 0) mnl_attr_put_u32(message, IFLA_MTU, mtu);
}

void PutIndex(nlmsghdr* message, uint16_t attribute, int index) {
  mnl_attr_put_u32(message, attribute, static_cast<uint32_t>(index));
}

}  // namespace

LinkRequest::LinkRequest(uint16_t type, int request_flags, int index, unsigned flags,
                         unsigned changed) {
  nlmsghdr* header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | request_flags);
  auto* link = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg)));
  link->ifi_index = index;
  link->ifi_flags = flags;
  link->ifi_change = changed;
}

LinkRequest LinkRequest::AlternativeName(int index, const std::string& name, bool add) {
  LinkRequest request(add ? RTM_NEWLINKPROP : RTM_DELLINKPROP, add ? kCreate | NLM_F_APPEND : 0,
                      index);
  nlattr* list = mnl_attr_nest_start(request.message(), IFLA_PROP_LIST);
  mnl_attr_put_strz(request.message(), IFLA_ALT_IFNAME, name.c_str());
  mnl_attr_nest_end(request.message(), list);
  return request;
}

LinkRequest LinkRequest::NewBridgePort(const DeviceSpec& spec, int parent) {
  // The kernel gives a controller only to the first of the pair: that is the port.
  LinkRequest request(RTM_NEWLINK, kCreate, 0, IFF_UP, IFF_UP);
  nlmsghdr* message = request.message();
  mnl_attr_put_strz(message, IFLA_IFNAME, PortNameOf(spec.name).c_str());
  PutMac(message, PortMacOf(spec.mac));
  PutMtu(message, spec.mtu);
  PutIndex(message, IFLA_MASTER, parent);
  nlattr* information = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
  // Not up: the kernel would open it before it has its other end.
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  mnl_attr_put_strz(message, IFLA_IFNAME, spec.name.c_str());
  PutMac(message, spec.mac);
  PutMtu(message, spec.mtu);
  mnl_attr_nest_end(message, peer);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, information);
  return request;
}

LinkRequest LinkRequest::NewMacvlan(const DeviceSpec& spec, int parent) {
  LinkRequest request(RTM_NEWLINK, kCreate, 0, spec.up ? IFF_UP : 0, IFF_UP);
  nlmsghdr* message = request.message();
  mnl_attr_put_strz(message, IFLA_IFNAME, spec.name.c_str());
  PutMac(message, spec.mac);
  PutMtu(message, spec.mtu);
  PutIndex(message, IFLA_LINK, parent);
  nlattr* information = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "macvlan");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  mnl_attr_put_u32(message, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, information);
  return request;
}

LinkRequest LinkRequest::Delete(int index) {
  return LinkRequest(RTM_DELLINK, 0, index);
}

LinkRequest LinkRequest::Delete(const std::string& name) {
  LinkRequest request(RTM_DELLINK, 0, 0);
  mnl_attr_put_strz(request.message(), IFLA_IFNAME, name.c_str());
  return request;
}

LinkRequest LinkRequest::Mtu(int index, uint32_t mtu) {
  LinkRequest request(RTM_SETLINK, 0, index);
  mnl_attr_put_u32(request.message(), IFLA_MTU, mtu);
  return request;
}

LinkRequest LinkRequest::Up(int index, bool up) {
  return LinkRequest(RTM_SETLINK, 0, index, up ? IFF_UP : 0, IFF_UP);
}

LinkRequest LinkRequest::Up(const std::string& name) {
  LinkRequest request(RTM_SETLINK, 0, 0, IFF_UP, IFF_UP);
  mnl_attr_put_strz(request.message(), IFLA_IFNAME, name.c_str());
  return request;
}

LinkRequest LinkRequest::Controller(int index, int controller) {
  LinkRequest request(RTM_SETLINK, 0, index);
  PutIndex(request.message(), IFLA_MASTER, controller);
  return request;
}

}  // namespace hostctl::host
