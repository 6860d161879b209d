// rtnetlink messages as the kernel sends them, and as it never would.
#include "service/host/rtnetlink_parse.h"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Bytes = std::vector<uint8_t>;

template <typename T>
Bytes BytesOf(const T& value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}
Bytes Text(const std::string& text) {
  Bytes bytes(text.begin(), text.end());
  bytes.push_back(0);
  return bytes;
}
Bytes Address(const char* text) {
  in_addr address{};
  inet_pton(AF_INET, text, &address);
  return BytesOf(address);
}

// One message, built as the kernel does: header, body, padded attributes.
class Message {
 public:
  template <typename Body>
  Message(uint16_t type, const Body& body) : type_(type), payload_(BytesOf(body)) {}

  Message& With(int type, const Bytes& value) {
    nlattr header{};
    header.nla_len = static_cast<uint16_t>(sizeof header + value.size());
    header.nla_type = static_cast<uint16_t>(type);
    Append(BytesOf(header));
    Append(value);
    payload_.resize((payload_.size() + 3) & ~size_t{3});
    return *this;
  }
  const Bytes& payload() const { return payload_; }

  Bytes Finish() const {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<uint32_t>(sizeof header + payload_.size());
    header.nlmsg_type = type_;
    Bytes bytes = BytesOf(header);
    bytes.insert(bytes.end(), payload_.begin(), payload_.end());
    return bytes;
  }

 private:
  void Append(const Bytes& bytes) { payload_.insert(payload_.end(), bytes.begin(), bytes.end()); }

  uint16_t type_;
  Bytes payload_;
};

// A list of attributes to nest.
Bytes Attributes(const std::vector<std::pair<int, Bytes>>& attributes) {
  Message message(0, uint32_t{0});
  for (const auto& [type, value] : attributes) message.With(type, value);
  const Bytes& all = message.payload();
  return {all.begin() + sizeof(uint32_t), all.end()};
}

Message Link(int index, const char* name, unsigned flags = IFF_UP | IFF_RUNNING) {
  ifinfomsg info{};
  info.ifi_index = index;
  info.ifi_flags = flags;
  return Message(RTM_NEWLINK, info).With(IFLA_IFNAME, Text(name));
}

Message Ipv4(unsigned index, uint8_t prefix_length) {
  ifaddrmsg info{};
  info.ifa_family = AF_INET;
  info.ifa_index = index;
  info.ifa_prefixlen = prefix_length;
  return Message(RTM_NEWADDR, info);
}

Message Route(uint8_t dst_len = 0, uint8_t table = RT_TABLE_MAIN) {
  rtmsg info{};
  info.rtm_family = AF_INET;
  info.rtm_dst_len = dst_len;
  info.rtm_table = table;
  info.rtm_type = RTN_UNICAST;
  return Message(RTM_NEWROUTE, info);
}
Message DefaultVia(uint32_t device, uint32_t metric) {
  return Route().With(RTA_OIF, BytesOf(device)).With(RTA_PRIORITY, BytesOf(metric));
}

Snapshot SnapshotOf(const std::vector<Message>& messages) {
  SnapshotBuilder builder;
  for (const Message& message : messages) {
    const absl::Status added = builder.Add(message.Finish());
    EXPECT_TRUE(added.ok()) << added;
  }
  return builder.Build();
}

const Bytes kMac = {0x02, 0, 0, 0, 0, 0x0a};
const Bytes kFactoryMac = {0x00, 0x0c, 0x29, 0xfe, 0x1d, 0xda};

