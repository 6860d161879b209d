#include "service/capture/packet_socket.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "service/capture/ptp_frame.h"
#include "service/capture/socket_parts.h"

namespace hostctl::capture {
namespace {

// Frames wait here while nobody reads; enough for a second of a busy grandmaster.
constexpr int kReceiveBuffer = 1 << 20;
constexpr size_t kLargestFrame = size_t{68} * 1024;  // segments that the kernel has joined
constexpr size_t kVlanTag = 4;
constexpr size_t kTagAt = size_t{2} * ETH_ALEN;

constexpr std::array<uint8_t, ETH_ALEN> kPtpGroups[] = {
    {0x01, 0x1B, 0x19, 0x00, 0x00, 0x00},  // Ethernet, IEEE 1588 annex E
    {0x01, 0x80, 0xC2, 0x00, 0x00, 0x0E},  // Ethernet, not forwarded
    {0x01, 0x00, 0x5E, 0x00, 0x01, 0x81},  // 224.0.1.129
    {0x01, 0x00, 0x5E, 0x00, 0x00, 0x6B},  // 224.0.0.107
    {0x33, 0x33, 0x00, 0x00, 0x01, 0x81},  // ff0x::181
    {0x33, 0x33, 0x00, 0x00, 0x00, 0x6B},  // ff02::6b
};

// A first sieve in the kernel, so that a busy host does not wake us for every frame; what
// it lets through is decoded and looked at closely. The fourth member of a jump is where
// to go on otherwise, both count from the next line.
std::array<sock_filter, 20> Sieve() {
  return {{
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kTagAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_1588, 17, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021Q, 16, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_8021AD, 15, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 6),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ETH_HLEN + 9),  // protocol
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_IGMP, 12, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 10),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, ETH_HLEN),  // length of the header
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, ETH_HLEN + 2),
      BPF_JUMP(BPF_JMP | BPF_JA, 5, 0, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 6),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, ETH_HLEN + 6),            // next header
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_HOPOPTS, 5, 0),  // as MLD has it
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 3),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ETH_HLEN + 40 + 2),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kEventPort, 2, 0),  // destination port
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGeneralPort, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
  }};
}

