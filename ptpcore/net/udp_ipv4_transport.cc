#include "ptpcore/net/udp_ipv4_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/kernel_timestamp.h"
#include "ptpcore/net/looped_back.h"

namespace ptpcore::net {
namespace {

constexpr uint16_t kEventPort = 319;
constexpr uint16_t kGeneralPort = 320;
constexpr uint32_t kPrimaryGroup = 0xE0000181;  // 224.0.1.129, annex C.3

absl::Status Failed(const std::string& name, const std::string& what) {
  const int error = errno;
  const std::string message = absl::StrCat(name, ": ", what, ": ", std::strerror(error));
  if (error == EACCES || error == EPERM) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; ptpd needs root or CAP_NET_BIND_SERVICE"));
  }
  if (error == EADDRINUSE) {
    return absl::UnavailableError(
        absl::StrCat(message, "; another PTP program is running on this host"));
  }
  return absl::UnavailableError(message);
}

template <typename T>
bool SetOption(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

ip_mreqn GroupOn(int index) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = htonl(kPrimaryGroup);
  request.imr_ifindex = index;
  return request;
}

absl::StatusOr<FileDescriptor> OpenSocket(const std::string& name, int index, uint16_t port) {
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM, 0));
  if (!fd) return Failed(name, "socket");
  if (!MakeQuiet(fd.get())) return Failed(name, "fcntl");
  // Others may listen too (a monitor, a second domain's engine).
  if (!SetOption(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1)) return Failed(name, "SO_REUSEADDR");
  if (setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, name.c_str(),
                 static_cast<socklen_t>(name.size() + 1)) != 0) {
    return Failed(name, "SO_BINDTODEVICE");
  }
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(port);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0) {
    return Failed(name, absl::StrCat("bind to UDP port ", port));
  }
  if (!SetOption(fd.get(), IPPROTO_IP, IP_MULTICAST_IF, GroupOn(index))) {
    return Failed(name, "IP_MULTICAST_IF");
  }
  if (!SetOption(fd.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, GroupOn(index))) {
    return Failed(name, "joining 224.0.1.129");
  }
  // Without this a socket also hears the groups that others on the host joined.
  SetOption(fd.get(), IPPROTO_IP, IP_MULTICAST_ALL, 0);
  SetOption(fd.get(), IPPROTO_IP, IP_MULTICAST_LOOP, 0);
  SetOption(fd.get(), IPPROTO_IP, IP_MULTICAST_TTL, 1);  // annex C.4: stay on the segment
  return fd;
}

// One packet read from a socket or its error queue.
struct Reading {
  std::array<uint8_t, 2048> octets;
  alignas(cmsghdr) std::array<char, 256> control;
  sockaddr_in from{};
  msghdr message{};
  iovec vector{};
  ssize_t size = -1;

  void Read(int fd, int flags) {
    vector = {octets.data(), octets.size()};
    message = {};
    message.msg_name = &from;
    message.msg_namelen = sizeof(from);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    size = recvmsg(fd, &message, flags);
  }
};

wire::PortAddress AddressOf(const sockaddr_in& from) {
  wire::PortAddress address;
  address.protocol = wire::NetworkProtocol::kUdpIpv4;
  address.length = 4;
  std::memcpy(address.octets.data(), &from.sin_addr, 4);
  return address;
}

// Reads one datagram. Nothing to read is no error; an error the socket reports
// once (ENETDOWN) is.
absl::Status ReadDatagram(const std::string& name, int fd, Packet::Kind kind,
                          Transport::Sink sink) {
  Reading reading;
  reading.Read(fd, 0);
  if (reading.size < 0) {
    if (errno == EAGAIN || errno == EINTR) return absl::OkStatus();
    return Failed(name, "recvmsg");
  }
  Packet packet;
  packet.kind = kind;
  packet.octets = absl::MakeConstSpan(reading.octets.data(), static_cast<size_t>(reading.size));
  packet.realtime_ns = SoftwareTimestamp(reading.message);
  packet.from = AddressOf(reading.from);
  sink(packet);
  return absl::OkStatus();
}

// Reads one transmit timestamp from the error queue. When POLLERR had another
// reason, that is taken from the socket, or poll() would return at once forever.
absl::Status ReadErrorQueue(const std::string& name, int fd, Transport::Sink sink) {
  Reading reading;
  reading.Read(fd, MSG_ERRQUEUE);
  if (reading.size < 0) {
    if (errno != EAGAIN && errno != EINTR) return Failed(name, "recvmsg from the error queue");
    int pending = 0;
    socklen_t size = sizeof(pending);
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &size);
    if (pending == 0) return absl::OkStatus();
    errno = pending;
    return Failed(name, "socket");
  }
  Packet packet;
  packet.kind = Packet::Kind::kTransmitted;
  packet.octets = PayloadOfLoopedBack(
      absl::MakeConstSpan(reading.octets.data(), static_cast<size_t>(reading.size)));
  packet.realtime_ns = SoftwareTimestamp(reading.message);
  if (packet.realtime_ns) sink(packet);
  return absl::OkStatus();
}