TEST(RtnetlinkParseTest, ANetworkCard) {
  const Snapshot snapshot = SnapshotOf(
      {Link(2, "eth0")
           .With(IFLA_MTU, BytesOf(uint32_t{9000}))
           .With(IFLA_ADDRESS, kMac)
           .With(IFLA_PERM_ADDRESS, kFactoryMac)
           .With(IFLA_PROP_LIST | NLA_F_NESTED,
                 Attributes({{IFLA_ALT_IFNAME, Text("enp1s0")}, {IFLA_ALT_IFNAME, Text("vmk0")}})),
       Ipv4(2, 24).With(IFA_ADDRESS, Address("192.0.2.10")).With(IFA_LOCAL, Address("192.0.2.10")),
       Ipv4(2, 32).With(IFA_ADDRESS, Address("203.0.113.5"))});
  ASSERT_EQ(snapshot.devices.size(), 1u);
  const Device& device = snapshot.devices[0];
  EXPECT_EQ(device.index, 2);
  EXPECT_EQ(device.name, "eth0");
  EXPECT_THAT(device.alternative_names, ElementsAre("enp1s0", "vmk0"));
  EXPECT_EQ(device.mac, "02:00:00:00:00:0a");
  EXPECT_EQ(device.permanent_mac, "00:0c:29:fe:1d:da");
  EXPECT_EQ(device.kind, "physical");
  EXPECT_EQ(device.mtu, 9000u);
  EXPECT_TRUE(device.up);
  EXPECT_TRUE(device.running);
  EXPECT_FALSE(device.loopback);
  ASSERT_EQ(device.ipv4.size(), 2u);
  EXPECT_EQ(device.ipv4[0].address, "192.0.2.10");
  EXPECT_EQ(device.ipv4[0].prefix_length, 24);
  EXPECT_EQ(device.ipv4[1].address, "203.0.113.5");
}

TEST(RtnetlinkParseTest, WithoutAPermanentAddressTheCurrentOneCounts) {
  const Snapshot snapshot =
      SnapshotOf({Link(2, "veth0").With(IFLA_ADDRESS, kMac),
                  Link(3, "eth1").With(IFLA_PERM_ADDRESS, Bytes(6, 0)).With(IFLA_ADDRESS, kMac)});
  EXPECT_EQ(snapshot.devices[0].permanent_mac, "02:00:00:00:00:0a");
  EXPECT_EQ(snapshot.devices[1].permanent_mac, "02:00:00:00:00:0a");
}

TEST(RtnetlinkParseTest, LoopbackHasNoMacAndATunnelsAddressIsNone) {
  const Snapshot snapshot = SnapshotOf({Link(1, "lo", IFF_LOOPBACK).With(IFLA_ADDRESS, Bytes(6, 0)),
                                        Link(5, "gre1").With(IFLA_ADDRESS, Bytes{192, 0, 2, 1})});
  EXPECT_TRUE(snapshot.devices[0].loopback);
  EXPECT_EQ(snapshot.devices[0].kind, "loopback");
  EXPECT_EQ(snapshot.devices[0].mac, "");
  EXPECT_FALSE(snapshot.devices[0].up);
  EXPECT_EQ(snapshot.devices[1].mac, "");
}

Message OfKind(Message link, const char* kind) {
  return link.With(IFLA_LINKINFO, Attributes({{IFLA_INFO_KIND, Text(kind)}}));
}

TEST(RtnetlinkParseTest, APortNamesItsBridgeWhicheverComesFirst) {
  const Snapshot snapshot = SnapshotOf(
      {Link(2, "eth0").With(IFLA_MASTER, BytesOf(uint32_t{7})), OfKind(Link(7, "br0"), "bridge"),
       OfKind(Link(8, "blue"), "vrf"), Link(9, "eth1").With(IFLA_MASTER, BytesOf(uint32_t{8})),
       Link(10, "eth2").With(IFLA_MASTER, BytesOf(uint32_t{99}))});
  EXPECT_EQ(snapshot.devices[0].controller, "br0");
  EXPECT_EQ(snapshot.devices[1].kind, "bridge");
  EXPECT_EQ(snapshot.Find("eth1")->controller, "") << "a member of a VRF stays on its own";
  EXPECT_EQ(snapshot.Find("eth2")->controller, "") << "a controller that is not listed";
}

TEST(RtnetlinkParseTest, AMemberOfAVrfNamesIt) {
  const Snapshot snapshot = SnapshotOf(
      {OfKind(Link(8, "blue"), "vrf"), Link(9, "eth1").With(IFLA_MASTER, BytesOf(uint32_t{8}))});
  EXPECT_EQ(snapshot.Find("eth1")->vrf, "blue");
}

