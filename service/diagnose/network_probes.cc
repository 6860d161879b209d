#include "service/diagnose/network_probes.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

namespace hostctl::diagnose {
namespace {

constexpr uint8_t kIgmpV2Report = 0x16;
constexpr uint8_t kIgmpV3Report = 0x22;
constexpr uint8_t kChangeToExclude = 4;
constexpr char kIgmpV3Routers[] = "224.0.0.22";
constexpr uint16_t kEventPort = 319;
// Nobody listens there: what a host says when it is asked for it (RFC 863).
constexpr uint16_t kDiscardPort = 9;

class Socket {
 public:
  Socket(int family, int type, int protocol)
      : fd_(socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

absl::Status Failed(const std::string& what) {
  return absl::UnavailableError(absl::StrCat(what, ": ", std::strerror(errno)));
}

// RFC 1071.
uint16_t Checksum(absl::Span<const uint8_t> octets) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < octets.size(); i += 2) {
    sum += static_cast<uint32_t>(octets[i] << 8 | octets[i + 1]);
  }
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

std::vector<uint8_t> WithChecksum(std::vector<uint8_t> message) {
  const uint16_t sum = Checksum(message);
  message[2] = static_cast<uint8_t>(sum >> 8);
  message[3] = static_cast<uint8_t>(sum);
  return message;
}

absl::Status SendTo(int fd, const char* destination, const std::vector<uint8_t>& message) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, destination, &address.sin_addr);
  if (sendto(fd, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&address),
             sizeof(address)) < 0) {
    return Failed(absl::StrCat("sending an IGMP report to ", destination));
  }
  return absl::OkStatus();
}

// What a host says of a UDP port.
enum class PortAnswer { kRefused, kSilent, kAnswered };

PortAnswer AskPort(const std::string& address, const std::string& device, uint16_t port,
                   int patience_ms) {
  sockaddr_storage to{};
  socklen_t length = 0;
  auto* const v4 = reinterpret_cast<sockaddr_in*>(&to);
  auto* const v6 = reinterpret_cast<sockaddr_in6*>(&to);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    length = sizeof(*v4);
  } else if (inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    v6->sin6_scope_id = if_nametoindex(device.c_str());
    length = sizeof(*v6);
  } else {
    return PortAnswer::kSilent;
  }
  const Socket socket(to.ss_family, SOCK_DGRAM, 0);
  if (socket.fd() < 0 || connect(socket.fd(), reinterpret_cast<sockaddr*>(&to), length) != 0) {
    return PortAnswer::kSilent;
  }
  // Too short to be PTP: whoever listens throws it away.
  if (send(socket.fd(), "", 1, 0) < 0) return PortAnswer::kSilent;
  pollfd ready{socket.fd(), POLLIN, 0};
  if (poll(&ready, 1, patience_ms) <= 0) return PortAnswer::kSilent;
  std::array<uint8_t, 64> answer{};
  if (recv(socket.fd(), answer.data(), answer.size(), 0) >= 0) return PortAnswer::kAnswered;
  return errno == ECONNREFUSED ? PortAnswer::kRefused : PortAnswer::kSilent;
}

}  // namespace

absl::Status SendMembershipReport(int device_index, const std::string& group) {
  in_addr wanted{};
  if (inet_pton(AF_INET, group.c_str(), &wanted) != 1) {
    return absl::InvalidArgumentError(absl::StrCat(group, " is no IPv4 multicast group"));
  }
  const auto* const octets = reinterpret_cast<const uint8_t*>(&wanted);
  const Socket socket(AF_INET, SOCK_RAW, IPPROTO_IGMP);
  if (socket.fd() < 0) return Failed("opening a raw socket");
  ip_mreqn way{};
  way.imr_ifindex = device_index;
  const int hops = 1;
  // Router Alert, RFC 2113: without it switches may pass it over.
  const std::array<uint8_t, 4> router_alert = {0x94, 4, 0, 0};
  if (setsockopt(socket.fd(), IPPROTO_IP, IP_MULTICAST_IF, &way, sizeof(way)) != 0 ||
      setsockopt(socket.fd(), IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof(hops)) != 0 ||
      setsockopt(socket.fd(), IPPROTO_IP, IP_OPTIONS, router_alert.data(), router_alert.size()) !=
          0) {
    return Failed("preparing an IGMP report");
  }
  std::vector<uint8_t> v2 = {kIgmpV2Report, 0, 0, 0};
  v2.insert(v2.end(), octets, octets + 4);
  std::vector<uint8_t> v3 = {kIgmpV3Report, 0, 0, 0, 0, 0, 0, 1, kChangeToExclude, 0, 0, 0};
  v3.insert(v3.end(), octets, octets + 4);
  absl::Status sent = SendTo(socket.fd(), group.c_str(), WithChecksum(v2));
  sent.Update(SendTo(socket.fd(), kIgmpV3Routers, WithChecksum(v3)));
  return sent;
}

bool PtpPortIsOpen(const std::string& address, const std::string& device, int patience_ms) {
  const PortAnswer event = AskPort(address, device, kEventPort, patience_ms / 2);
  if (event != PortAnswer::kSilent) return event == PortAnswer::kAnswered;
  // Silence means something only of a host that refuses other ports.
  return AskPort(address, device, kDiscardPort, patience_ms / 2) == PortAnswer::kRefused;
}

uint64_t ReversePathDrops(const std::string& netstat) {
  std::vector<std::string> names;
  for (const auto& piece : absl::StrSplit(netstat, '\n')) {
    const std::string line(piece);
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.empty() || words[0] != "TcpExt:") continue;
    if (names.empty()) {
      names = words;
      continue;
    }
    for (size_t i = 0; i < names.size() && i < words.size(); ++i) {
      uint64_t value = 0;
      if (names[i] == "IPReversePathFilter" && absl::SimpleAtoi(words[i], &value)) return value;
    }
  }
  return 0;
}

}  // namespace hostctl::diagnose