// The tag that the kernel took off a frame before we saw it, put back.
void RestoreVlanTag(const tpacket_auxdata& data, Frame& frame) {
  if ((data.tp_status & TP_STATUS_VLAN_VALID) == 0 || frame.data.size() < kTagAt) return;
  const uint16_t type =
      (data.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? data.tp_vlan_tpid : ETH_P_8021Q;
  const std::array<uint8_t, kVlanTag> tag = {
      static_cast<uint8_t>(type >> 8), static_cast<uint8_t>(type),
      static_cast<uint8_t>(data.tp_vlan_tci >> 8), static_cast<uint8_t>(data.tp_vlan_tci)};
  frame.data.insert(frame.data.begin() + kTagAt, tag.begin(), tag.end());
  frame.original_length += kVlanTag;
}

class PacketSocket final : public FrameSource {
 public:
  PacketSocket(Descriptor fd, FrameFilter filter)
      : fd_(std::move(fd)), filter_(filter), buffer_(kLargestFrame) {}

  int fd() const override { return fd_.get(); }

  std::optional<Frame> Next() override {
    while (std::optional<Frame> frame = Receive()) {
      if (IsWanted(*frame, filter_)) return frame;
    }
    return std::nullopt;
  }

  uint64_t dropped() override {
    tpacket_stats stats{};
    socklen_t size = sizeof(stats);
    // Reading sets them to zero.
    if (getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) {
      dropped_ += stats.tp_drops;
    }
    return dropped_;
  }

 private:
  std::optional<Frame> Receive() {
    sockaddr_ll from{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec vector{buffer_.data(), buffer_.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof(from);
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = -1;
    do {
      size = recvmsg(fd_.get(), &message, MSG_TRUNC);
      // ENETDOWN tells once that the device went down.
    } while (size < 0 && (errno == EINTR || errno == ENETDOWN));
    if (size < 0) {
      // Of a device that is gone an error waits that recvmsg() does not take: fd() would stay
      // readable.
      if (errno != EAGAIN) TakeError();
      return std::nullopt;
    }
    Frame frame;
    frame.original_length = static_cast<size_t>(size);
    frame.data.assign(
        buffer_.begin(),
        buffer_.begin() + static_cast<ptrdiff_t>(std::min(frame.original_length, buffer_.size())));
    frame.direction = from.sll_pkttype == PACKET_OUTGOING ? Direction::kSent : Direction::kReceived;
    frame.time = TimeOf(message);
    ForEachControl<tpacket_auxdata>(
        message, SOL_PACKET, PACKET_AUXDATA,
        [&](const tpacket_auxdata& data) { RestoreVlanTag(data, frame); });
    return frame;
  }

  void TakeError() const {
    int error = 0;
    socklen_t size = sizeof(error);
    static_cast<void>(getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size));
  }

  const Descriptor fd_;
  const FrameFilter filter_;
  std::vector<uint8_t> buffer_;
  uint64_t dropped_ = 0;
};

// The index of the device, if its frames have an Ethernet header.
absl::StatusOr<int> EthernetIndex(const Descriptor& fd, const std::string& device) {
  ifreq request{};
  if (device.size() >= sizeof(request.ifr_name)) {
    return CannotCapture(device, "looking for the device", ENODEV);
  }
  device.copy(request.ifr_name, sizeof(request.ifr_name) - 1);
  if (ioctl(fd.get(), SIOCGIFINDEX, &request) != 0) {
    return CannotCapture(device, "looking for the device", errno);
  }
  const int index = request.ifr_ifindex;
  if (ioctl(fd.get(), SIOCGIFHWADDR, &request) != 0) {
    return CannotCapture(device, "asking for its kind", errno);
  }
  const int kind = request.ifr_hwaddr.sa_family;
  if (kind == ARPHRD_ETHER || kind == ARPHRD_LOOPBACK) return index;
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot capture on `", device, "`: its frames have no Ethernet header (ARPHRD ", kind, ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrameSource>> OpenPacketSocket(const std::string& device,
                                                              FrameFilter filter) {
  // Protocol 0 hears nothing until the filter is in place.
  Descriptor fd(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0) return CannotCapture(device, "packet socket", errno);
  const absl::StatusOr<int> index = EthernetIndex(fd, device);
  if (!index.ok()) return index.status();
  std::array<sock_filter, 20> sieve = Sieve();
  const sock_fprog program{sieve.size(), sieve.data()};
  if (filter != FrameFilter::kAll && !SetOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, program)) {
    return CannotCapture(device, "SO_ATTACH_FILTER", errno);
  }
  if (!SetOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1)) {
    return CannotCapture(device, "SO_TIMESTAMPNS", errno);
  }
  if (!SetOption(fd, SOL_PACKET, PACKET_AUXDATA, 1)) {
    return CannotCapture(device, "PACKET_AUXDATA", errno);
  }
  SetOption(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);  // as much of it as the system grants
  sockaddr_ll own{};
  own.sll_family = AF_PACKET;
  own.sll_protocol = htons(ETH_P_ALL);
  own.sll_ifindex = *index;
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) {
    return CannotCapture(device, "bind", errno);
  }
  for (const auto& group : kPtpGroups) {
    packet_mreq request{};
    request.mr_ifindex = *index;
    request.mr_type = PACKET_MR_MULTICAST;
    request.mr_alen = ETH_ALEN;
    std::copy(group.begin(), group.end(), request.mr_address);
    if (!SetOption(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, request)) {
      return CannotCapture(device, "PACKET_ADD_MEMBERSHIP", errno);
    }
  }
  return std::make_unique<PacketSocket>(std::move(fd), filter);
}

}  // namespace hostctl::capture
