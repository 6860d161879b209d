#include "ptpcore/net/announce_watch.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "ptpcore/net/looped_back.h"
#include "ptpcore/net/socket_calls.h"
#include "ptpcore/wire/message.h"

namespace ptpcore::net {
namespace {

constexpr uint16_t kGeneralPort = 320;
constexpr uint32_t kTypeAt = 2 * ETH_ALEN;
constexpr size_t kVlanTag = 4;
constexpr size_t kUdp = 8;
constexpr size_t kIpv6Address = 16;  // the destination's is the last of the header
constexpr size_t kSourceAt = 20;     // sourcePortIdentity, table 35
constexpr uint16_t kVlanIdMask = 0x0FFF;

// Lets through what arrives with PTP's ethertype or for port 320. A first sieve, so that the
// process sleeps through all else; AnnounceIn() looks closely.
std::array<sock_filter, 12> Sieve() {
  constexpr uint32_t kIpv4Port = ETH_HLEN + 20 + 2;  // without options, which PTP has not
  constexpr uint32_t kIpv6Port = ETH_HLEN + 40 + 2;
  return {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 9, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kTypeAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_1588, 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 2),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kIpv4Port),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGeneralPort, 3, 4),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 3),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kIpv6Port),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGeneralPort, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
}

// Where Announce messages for all go; a device does not hear a group that nobody asked for.
constexpr std::array<uint8_t, ETH_ALEN> kGroups[] = {
    {0x01, 0x1B, 0x19, 0x00, 0x00, 0x00},  // Ethernet
    {0x01, 0x80, 0xC2, 0x00, 0x00, 0x0E},  // Ethernet, not forwarded
    {0x01, 0x00, 0x5E, 0x00, 0x01, 0x81},  // 224.0.1.129
    {0x33, 0x33, 0x00, 0x00, 0x01, 0x81},  // ff0x::181
};

uint16_t U16(absl::Span<const uint8_t> octets, size_t at) {
  return at + 2 <= octets.size() ? static_cast<uint16_t>(octets[at] << 8 | octets[at + 1]) : 0;
}

bool IsAnnounce(absl::Span<const uint8_t> message) {
  return message.size() >= wire::kHeaderSize &&
         static_cast<wire::MessageType>(message[0] & 0xF) == wire::MessageType::kAnnounce &&
         (message[1] & 0xF) == wire::kVersionPtp;
}

// The VLAN that the kernel took off a frame before we saw it.
uint16_t VlanTakenOff(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    tpacket_auxdata data{};
    if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA ||
        c->cmsg_len < CMSG_LEN(sizeof(data))) {
      continue;
    }
    std::memcpy(&data, CMSG_DATA(c), sizeof(data));
    if ((data.tp_status & TP_STATUS_VLAN_VALID) != 0) return data.tp_vlan_tci & kVlanIdMask;
  }
  return 0;
}

}  // namespace

std::optional<AnnounceSeen> AnnounceIn(absl::Span<const uint8_t> frame) {
  AnnounceSeen seen;
  size_t type_at = kTypeAt;
  while (U16(frame, type_at) == ETH_P_8021Q || U16(frame, type_at) == ETH_P_8021AD) {
    // With two tags the inner one is the VLAN.
    seen.vlan = U16(frame, type_at + 2) & kVlanIdMask;
    type_at += kVlanTag;
  }
  switch (U16(frame, type_at)) {
    case ETH_P_1588:
      seen.protocol = wire::NetworkProtocol::kIeee8023;
      break;
    case ETH_P_IP:
      seen.protocol = wire::NetworkProtocol::kUdpIpv4;
      break;
    case ETH_P_IPV6:
      seen.protocol = wire::NetworkProtocol::kUdpIpv6;
      break;
    default:
      return std::nullopt;
  }
  const absl::Span<const uint8_t> message = PayloadOfLoopedBack(frame);
  if (message.data() == frame.data() || !IsAnnounce(message)) return std::nullopt;
  if (seen.protocol != wire::NetworkProtocol::kIeee8023) {
    const auto udp_at = static_cast<size_t>(message.data() - frame.data()) - kUdp;
    if (U16(frame, udp_at + 2) != kGeneralPort) return std::nullopt;
    if (seen.protocol == wire::NetworkProtocol::kUdpIpv6 && frame[udp_at - kIpv6Address] == 0xFF) {
      seen.ipv6_scope = frame[udp_at - kIpv6Address + 1] & 0xF;
    }
  }
  std::copy_n(message.begin() + kSourceAt, seen.sender.octets.size(), seen.sender.octets.begin());
  return seen;
}

std::unique_ptr<AnnounceWatch> AnnounceWatch::Open(const Device& device) {
  FileDescriptor fd(socket(AF_PACKET, SOCK_RAW, 0));
  if (!fd || !MakeQuiet(fd.get())) return nullptr;
  std::array<sock_filter, 12> sieve = Sieve();
  const sock_fprog program{sieve.size(), sieve.data()};
  if (!SetOption(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, program)) return nullptr;
  SetOption(fd.get(), SOL_PACKET, PACKET_AUXDATA, 1);
  sockaddr_ll own{};
  own.sll_family = AF_PACKET;
  own.sll_protocol = htons(ETH_P_ALL);
  own.sll_ifindex = device.index;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) return nullptr;
  for (const auto& group : kGroups) {
    packet_mreq request{};
    request.mr_ifindex = device.index;
    request.mr_type = PACKET_MR_MULTICAST;
    request.mr_alen = ETH_ALEN;
    std::copy(group.begin(), group.end(), request.mr_address);
    SetOption(fd.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, request);
  }
  return std::unique_ptr<AnnounceWatch>(new AnnounceWatch(std::move(fd)));
}

std::optional<AnnounceSeen> AnnounceWatch::Dispatch(absl::Span<const pollfd> fds) {
  const bool ready = std::any_of(fds.begin(), fds.end(), [this](const pollfd& fd) {
    return fd.fd == fd_.get() && fd.revents != 0;
  });
  if (!ready) return std::nullopt;
  std::array<uint8_t, 256> octets;
  alignas(cmsghdr) std::array<char, 256> control;
  iovec vector{octets.data(), octets.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = recvmsg(fd_.get(), &message, 0);
  if (size <= 0) return std::nullopt;
  std::optional<AnnounceSeen> seen = AnnounceIn({octets.data(), static_cast<size_t>(size)});
  if (seen && seen->vlan == 0) seen->vlan = VlanTakenOff(message);
  return seen;
}

}  // namespace ptpcore::net
