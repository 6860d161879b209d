#include "ptpcore/net/udp_ipv6_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/address_family.h"
#include "ptpcore/net/socket_calls.h"
#include "ptpcore/net/socket_transport.h"
#include "ptpcore/net/udp_socket.h"

// Linux 4.20; glibc's headers may be older.
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

namespace ptpcore::net {
namespace {

// ff0x::181, annex D.3.
in6_addr PrimaryGroup(uint8_t scope) {
  in6_addr group{};
  group.s6_addr[0] = 0xFF;
  group.s6_addr[1] = scope & 0xF;
  group.s6_addr[14] = 0x01;
  group.s6_addr[15] = 0x81;
  return group;
}

// ff02::6b.
in6_addr PeerDelayGroup() {
  in6_addr group{};
  group.s6_addr[0] = 0xFF;
  group.s6_addr[1] = 0x02;
  group.s6_addr[15] = 0x6B;
  return group;
}

std::string Text(const in6_addr& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, &address, text.data(), text.size());
  return text.data();
}

// Two octets behind every message, so that transparent clocks which change it can keep the
// checksum right, which IPv6 demands (annex D.1).
constexpr std::array<uint8_t, 2> kChecksumRoom{};

class UdpIpv6 : public AddressFamily {
 public:
  UdpIpv6(std::string name, int index, const TransportOptions& options)
      : name_(std::move(name)),
        index_(index),
        options_(options),
        primary_(PrimaryGroup(options.ipv6_scope)) {
    for (const MessageClass which : {MessageClass::kEvent, MessageClass::kGeneral}) {
      auto& [all, peer_delay] = groups_[which == MessageClass::kEvent ? 0 : 1];
      all.address = Ipv6(primary_, UdpPort(which));
      peer_delay.address = Ipv6(PeerDelayGroup(), UdpPort(which));
      if (options.time_to_live != 1) {
        peer_delay.hop_limit = HopLimit{IPPROTO_IPV6, IPV6_HOPLIMIT, 1};
      }
    }
  }

  absl::StatusOr<FileDescriptor> Open(MessageClass which) const override {
    absl::StatusOr<FileDescriptor> opened = OpenUdpSocket(name_, AF_INET6);
    if (!opened.ok()) return opened;
    const int fd = opened->get();
    // IPv4 has sockets of its own, perhaps another program's.
    if (!SetOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1)) return Failed(name_, "IPV6_V6ONLY");
    if (absl::Status s = BindUdpSocket(name_, fd, Ipv6(in6addr_any, UdpPort(which)), which);
        !s.ok()) {
      return s;
    }
    if (!SetOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index_)) {
      return Failed(name_, "IPV6_MULTICAST_IF");
    }
    for (const in6_addr& group : {primary_, PeerDelayGroup()}) {
      if (absl::Status s = Join(fd, group); !s.ok()) return s;
    }
    // Without this a socket also hears the groups that others on the host joined.
    SetOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
    SetOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    SetOption(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, int{options_.time_to_live});
    const uint8_t dscp =
        which == MessageClass::kEvent ? options_.dscp_event : options_.dscp_general;
    if (dscp != 0) SetOption(fd, IPPROTO_IPV6, IPV6_TCLASS, dscp << 2);
    return opened;
  }

  absl::Status RefreshMembership(int event_fd, int general_fd) const override {
    // As with IPv4: what is to be reported must end first. MLD reports every group.
    for (const in6_addr& group : {primary_, PeerDelayGroup()}) {
      for (const int fd : {event_fd, general_fd}) {
        SetOption(fd, IPPROTO_IPV6, IPV6_LEAVE_GROUP, GroupOn(group));
      }
      for (const int fd : {event_fd, general_fd}) {
        if (absl::Status s = Join(fd, group); !s.ok()) return s;
      }
    }
    return absl::OkStatus();
  }

  const Destination& Group(MessageClass which, bool peer_delay) const override {
    return In(groups_, which, peer_delay);
  }

  absl::StatusOr<SocketAddress> Unicast(MessageClass which,
                                        const wire::PortAddress& to) const override {
    in6_addr address{};
    if (to.protocol != wire::NetworkProtocol::kUdpIpv6 || to.length != sizeof(address)) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": not an IPv6 address"));
    }
    std::memcpy(&address, to.octets.data(), sizeof(address));
    return Ipv6(address, UdpPort(which));
  }

  wire::PortAddress Sender(const SocketAddress& from) const override {
    const auto in = from.As<sockaddr_in6>();
    wire::PortAddress address{wire::NetworkProtocol::kUdpIpv6, sizeof(in.sin6_addr), {}};
    std::memcpy(address.octets.data(), &in.sin6_addr, sizeof(in.sin6_addr));
    return address;
  }

  absl::Span<const uint8_t> Trailer() const override { return kChecksumRoom; }

 private:
  // The kernel reads the scope id with link-local addresses only.
  SocketAddress Ipv6(const in6_addr& address, uint16_t port) const {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    in.sin6_addr = address;
    in.sin6_scope_id = static_cast<uint32_t>(index_);
    return SocketAddress::Of(in);
  }
  ipv6_mreq GroupOn(const in6_addr& group) const { return {group, static_cast<unsigned>(index_)}; }
  absl::Status Join(int fd, const in6_addr& group) const {
    if (SetOption(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, GroupOn(group))) return absl::OkStatus();
    return Failed(name_, absl::StrCat("joining ", Text(group)));
  }

  std::string name_;
  int index_;
  TransportOptions options_;
  in6_addr primary_;
  Groups groups_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> OpenUdpIpv6Transport(const std::string& name,
                                                                const Device& device,
                                                                const TransportOptions& options) {
  return SocketTransport::Open(name, std::make_unique<UdpIpv6>(name, device.index, options),
                               options.stamps);
}

}  // namespace ptpcore::net
