#include "ptpcore/net/udp_ipv4_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/address_family.h"
#include "ptpcore/net/socket_calls.h"
#include "ptpcore/net/socket_transport.h"
#include "ptpcore/net/udp_socket.h"

namespace ptpcore::net {
namespace {

constexpr uint32_t kPrimaryGroup = 0xE0000181;    // 224.0.1.129, annex C.3
constexpr uint32_t kPeerDelayGroup = 0xE000006B;  // 224.0.0.107

SocketAddress Ipv4(uint32_t address, uint16_t port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  in.sin_addr.s_addr = htonl(address);
  return SocketAddress::Of(in);
}

ip_mreqn GroupOn(int index, uint32_t group) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(group);
  request.imr_ifindex = index;
  return request;
}

class UdpIpv4 : public AddressFamily {
 public:
  UdpIpv4(std::string name, int index, const TransportOptions& options)
      : name_(std::move(name)), index_(index), options_(options) {
    for (const MessageClass which : {MessageClass::kEvent, MessageClass::kGeneral}) {
      auto& [all, peer_delay] = groups_[which == MessageClass::kEvent ? 0 : 1];
      all.address = Ipv4(kPrimaryGroup, UdpPort(which));
      peer_delay.address = Ipv4(kPeerDelayGroup, UdpPort(which));
      if (options.time_to_live != 1) peer_delay.hop_limit = HopLimit{IPPROTO_IP, IP_TTL, 1};
    }
  }

  absl::StatusOr<FileDescriptor> Open(MessageClass which) const override {
    absl::StatusOr<FileDescriptor> opened = OpenUdpSocket(name_, AF_INET);
    if (!opened.ok()) return opened;
    const int fd = opened->get();
    if (absl::Status s = BindUdpSocket(name_, fd, Ipv4(INADDR_ANY, UdpPort(which)), which); !s.ok())
      return s;
    if (!SetOption(fd, IPPROTO_IP, IP_MULTICAST_IF, GroupOn(index_, kPrimaryGroup))) {
      return Failed(name_, "IP_MULTICAST_IF");
    }
    for (const uint32_t group : {kPrimaryGroup, kPeerDelayGroup}) {
      if (absl::Status s = Join(fd, group); !s.ok()) return s;
    }
    // Without this a socket also hears the groups that others on the host joined.
    SetOption(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    SetOption(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    SetOption(fd, IPPROTO_IP, IP_MULTICAST_TTL, int{options_.time_to_live});
    const uint8_t dscp =
        which == MessageClass::kEvent ? options_.dscp_event : options_.dscp_general;
    if (dscp != 0) SetOption(fd, IPPROTO_IP, IP_TOS, dscp << 2);
    return opened;
  }

  absl::Status RefreshMembership(int event_fd, int general_fd) const override {
    // The kernel reports a membership only when it begins, so it must end first; the last
    // socket to leave ends it, the first to join begins it. The peer delay group is
    // never reported (RFC 3376 6).
    for (const int fd : {event_fd, general_fd}) {
      SetOption(fd, IPPROTO_IP, IP_DROP_MEMBERSHIP, GroupOn(index_, kPrimaryGroup));
    }
    for (const int fd : {event_fd, general_fd}) {
      if (absl::Status s = Join(fd, kPrimaryGroup); !s.ok()) return s;
    }
    return absl::OkStatus();
  }

  const Destination& Group(MessageClass which, bool peer_delay) const override {
    return In(groups_, which, peer_delay);
  }

  absl::StatusOr<SocketAddress> Unicast(MessageClass which,
                                        const wire::PortAddress& to) const override {
    if (to.protocol != wire::NetworkProtocol::kUdpIpv4 || to.length != 4) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": not an IPv4 address"));
    }
    uint32_t address = 0;
    std::memcpy(&address, to.octets.data(), sizeof(address));
    return Ipv4(ntohl(address), UdpPort(which));
  }

  wire::PortAddress Sender(const SocketAddress& from) const override {
    const auto in = from.As<sockaddr_in>();
    wire::PortAddress address{wire::NetworkProtocol::kUdpIpv4, 4, {}};
    std::memcpy(address.octets.data(), &in.sin_addr, 4);
    return address;
  }

 private:
  absl::Status Join(int fd, uint32_t group) const {
    if (SetOption(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, GroupOn(index_, group)))
      return absl::OkStatus();
    return Failed(name_, group == kPrimaryGroup ? "joining 224.0.1.129" : "joining 224.0.0.107");
  }

  std::string name_;
  int index_;
  TransportOptions options_;
  Groups groups_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> OpenUdpIpv4Transport(const std::string& name,
                                                                const Device& device,
                                                                const TransportOptions& options) {
  return SocketTransport::Open(name, std::make_unique<UdpIpv4>(name, device.index, options),
                               options.stamps);
}

}  // namespace ptpcore::net