// To the primary group where `address` is null.
absl::Status Send(const std::string& name, int fd, uint16_t port, const wire::PortAddress* address,
                  absl::Span<const uint8_t> message) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(kPrimaryGroup);
  if (address != nullptr) {
    if (address->protocol != wire::NetworkProtocol::kUdpIpv4) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": cannot send to a port address of network protocol ",
                       static_cast<int>(address->protocol)));
    }
    std::memcpy(&to.sin_addr, address->octets.data(), sizeof(to.sin_addr));
  }
  iovec vector{const_cast<uint8_t*>(message.data()), message.size()};
  msghdr header{};
  header.msg_name = &to;
  header.msg_namelen = sizeof(to);
  header.msg_iov = &vector;
  header.msg_iovlen = 1;
  if (sendmsg(fd, &header, 0) < 0) {
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &to.sin_addr, text, sizeof(text));
    return Failed(name, absl::StrCat("sendmsg to ", text));
  }
  return absl::OkStatus();
}

}  // namespace

UdpIpv4Transport::UdpIpv4Transport(std::string name, int index, FileDescriptor event,
                                   FileDescriptor general)
    : name_(std::move(name)),
      index_(index),
      event_(std::move(event)),
      general_(std::move(general)) {}

absl::StatusOr<std::unique_ptr<UdpIpv4Transport>> UdpIpv4Transport::Open(const std::string& name,
                                                                         const Device& device) {
  absl::StatusOr<FileDescriptor> event = OpenSocket(name, device.index, kEventPort);
  if (!event.ok()) return event.status();
  absl::StatusOr<FileDescriptor> general = OpenSocket(name, device.index, kGeneralPort);
  if (!general.ok()) return general.status();
  if (!EnableSoftwareTimestamps(event->get())) return Failed(name, "SO_TIMESTAMPING");
  return std::unique_ptr<UdpIpv4Transport>(
      new UdpIpv4Transport(name, device.index, *std::move(event), *std::move(general)));
}

void UdpIpv4Transport::AppendPollFds(std::vector<pollfd>& fds) const {
  fds.push_back({event_.get(), POLLIN | POLLPRI, 0});
  fds.push_back({general_.get(), POLLIN, 0});
}

absl::Status UdpIpv4Transport::Dispatch(absl::Span<const pollfd> fds, Sink sink) {
  for (const pollfd& ready : fds) {
    const bool is_event = ready.fd == event_.get();
    if (!is_event && ready.fd != general_.get()) continue;  // another transport's
    // Transmit stamps first: the answer to the message may wait on the other socket.
    if (is_event && (ready.revents & (POLLERR | POLLPRI)) != 0) {
      if (absl::Status s = ReadErrorQueue(name_, ready.fd, sink); !s.ok()) return s;
    }
    if ((ready.revents & POLLIN) != 0 || (!is_event && (ready.revents & POLLERR) != 0)) {
      const auto kind = is_event ? Packet::Kind::kEvent : Packet::Kind::kGeneral;
      if (absl::Status s = ReadDatagram(name_, ready.fd, kind, sink); !s.ok()) return s;
    }
  }
  return absl::OkStatus();
}

absl::Status UdpIpv4Transport::CollectTransmitTimestamps(Sink sink) {
  return ReadErrorQueue(name_, event_.get(), sink);
}

absl::Status UdpIpv4Transport::SendEvent(absl::Span<const uint8_t> message,
                                         const wire::PortAddress* to) {
  return Send(name_, event_.get(), kEventPort, to, message);
}

absl::Status UdpIpv4Transport::SendGeneral(absl::Span<const uint8_t> message,
                                           const wire::PortAddress* to) {
  return Send(name_, general_.get(), kGeneralPort, to, message);
}

absl::Status UdpIpv4Transport::RefreshMembership() {
  // The kernel reports a membership only when it begins, so it must end first;
  // the last socket to leave ends it, the first to join begins it.
  for (const FileDescriptor* fd : {&event_, &general_}) {
    SetOption(fd->get(), IPPROTO_IP, IP_DROP_MEMBERSHIP, GroupOn(index_));
  }
  for (const FileDescriptor* fd : {&event_, &general_}) {
    if (!SetOption(fd->get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, GroupOn(index_))) {
      return Failed(name_, "joining 224.0.1.129 again");
    }
  }
  return absl::OkStatus();
}

}  // namespace ptpcore::net