// As `ip link add link eth0 name eth0.5 type vlan id 5` is listed.
TEST(RtnetlinkParseTest, AVlanKnowsItsNumberAndWhatItStandsOn) {
  const Bytes data = Attributes({{IFLA_VLAN_PROTOCOL, {0x81, 0x00}},
                                 {IFLA_VLAN_ID, BytesOf(uint16_t{5})},
                                 {IFLA_VLAN_FLAGS, BytesOf(ifla_vlan_flags{1, 0xffffffff})}});
  const Snapshot snapshot =
      SnapshotOf({Link(2, "eth0"),
                  Link(7, "eth0.5")
                      .With(IFLA_LINK, BytesOf(uint32_t{2}))
                      .With(IFLA_IFALIAS, Text("Management Network"))
                      .With(IFLA_LINKINFO,
                            Attributes({{IFLA_INFO_DATA, data}, {IFLA_INFO_KIND, Text("vlan")}}))});
  const Device* vlan = snapshot.Find("eth0.5");
  EXPECT_EQ(vlan->kind, "vlan");
  EXPECT_EQ(vlan->vlan_id, 5);
  EXPECT_EQ(vlan->parent, "eth0");
  EXPECT_EQ(vlan->peer, "");
  EXPECT_EQ(vlan->label, "Management Network");
  EXPECT_EQ(snapshot.Find("eth0")->vlan_id, std::nullopt);
}

TEST(RtnetlinkParseTest, ADummyStandsOnNothing) {
  const Snapshot snapshot =
      SnapshotOf({OfKind(Link(2, "dummy0"), "dummy").With(IFLA_LINK, BytesOf(uint32_t{0}))});
  EXPECT_EQ(snapshot.devices[0].kind, "dummy");
  EXPECT_EQ(snapshot.devices[0].parent, "");
}

TEST(RtnetlinkParseTest, TheEndsOfAPairKnowEachOtherWithinOneNamespace) {
  const Snapshot snapshot =
      SnapshotOf({OfKind(Link(2, "vmk3"), "veth").With(IFLA_LINK, BytesOf(uint32_t{3})),
                  OfKind(Link(3, "vmk3-p"), "veth").With(IFLA_LINK, BytesOf(uint32_t{2})),
                  OfKind(Link(4, "eth0"), "veth")
                      .With(IFLA_LINK, BytesOf(uint32_t{2}))
                      .With(IFLA_LINK_NETNSID, BytesOf(uint32_t{0}))});
  EXPECT_EQ(snapshot.Find("vmk3")->peer, "vmk3-p");
  EXPECT_EQ(snapshot.Find("vmk3-p")->peer, "vmk3");
  EXPECT_EQ(snapshot.Find("eth0")->peer, "") << "the index is another namespace's";
  EXPECT_EQ(snapshot.Find("eth0")->parent, "");
}

TEST(RtnetlinkParseTest, TheLimitsOfTheMtuAreTold) {
  const Snapshot snapshot = SnapshotOf({Link(2, "eth0")
                                            .With(IFLA_MIN_MTU, BytesOf(uint32_t{68}))
                                            .With(IFLA_MAX_MTU, BytesOf(uint32_t{9216}))});
  EXPECT_EQ(snapshot.devices[0].min_mtu, 68u);
  EXPECT_EQ(snapshot.devices[0].max_mtu, 9216u);
}

Bytes Ipv6Address(const char* text) {
  in6_addr address{};
  inet_pton(AF_INET6, text, &address);
  return BytesOf(address);
}

Message Ipv6(unsigned index, uint8_t prefix_length, uint32_t flags) {
  ifaddrmsg info{};
  info.ifa_family = AF_INET6;
  info.ifa_index = index;
  info.ifa_prefixlen = prefix_length;
  return Message(RTM_NEWADDR, info).With(IFA_FLAGS, BytesOf(flags));
}

