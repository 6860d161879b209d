// See multicast.h. The formats are those of igmp_mc_seq_show() and
// igmp6_mc_seq_show() in the kernel:
//
//   Idx	Device    : Count Querier	Group    Users Timer	Reporter
//   2	eth0      :     1      V3
//   				810100E0     2 0:00000000		0
//
//   2    eth0            ff020000000000000000000000000001     1 0000000C 0
#include "service/host/multicast.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace hostctl::host {
namespace {

std::vector<std::string> LinesOf(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipEmpty());
}

std::vector<std::string> WordsOf(const std::string& line) {
  return absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
}

absl::Status NotAsExpected(const char* file, const std::string& line) {
  return absl::InvalidArgumentError(
      absl::StrCat(file, " has the line `", absl::CHexEscape(line.substr(0, 100)), "`"));
}

// The octets that `hex` writes, if they are as many as an address of `size` has.
template <size_t size>
bool ReadHex(const std::string& hex, std::array<uint8_t, size>* octets) {
  if (hex.size() != 2 * size) return false;
  for (size_t i = 0; i < size; ++i) {
    uint32_t octet = 0;
    if (!absl::SimpleHexAtoi(hex.substr(2 * i, 2), &octet)) return false;
    (*octets)[i] = static_cast<uint8_t>(octet);
  }
  return true;
}

bool ReadPositive(const std::string& text, int* number) {
  return absl::SimpleAtoi(text, number) && *number > 0;
}

// The address whose 32 bits, as this machine orders them, the kernel prints as one number.
bool ReadIpv4(const std::string& hex, std::string* address) {
  std::array<uint8_t, 4> octets{};
  if (!ReadHex(hex, &octets)) return false;
  const uint32_t number = uint32_t{octets[0]} << 24 | uint32_t{octets[1]} << 16 |
                          uint32_t{octets[2]} << 8 | uint32_t{octets[3]};
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &number, text.data(), text.size());
  *address = text.data();
  return true;
}

bool ReadIpv6(const std::string& hex, std::string* address) {
  std::array<uint8_t, 16> octets{};
  if (!ReadHex(hex, &octets)) return false;
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(AF_INET6, octets.data(), text.data(), text.size());
  *address = text.data();
  return true;
}

}  // namespace

absl::StatusOr<std::vector<MulticastGroup>> ParseIgmp(const std::string& text) {
  std::vector<MulticastGroup> groups;
  MulticastGroup device;  // the one whose groups follow
  bool header = true;
  for (const std::string& line : LinesOf(text)) {
    if (std::exchange(header, false)) continue;
    const std::vector<std::string> words = WordsOf(line);
    if (line.front() == '\t') {
      MulticastGroup group = device;
      if (device.index == 0 || words.size() < 2 || !ReadIpv4(words[0], &group.group) ||
          !ReadPositive(words[1], &group.users)) {
        return NotAsExpected("/proc/net/igmp", line);
      }
      groups.push_back(std::move(group));
      continue;
    }
    if (words.size() < 2 || !ReadPositive(words[0], &device.index)) {
      return NotAsExpected("/proc/net/igmp", line);
    }
    // A name of ten characters and more has the colon right behind it.
    device.device = words[1];
    if (device.device.back() == ':') device.device.pop_back();
  }
  return groups;
}

absl::StatusOr<std::vector<MulticastGroup>> ParseIgmp6(const std::string& text) {
  std::vector<MulticastGroup> groups;
  for (const std::string& line : LinesOf(text)) {
    const std::vector<std::string> words = WordsOf(line);
    MulticastGroup group;
    if (words.size() < 4 || !ReadPositive(words[0], &group.index) ||
        !ReadIpv6(words[2], &group.group) || !ReadPositive(words[3], &group.users)) {
      return NotAsExpected("/proc/net/igmp6", line);
    }
    group.device = words[1];
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace hostctl::host
