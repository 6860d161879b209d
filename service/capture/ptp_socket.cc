#include "service/capture/ptp_socket.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "service/capture/ptp_frame.h"
#include "service/capture/socket_parts.h"
#include "service/capture/udp_packet.h"

namespace hostctl::capture {
namespace {

constexpr const char* kIpv4Groups[] = {"224.0.1.129", "224.0.0.107"};
// Of ff0x::181 the scopes that are used: global (the default), site, link.
constexpr const char* kIpv6Groups[] = {"ff0e::181", "ff05::181", "ff02::181", "ff02::6b"};
constexpr size_t kLargestDatagram = 65535;

// A socket bound to one group and port.
struct Member {
  Descriptor fd;
  int family;
  std::array<uint8_t, 16> group;
  uint16_t port;

  absl::Span<const uint8_t> group_octets() const {
    return {group.data(), family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)};
  }
};

bool Bind(const Member& member, unsigned index) {
  if (member.family == AF_INET) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(member.port);
    std::memcpy(&at.sin_addr, member.group.data(), sizeof(at.sin_addr));
    return bind(member.fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
  }
  sockaddr_in6 at{};
  at.sin6_family = AF_INET6;
  at.sin6_port = htons(member.port);
  at.sin6_scope_id = index;
  std::memcpy(&at.sin6_addr, member.group.data(), sizeof(at.sin6_addr));
  return bind(member.fd.get(), reinterpret_cast<const sockaddr*>(&at), sizeof(at)) == 0;
}

bool Join(const Member& member, unsigned index) {
  if (member.family == AF_INET) {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, member.group.data(), sizeof(request.imr_multiaddr));
    request.imr_ifindex = static_cast<int>(index);
    return SetOption(member.fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, request) &&
           SetOption(member.fd, IPPROTO_IP, IP_RECVTTL, 1);
  }
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, member.group.data(), sizeof(request.ipv6mr_multiaddr));
  request.ipv6mr_interface = index;
  return SetOption(member.fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, request) &&
         SetOption(member.fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
}

absl::StatusOr<Member> OpenMember(const std::string& device, unsigned index, int family,
                                  const char* group, uint16_t port) {
  Member member{
      Descriptor(socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), family, {}, port};
  inet_pton(family, group, member.group.data());
  const auto failed = [&](const char* what) { return CannotCapture(device, what, errno); };
  if (member.fd.get() < 0) return failed("socket");
  if (!SetOption(member.fd, SOL_SOCKET, SO_REUSEADDR, 1)) return failed("SO_REUSEADDR");
  if (setsockopt(member.fd.get(), SOL_SOCKET, SO_BINDTODEVICE, device.c_str(),
                 static_cast<socklen_t>(device.size() + 1)) != 0) {
    return failed("SO_BINDTODEVICE");
  }
  if (!SetOption(member.fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)) return failed("SO_TIMESTAMPNS");
  if (!SetOption(member.fd, SOL_SOCKET, SO_RXQ_OVFL, 1)) return failed("SO_RXQ_OVFL");
  if (!Bind(member, index)) return failed("bind");
  if (!Join(member, index)) return failed("joining a multicast group");
  return member;
}

class PtpSocket final : public FrameSource {
 public:
  PtpSocket(std::vector<Member> members, Descriptor epoll)
      : members_(std::move(members)),
        lost_(members_.size()),
        epoll_(std::move(epoll)),
        buffer_(kLargestDatagram) {}

  int fd() const override { return epoll_.get(); }

  std::optional<Frame> Next() override {
    // In turn, so that one that is busy does not keep the others waiting.
    for (size_t tried = 0; tried < members_.size(); ++tried) {
      const size_t which = next_++ % members_.size();
      if (std::optional<Frame> frame = Receive(which)) return frame;
    }
    return std::nullopt;
  }

  uint64_t dropped() override {
    uint64_t all = 0;
    for (const uint32_t lost : lost_) all += lost;
    return all;
  }

 private:
  std::optional<Frame> Receive(size_t which) {
    const Member& member = members_[which];
    sockaddr_storage from{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec vector{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof(from);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(member.fd.get(), &message, 0);
    if (size < 0) return std::nullopt;
    UdpPacket packet;
    packet.destination = member.group_octets();
    packet.destination_port = member.port;
    packet.payload = {buffer_.data(), static_cast<size_t>(size)};
    sockaddr_in from4{};
    sockaddr_in6 from6{};
    if (member.family == AF_INET) {
      std::memcpy(&from4, &from, sizeof(from4));
      packet.source = {reinterpret_cast<const uint8_t*>(&from4.sin_addr), sizeof(from4.sin_addr)};
      packet.source_port = ntohs(from4.sin_port);
      TakeHopLimit(message, IPPROTO_IP, IP_TTL, packet);
    } else {
      std::memcpy(&from6, &from, sizeof(from6));
      packet.source = {reinterpret_cast<const uint8_t*>(&from6.sin6_addr), sizeof(from6.sin6_addr)};
      packet.source_port = ntohs(from6.sin6_port);
      TakeHopLimit(message, IPPROTO_IPV6, IPV6_HOPLIMIT, packet);
    }
    ForEachControl<uint32_t>(message, SOL_SOCKET, SO_RXQ_OVFL,
                             [&](uint32_t lost) { lost_[which] = lost; });
    Frame frame;
    frame.link = LinkLayer::kIp;
    frame.time = TimeOf(message);
    frame.data = IpPacketOf(packet);
    frame.original_length = frame.data.size();
    return frame;
  }

  static void TakeHopLimit(msghdr& message, int level, int type, UdpPacket& packet) {
    ForEachControl<int>(message, level, type,
                        [&](int limit) { packet.hop_limit = static_cast<uint8_t>(limit); });
  }

  std::vector<Member> members_;
  std::vector<uint32_t> lost_;  // by member, as the kernel last told
  Descriptor epoll_;
  std::vector<uint8_t> buffer_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FrameSource>> OpenPtpSocket(const std::string& device) {
  const unsigned index = if_nametoindex(device.c_str());
  if (index == 0) return CannotCapture(device, "looking for the device", errno);
  std::vector<Member> members;
  absl::Status why_not;
  const auto open = [&](int family, const char* group) {
    for (const uint16_t port : {kEventPort, kGeneralPort}) {
      absl::StatusOr<Member> member = OpenMember(device, index, family, group, port);
      if (member.ok()) {
        members.push_back(*std::move(member));
      } else {
        why_not.Update(member.status());
      }
    }
  };
  for (const char* group : kIpv4Groups) open(AF_INET, group);
  for (const char* group : kIpv6Groups) open(AF_INET6, group);
  if (members.empty()) return why_not;
  Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  for (const Member& member : members) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ctl(epoll.get(), EPOLL_CTL_ADD, member.fd.get(), &event) != 0) {
      return CannotCapture(device, "epoll", errno);
    }
  }
  return std::make_unique<PtpSocket>(std::move(members), std::move(epoll));
}

}  // namespace hostctl::capture