TEST(RtnetlinkParseTest, AnAddressTellsWhereItComesFrom) {
  const Snapshot snapshot = SnapshotOf(
      {Link(2, "eth0"),
       Ipv4(2, 24)
           .With(IFA_LOCAL, Address("192.0.2.10"))
           .With(IFA_BROADCAST, Address("192.0.2.255"))
           .With(IFA_FLAGS, BytesOf(uint32_t{IFA_F_PERMANENT})),
       Ipv4(2, 24).With(IFA_LOCAL, Address("192.0.2.11")).With(IFA_FLAGS, BytesOf(uint32_t{0})),
       Ipv6(2, 64, IFA_F_PERMANENT).With(IFA_ADDRESS, Ipv6Address("fe80::1")),
       Ipv6(2, 64, IFA_F_PERMANENT).With(IFA_ADDRESS, Ipv6Address("2001:db8::1")),
       Ipv6(2, 64, IFA_F_MANAGETEMPADDR).With(IFA_ADDRESS, Ipv6Address("2001:db8::2"))});
  const Device& device = snapshot.devices[0];
  ASSERT_EQ(device.ipv4.size(), 2u);
  EXPECT_EQ(device.ipv4[0].origin, AddressOrigin::kStatic);
  EXPECT_EQ(device.ipv4[0].broadcast, "192.0.2.255");
  EXPECT_EQ(device.ipv4[1].origin, AddressOrigin::kDhcp);
  EXPECT_EQ(device.ipv4[1].broadcast, "");
  ASSERT_EQ(device.ipv6.size(), 3u);
  EXPECT_EQ(device.ipv6[0].origin, AddressOrigin::kLinkLocal);
  EXPECT_EQ(device.ipv6[1].address, "2001:db8::1");
  EXPECT_EQ(device.ipv6[1].prefix_length, 64);
  EXPECT_EQ(device.ipv6[1].origin, AddressOrigin::kStatic);
  EXPECT_EQ(device.ipv6[2].origin, AddressOrigin::kAutoconf);
}

TEST(RtnetlinkParseTest, EachDeviceHasTheGatewayOfItsOwnBestRoute) {
  const auto via = [](uint32_t device, uint32_t metric, const char* gateway) {
    return DefaultVia(device, metric).With(RTA_GATEWAY, Address(gateway));
  };
  const Snapshot snapshot =
      SnapshotOf({Link(2, "a"), Link(3, "b"), Link(4, "c"), Link(5, "d"),
                  via(2, 200, "192.0.2.254"), via(2, 100, "192.0.2.1"), via(3, 300, "198.51.100.1"),
                  // A table of its own, as policy routing has it.
                  via(4, 0, "203.0.113.1").With(RTA_TABLE, BytesOf(uint32_t{100}))});
  EXPECT_EQ(snapshot.Find("a")->ipv4_gateway, "192.0.2.1");
  EXPECT_EQ(snapshot.Find("b")->ipv4_gateway, "198.51.100.1");
  EXPECT_EQ(snapshot.Find("c")->ipv4_gateway, "203.0.113.1");
  EXPECT_EQ(snapshot.Find("d")->ipv4_gateway, "");
  EXPECT_EQ(snapshot.default_route_index, 2);
}

TEST(RtnetlinkParseTest, DevicesAreSortedByIndex) {
  const Snapshot snapshot = SnapshotOf({Link(9, "b"), Link(3, "a"), Link(300, "c")});
  ASSERT_EQ(snapshot.devices.size(), 3u);
  EXPECT_EQ(snapshot.devices[0].name, "a");
  EXPECT_EQ(snapshot.devices[2].name, "c");
}

TEST(RtnetlinkParseTest, AnAddressOfAPointToPointLinkIsOurEnd) {
  const Snapshot snapshot = SnapshotOf(
      {Link(4, "ppp0"),
       Ipv4(4, 32).With(IFA_ADDRESS, Address("198.51.100.1")).With(IFA_LOCAL, Address("192.0.2.7")),
       Ipv4(77, 24).With(IFA_LOCAL, Address("192.0.2.8"))});
  ASSERT_EQ(snapshot.devices[0].ipv4.size(), 1u);
  EXPECT_EQ(snapshot.devices[0].ipv4[0].address, "192.0.2.7");
}

