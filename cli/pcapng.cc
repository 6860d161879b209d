#include "cli/pcapng.h"

#include <algorithm>
#include <limits>

namespace hostctl::cli {
namespace {

constexpr uint32_t kSectionHeader = 0x0A0D0D0A;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1A2B3C4D;

enum Option : uint16_t {
  kEnd = 0,
  kComment = 1,
  kPacketFlags = 2,         // of a packet
  kInterfaceName = 2,       // of an interface
  kUserApplication = 4,     // of a section
  kTimestampResolution = 9  // of an interface: 10^-n s
};

// Little-endian; the byte-order magic says so.
void Put16(uint32_t value, std::string& out) {
  out.push_back(static_cast<char>(value & 0xFF));
  out.push_back(static_cast<char>(value >> 8 & 0xFF));
}

void Put32(uint32_t value, std::string& out) {
  Put16(value & 0xFFFF, out);
  Put16(value >> 16, out);
}

// All parts of a block begin at a multiple of 4.
void PutPadded(const std::string& octets, std::string& out) {
  out += octets;
  out.append((4 - octets.size() % 4) % 4, '\0');
}

void PutOption(uint16_t code, const std::string& value, std::string& out) {
  const size_t size = std::min<size_t>(value.size(), std::numeric_limits<uint16_t>::max());
  Put16(code, out);
  Put16(static_cast<uint32_t>(size), out);
  PutPadded(value.substr(0, size), out);
}

void PutEndOfOptions(std::string& out) {
  Put32(kEnd, out);
}

}  // namespace

PcapngWriter::PcapngWriter(std::ostream& out, const std::string& application) : out_(out) {
  std::string body;
  Put32(kByteOrderMagic, body);
  Put16(1, body);  // version 1.0
  Put16(0, body);
  constexpr uint32_t kUnknownLength = 0xFFFFFFFF;  // of the section, 64 bits
  Put32(kUnknownLength, body);
  Put32(kUnknownLength, body);
  PutOption(kUserApplication, application, body);
  PutEndOfOptions(body);
  WriteBlock(kSectionHeader, body);
}

uint32_t PcapngWriter::AddInterface(const std::string& name, Link link) {
  std::string body;
  Put16(static_cast<uint16_t>(link), body);
  Put16(0, body);
  Put32(0, body);  // no limit on a packet's length
  PutOption(kInterfaceName, name, body);
  PutOption(kTimestampResolution, "\x09", body);
  PutEndOfOptions(body);
  WriteBlock(kInterfaceDescription, body);
  return interfaces_++;
}

void PcapngWriter::Write(const Packet& packet) {
  std::string body;
  Put32(packet.interface, body);
  Put32(static_cast<uint32_t>(packet.time_ns >> 32), body);
  Put32(static_cast<uint32_t>(packet.time_ns), body);
  Put32(static_cast<uint32_t>(packet.data.size()), body);
  Put32(packet.original_length, body);
  PutPadded(packet.data, body);
  std::string flags;
  Put32(static_cast<uint32_t>(packet.way), flags);
  PutOption(kPacketFlags, flags, body);
  if (!packet.comment.empty()) PutOption(kComment, packet.comment, body);
  PutEndOfOptions(body);
  WriteBlock(kEnhancedPacket, body);
}

void PcapngWriter::WriteBlock(uint32_t type, const std::string& body) {
  constexpr size_t kAround = 12;  // type, and the length before and behind
  const auto length = static_cast<uint32_t>(body.size() + kAround);
  std::string block;
  block.reserve(length);
  Put32(type, block);
  Put32(length, block);
  block += body;
  Put32(length, block);
  out_.write(block.data(), static_cast<std::streamsize>(block.size()));
  out_.flush();
}

}  // namespace hostctl::cli
