#include "service/capture/packet_layers.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::capture {
namespace {

constexpr size_t kVlanTag = 4;
constexpr uint16_t kVlanIdMask = 0x0FFF;
constexpr uint16_t kLeastEthertype = 0x0600;  // below it, a length (IEEE 802.3)
constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;
constexpr size_t kUdpHeader = 8;
constexpr int kMostExtensionHeaders = 8;

using Octets = absl::Span<const uint8_t>;

uint16_t U16(Octets octets, size_t at) {
  return static_cast<uint16_t>(octets[at] << 8 | octets[at + 1]);
}

std::string AddressText(int family, Octets address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(family, address.data(), text.data(), text.size());
  return text.data();
}

// What is left to be taken apart, and how long it was before it was cut.
class Parser {
 public:
  Parser(Octets frame, size_t original_length)
      : rest_(frame), length_(std::max(original_length, frame.size())) {}

  PacketLayers Take(LinkLayer link) {
    if (link == LinkLayer::kEthernet) {
      Ethernet();
    } else if (Has(1, "IP header")) {
      layers_.ethertype = rest_[0] >> 4 == 6 ? ETH_P_IPV6 : ETH_P_IP;
    }
    if (layers_.malformed.empty() && layers_.ethertype == ETH_P_IP) Ipv4();
    if (layers_.malformed.empty() && layers_.ethertype == ETH_P_IPV6) Ipv6();
    layers_.payload = rest_;
    layers_.payload_length = length_;
    return std::move(layers_);
  }

 private:
  // Whether so many octets are there; where the frame never had them, it is malformed.
  bool Has(size_t octets, const char* what) {
    if (rest_.size() >= octets) return true;
    if (length_ < octets) {
      Malformed(absl::StrCat("the ", what, " is cut off: ", length_, " of ", octets, " octets"));
    }
    return false;
  }

  void Skip(size_t octets) {
    rest_.remove_prefix(octets);
    length_ -= octets;
  }

  // What is behind the end that the header tells is padding.
  void EndAt(size_t octets, const char* what) {
    if (octets > length_) {
      Malformed(absl::StrCat("the ", what, " says ", octets, " octets, there are ", length_));
      return;
    }
    length_ = octets;
    rest_ = rest_.subspan(0, octets);
  }

  void Malformed(std::string words) {
    if (layers_.malformed.empty()) layers_.malformed = std::move(words);
  }

  void Ethernet() {
    if (!Has(ETH_HLEN, "Ethernet header")) return;
    layers_.destination_mac.emplace();
    layers_.source_mac.emplace();
    std::copy_n(rest_.begin(), ETH_ALEN, layers_.destination_mac->begin());
    std::copy_n(rest_.begin() + ETH_ALEN, ETH_ALEN, layers_.source_mac->begin());
    Skip(size_t{2} * ETH_ALEN);
    while (Has(2, "ethertype")) {
      const uint16_t type = U16(rest_, 0);
      if (type != ETH_P_8021Q && type != ETH_P_8021AD) {
        layers_.ethertype = type;
        Skip(2);
        if (type < kLeastEthertype) EndAt(type, "length of 802.3");
        return;
      }
      if (!Has(kVlanTag, "VLAN tag")) return;
      layers_.vlan = U16(rest_, 2) & kVlanIdMask;
      Skip(kVlanTag);
    }
  }

  void Ipv4() {
    if (!Has(kIpv4Header, "IPv4 header")) return;
    const size_t header = size_t{4} * (rest_[0] & 0xF);
    if (rest_[0] >> 4 != 4) return Malformed(absl::StrCat("IP version ", rest_[0] >> 4));
    if (header < kIpv4Header) return Malformed("the IPv4 header is shorter than 20 octets");
    // A length of 0: segments that the device or the kernel will cut apart or has joined.
    const size_t total = U16(rest_, 2);
    if (total != 0) EndAt(total, "IPv4 header");
    if (!layers_.malformed.empty() || !Has(header, "IPv4 header")) return;
    layers_.source_ip = AddressText(AF_INET, rest_.subspan(12, 4));
    layers_.destination_ip = AddressText(AF_INET, rest_.subspan(16, 4));
    layers_.hop_limit = rest_[8];
    layers_.ip_protocol = rest_[9];
    constexpr uint16_t kMoreFragmentsAndOffset = 0x3FFF;
    constexpr uint16_t kOffset = 0x1FFF;
    layers_.fragment = (U16(rest_, 6) & kMoreFragmentsAndOffset) != 0;
    const bool first = (U16(rest_, 6) & kOffset) == 0;
    Skip(header);
    if (first) Udp();
  }

  void Ipv6() {
    if (!Has(kIpv6Header, "IPv6 header")) return;
    if (rest_[0] >> 4 != 6) return Malformed(absl::StrCat("IP version ", rest_[0] >> 4));
    layers_.source_ip = AddressText(AF_INET6, rest_.subspan(8, 16));
    layers_.destination_ip = AddressText(AF_INET6, rest_.subspan(24, 16));
    layers_.hop_limit = rest_[7];
    uint8_t next = rest_[6];
    const size_t payload = U16(rest_, 4);
    Skip(kIpv6Header);
    if (payload != 0) EndAt(payload, "IPv6 header");  // 0: a jumbogram, or joined segments
    bool first = true;
    for (int i = 0; i < kMostExtensionHeaders && layers_.malformed.empty(); ++i) {
      const bool fragment = next == IPPROTO_FRAGMENT;
      if (!fragment && next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING &&
          next != IPPROTO_DSTOPTS) {
        break;
      }
      if (!Has(8, "IPv6 extension header")) return;
      const size_t size = fragment ? 8 : size_t{8} * (rest_[1] + size_t{1});
      if (fragment) {
        constexpr uint16_t kMoreFragments = 1;
        constexpr uint16_t kOffset = 0xFFF8;
        layers_.fragment = (U16(rest_, 2) & (kOffset | kMoreFragments)) != 0;
        first = (U16(rest_, 2) & kOffset) == 0;
      }
      if (!Has(size, "IPv6 extension header")) return;
      next = rest_[0];
      Skip(size);
      if (!first) break;
    }
    layers_.ip_protocol = next;
    if (first) Udp();
  }

  void Udp() {
    if (layers_.ip_protocol != IPPROTO_UDP || !layers_.malformed.empty()) return;
    if (!Has(kUdpHeader, "UDP header")) return;
    layers_.source_port = U16(rest_, 0);
    layers_.destination_port = U16(rest_, 2);
    const size_t total = U16(rest_, 4);
    if (total != 0 && total < kUdpHeader) return Malformed("the UDP length is below 8");
    // Of a fragment the length is that of all of them.
    if (total != 0 && !layers_.fragment) EndAt(total, "UDP header");
    if (layers_.malformed.empty()) Skip(kUdpHeader);
  }

  PacketLayers layers_;
  Octets rest_;
  size_t length_;  // of `rest_` before it was cut
};

}  // namespace

std::string ToString(const Mac& mac) {
  return absl::StrFormat("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
                         mac[5]);
}

PacketLayers ParseLayers(Octets frame, LinkLayer link, size_t original_length) {
  return Parser(frame, original_length).Take(link);
}

}  // namespace hostctl::capture