TEST(RtnetlinkParseTest, TheDefaultRouteWithTheLowestMetricWins) {
  const std::vector<Message> links = {Link(2, "a"), Link(3, "b"), Link(4, "c")};
  const auto route_of = [&links](std::vector<Message> routes) {
    routes.insert(routes.begin(), links.begin(), links.end());
    return SnapshotOf(routes).default_route_index;
  };
  EXPECT_EQ(route_of({}), std::nullopt);
  EXPECT_EQ(route_of({DefaultVia(2, 200), DefaultVia(3, 100)}), 3);
  EXPECT_EQ(route_of({DefaultVia(2, 100), DefaultVia(3, 100)}), 2) << "the first of equals";
  EXPECT_EQ(route_of({DefaultVia(2, 100), Route().With(RTA_OIF, BytesOf(uint32_t{4}))}), 4)
      << "no metric is metric 0";
  EXPECT_EQ(route_of({DefaultVia(99, 0), DefaultVia(2, 7)}), 2) << "an unknown device";
  EXPECT_EQ(route_of({Route(24).With(RTA_OIF, BytesOf(uint32_t{2}))}), std::nullopt);
  EXPECT_EQ(route_of({Route(0, RT_TABLE_LOCAL).With(RTA_OIF, BytesOf(uint32_t{2}))}), std::nullopt);
  EXPECT_EQ(route_of({DefaultVia(2, 0).With(RTA_TABLE, BytesOf(uint32_t{1000}))}), std::nullopt);
  EXPECT_EQ(route_of({Route(0, RT_TABLE_COMPAT)
                          .With(RTA_TABLE, BytesOf(uint32_t{RT_TABLE_MAIN}))
                          .With(RTA_OIF, BytesOf(uint32_t{3}))}),
            3);
}

TEST(RtnetlinkParseTest, ARouteWithSeveralHopsGoesByTheFirst) {
  rtnexthop hop{};
  hop.rtnh_len = sizeof hop;
  hop.rtnh_ifindex = 3;
  const Snapshot snapshot = SnapshotOf({Link(3, "b"), Route().With(RTA_MULTIPATH, BytesOf(hop))});
  EXPECT_EQ(snapshot.default_route_index, 3);
}

TEST(RtnetlinkParseTest, OtherFamiliesAndMessagesArePassedOver) {
  ifinfomsg port{};
  port.ifi_family = AF_BRIDGE;
  port.ifi_index = 2;
  ifaddrmsg appletalk{};
  appletalk.ifa_family = AF_APPLETALK;
  const Snapshot snapshot =
      SnapshotOf({Message(RTM_NEWLINK, port), Message(RTM_NEWADDR, appletalk),
                  Message(RTM_DELLINK, port), Message(NLMSG_DONE, uint32_t{0})});
  EXPECT_THAT(snapshot.devices, IsEmpty());
}

TEST(RtnetlinkParseTest, SeveralMessagesInOneBuffer) {
  Bytes all = Link(2, "eth0").Finish();
  const Bytes second = Link(3, "eth1").Finish();
  all.insert(all.end(), second.begin(), second.end());
  SnapshotBuilder builder;
  ASSERT_TRUE(builder.Add(all).ok());
  EXPECT_EQ(builder.Build().devices.size(), 2u);
}

