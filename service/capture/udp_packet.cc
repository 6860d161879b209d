#include "service/capture/udp_packet.h"

#include <netinet/in.h>

namespace hostctl::capture {
namespace {

using Octets = std::vector<uint8_t>;

constexpr size_t kUdpHeader = 8;

void Put16(size_t value, Octets& out) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}

void Put(absl::Span<const uint8_t> octets, Octets& out) {
  out.insert(out.end(), octets.begin(), octets.end());
}

// RFC 1071.
uint16_t Checksum(absl::Span<const uint8_t> octets) {
  uint32_t sum = 0;
  for (size_t i = 0; i < octets.size(); ++i) {
    const uint32_t octet = octets[i];
    sum += i % 2 == 0 ? octet << 8U : octet;
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

Octets UdpOf(const UdpPacket& packet) {
  const size_t length = kUdpHeader + packet.payload.size();
  Octets udp;
  Put16(packet.source_port, udp);
  Put16(packet.destination_port, udp);
  Put16(length, udp);
  Put16(0, udp);
  Put(packet.payload, udp);
  // The pseudo header of RFC 768 and RFC 8200 8.1; zeros between its fields change no sum.
  Octets summed;
  Put(packet.source, summed);
  Put(packet.destination, summed);
  Put16(length, summed);
  Put16(IPPROTO_UDP, summed);
  Put(udp, summed);
  const uint16_t checksum = Checksum(summed);
  const uint16_t sent = checksum == 0 ? 0xFFFF : checksum;  // 0 would mean: none
  udp[6] = static_cast<uint8_t>(sent >> 8);
  udp[7] = static_cast<uint8_t>(sent);
  return udp;
}

}  // namespace

std::vector<uint8_t> IpPacketOf(const UdpPacket& packet) {
  const Octets udp = UdpOf(packet);
  Octets ip;
  if (packet.source.size() == sizeof(in6_addr)) {
    ip = {0x60, 0, 0, 0};
    Put16(udp.size(), ip);
    ip.push_back(IPPROTO_UDP);
    ip.push_back(packet.hop_limit);
    Put(packet.source, ip);
    Put(packet.destination, ip);
  } else {
    constexpr size_t kHeader = 20;
    ip = {0x45, 0};
    Put16(kHeader + udp.size(), ip);
    Put(Octets{0, 0, 0, 0, packet.hop_limit, IPPROTO_UDP, 0, 0}, ip);
    Put(packet.source, ip);
    Put(packet.destination, ip);
    const uint16_t checksum = Checksum(ip);
    ip[10] = static_cast<uint8_t>(checksum >> 8);
    ip[11] = static_cast<uint8_t>(checksum);
  }
  Put(udp, ip);
  return ip;
}

}  // namespace hostctl::capture
