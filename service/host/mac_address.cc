#include "service/host/mac_address.h"

#include <cctype>
#include <cstddef>
#include <random>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace hostctl::host {
namespace {

constexpr size_t kOctets = 6;
constexpr size_t kTextSize = 3 * kOctets - 1;
constexpr char kExample[] = "must be six octets like 02:00:00:00:00:01";

absl::Status NoMac(const std::string& text, const std::string& why) {
  return absl::InvalidArgumentError(
      absl::StrCat("the MAC address `", absl::CHexEscape(text.substr(0, 40)), "` ", why));
}

bool IsHex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

absl::StatusOr<std::string> ParseMac(const std::string& text) {
  if (text.size() != kTextSize) return NoMac(text, kExample);
  std::string mac = text;
  for (size_t i = 0; i < kTextSize; ++i) {
    const bool border = i % 3 == 2;
    if (border ? mac[i] != ':' && mac[i] != '-' : !IsHex(mac[i])) return NoMac(text, kExample);
    mac[i] = border ? ':' : static_cast<char>(std::tolower(static_cast<unsigned char>(mac[i])));
  }
  // The second digit is odd.
  if (std::string("13579bdf").find(mac[1]) != std::string::npos) {
    return NoMac(text, "is that of a group; the second digit must be even");
  }
  if (mac == "00:00:00:00:00:00") return NoMac(text, "is that of no device");
  return mac;
}

std::string RandomMac() {
  std::random_device random;
  std::string mac = "02";
  for (size_t i = 1; i < kOctets; ++i) absl::StrAppendFormat(&mac, ":%02x", random() & 0xff);
  return mac;
}

std::string PortMacOf(const std::string& mac) {
  return mac.size() == kTextSize ? "fe" + mac.substr(2) : mac;
}

}  // namespace hostctl::host