// Messages that lie, and the word that the error must name.
TEST(RtnetlinkParseTest, LyingMessagesAreRefusedByName) {
  Bytes long_header = Link(2, "eth0").Finish();
  long_header[0] = static_cast<uint8_t>(long_header.size() + 1);
  Bytes short_header = Link(2, "eth0").Finish();
  short_header[0] = 15;
  Bytes long_attribute = Link(2, "eth0").Finish();
  long_attribute[sizeof(nlmsghdr) + sizeof(ifinfomsg)] = 200;
  Bytes empty_attribute = Link(2, "eth0").Finish();
  empty_attribute[sizeof(nlmsghdr) + sizeof(ifinfomsg)] = 0;  // would never end
  Bytes long_nested = Link(2, "eth0").With(IFLA_PROP_LIST, {100, 0, IFLA_ALT_IFNAME, 0}).Finish();

  const std::vector<std::pair<Bytes, const char*>> cases = {
      {long_header, "netlink message of type 16 claims"},
      {short_header, "netlink message of type 16 claims 15 bytes"},
      {{1, 2, 3}, "3 are left"},
      {long_attribute, "attribute 3 claims 200 bytes"},
      {empty_attribute, "attribute 3 claims 0 bytes"},
      {long_nested, "IFLA_PROP_LIST: attribute 53 claims 100 bytes"},
      {Message(RTM_NEWLINK, uint32_t{0}).Finish(), "RTM_NEWLINK is cut off"},
      {Message(RTM_NEWADDR, uint32_t{0}).Finish(), "RTM_NEWADDR is cut off"},
      {Message(RTM_NEWROUTE, uint32_t{0}).Finish(), "RTM_NEWROUTE is cut off"},
      {Message(RTM_NEWLINK, ifinfomsg{}).Finish(), "has index 0"},
      {Link(2, "").Finish(), "index 2 has no name"},
      {Link(2, "a").With(IFLA_MTU, {1, 2}).Finish(), "IFLA_MTU has 2 bytes"},
      {Link(2, "a").With(IFLA_MASTER, BytesOf(uint32_t{0xffffffff})).Finish(), "IFLA_MASTER is"},
      {Link(2, "a").With(IFLA_LINK, {1, 2}).Finish(), "IFLA_LINK has 2 bytes"},
      {Link(2, "a")
           .With(IFLA_LINKINFO, Attributes({{IFLA_INFO_KIND, Text("vlan")},
                                            {IFLA_INFO_DATA, Attributes({{IFLA_VLAN_ID, {1}}})}}))
           .Finish(),
       "IFLA_VLAN_ID has 1 bytes"},
      {Ipv6(2, 129, 0).Finish(), "prefix length 129"},
      {Ipv6(2, 64, 0).With(IFA_ADDRESS, Bytes(4, 1)).Finish(), "IPv6 address of 4 bytes"},
      {Ipv4(2, 24).With(IFA_FLAGS, {1}).Finish(), "IFA_FLAGS has 1 bytes"},
      {Ipv4(2, 24).Finish(), "RTM_NEWADDR has no address"},
      {Ipv4(2, 33).Finish(), "prefix length 33"},
      {Ipv4(2, 24).With(IFA_LOCAL, Bytes(16, 1)).Finish(), "IPv4 address of 16 bytes"},
      {Route().With(RTA_OIF, {}).Finish(), "RTA_OIF has 0 bytes"},
  };
  for (const auto& [bytes, says] : cases) {
    SCOPED_TRACE(says);
    SnapshotBuilder builder;
    const absl::Status added = builder.Add(bytes);
    EXPECT_EQ(added.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(added.message()), HasSubstr(says));
    EXPECT_THAT(builder.Build().devices, IsEmpty()) << "nothing is half taken";
  }
}

TEST(RtnetlinkParseTest, AMessageCutOffAnywhereIsRefused) {
  const Bytes whole = OfKind(Link(2, "eth0"), "veth").With(IFLA_ADDRESS, kMac).Finish();
  for (size_t length = 1; length < whole.size(); ++length) {
    // A buffer of exactly that size, so that a sanitizer sees any byte too far.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_FALSE(SnapshotBuilder().Add(cut).ok()) << length << " bytes";
  }
}

TEST(RtnetlinkParseTest, ANameWithoutItsEndIsTakenAsFarAsItGoes) {
  const Snapshot snapshot = SnapshotOf({Link(2, "x").With(IFLA_IFNAME, {'e', 't', 'h', '9'})});
  EXPECT_EQ(snapshot.devices[0].name, "eth9");
}

}  // namespace
}  // namespace hostctl::host
