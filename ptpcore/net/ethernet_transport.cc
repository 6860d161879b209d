#include "ptpcore/net/ethernet_transport.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/net/address_family.h"
#include "ptpcore/net/socket_calls.h"
#include "ptpcore/net/socket_transport.h"

namespace ptpcore::net {
namespace {

using Mac = std::array<uint8_t, ETH_ALEN>;

constexpr Mac kForwardable = {0x01, 0x1B, 0x19, 0x00, 0x00, 0x00};  // annex E.3
constexpr Mac kNonForwardable = {0x01, 0x80, 0xC2, 0x00, 0x00, 0x0E};
constexpr uint32_t kFirstGeneralType = 0x8;  // messageType, table 36

// Lets through what came in for this device, of one class of message. Sees the frame from
// the PTP header on. What belongs to a VLAN that has no device here counts as another
// host's.
std::array<sock_filter, 8> FilterFor(MessageClass which) {
  const bool event = which == MessageClass::kEvent;
  const auto skip_general = static_cast<uint8_t>(event ? 1 : 0);
  const auto skip_event = static_cast<uint8_t>(event ? 0 : 1);
  return {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OTHERHOST, 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 4, 0),
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xF),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kFirstGeneralType, skip_general, skip_event),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
}

class Ethernet : public AddressFamily {
 public:
  Ethernet(std::string name, int index, const TransportOptions& options)
      : name_(std::move(name)), index_(index) {
    all_.address = To(options.non_forwardable ? kNonForwardable : kForwardable);
    peer_delay_.address = To(kNonForwardable);
  }

  absl::StatusOr<FileDescriptor> Open(MessageClass which) const override {
    // Protocol 0 hears nothing until the filter is in place. SOCK_DGRAM: the kernel writes
    // and takes off the Ethernet header, which differs between kinds of devices.
    FileDescriptor fd(socket(AF_PACKET, SOCK_DGRAM, 0));
    if (!fd) return Failed(name_, "packet socket");
    if (!MakeQuiet(fd.get())) return Failed(name_, "fcntl");
    std::array<sock_filter, 8> filter = FilterFor(which);
    const sock_fprog program{filter.size(), filter.data()};
    if (!SetOption(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, program)) {
      return Failed(name_, "SO_ATTACH_FILTER");
    }
    sockaddr_ll own{};
    own.sll_family = AF_PACKET;
    own.sll_protocol = htons(ETH_P_1588);
    own.sll_ifindex = index_;
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof(own)) != 0) {
      return Failed(name_, "bind to ethertype 0x88F7");
    }
    for (const Mac& group : {kForwardable, kNonForwardable}) {
      packet_mreq request{};
      request.mr_ifindex = index_;
      request.mr_type = PACKET_MR_MULTICAST;
      request.mr_alen = ETH_ALEN;
      std::copy(group.begin(), group.end(), request.mr_address);
      if (!SetOption(fd.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, request)) {
        return Failed(name_, "PACKET_ADD_MEMBERSHIP");
      }
    }
    return fd;
  }

  // No protocol tells switches of these groups.
  absl::Status RefreshMembership(int, int) const override { return absl::OkStatus(); }

  const Destination& Group(MessageClass, bool peer_delay) const override {
    return peer_delay ? peer_delay_ : all_;
  }

  absl::StatusOr<SocketAddress> Unicast(MessageClass, const wire::PortAddress& to) const override {
    Mac mac{};
    if (to.protocol != wire::NetworkProtocol::kIeee8023 || to.length != mac.size()) {
      return absl::InvalidArgumentError(absl::StrCat(name_, ": not a MAC address"));
    }
    std::copy_n(to.octets.begin(), mac.size(), mac.begin());
    return To(mac);
  }

  wire::PortAddress Sender(const SocketAddress& from) const override {
    const auto ll = from.As<sockaddr_ll>();
    wire::PortAddress address{wire::NetworkProtocol::kIeee8023, ETH_ALEN, {}};
    std::copy_n(ll.sll_addr, ETH_ALEN, address.octets.begin());
    return address;
  }

 private:
  SocketAddress To(const Mac& mac) const {
    sockaddr_ll ll{};
    ll.sll_family = AF_PACKET;
    ll.sll_protocol = htons(ETH_P_1588);
    ll.sll_ifindex = index_;
    ll.sll_halen = ETH_ALEN;
    std::copy(mac.begin(), mac.end(), ll.sll_addr);
    return SocketAddress::Of(ll);
  }

  std::string name_;
  int index_;
  Destination all_;
  Destination peer_delay_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> OpenEthernetTransport(const std::string& name,
                                                                 const Device& device,
                                                                 const TransportOptions& options) {
  return SocketTransport::Open(name, std::make_unique<Ethernet>(name, device.index, options),
                               options.stamps);
}

}  // namespace ptpcore::net
