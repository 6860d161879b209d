#include "service/host/tcp_sessions.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

namespace hostctl::host {
namespace {

constexpr unsigned kEstablished = 1;  // TCP_ESTABLISHED of linux/tcp_states.h

// The address as the kernel prints it: words of 32 bits in its own byte order.
// Empty for what is no address, and for loopback.
std::string AddressText(const std::string& hex) {
  std::array<uint32_t, 4> words{};
  const size_t count = hex.size() / 8;
  if (hex.size() % 8 != 0 || (count != 1 && count != 4)) return "";
  for (size_t i = 0; i < count; ++i) {
    unsigned word = 0;
    if (std::sscanf(hex.substr(i * 8, 8).c_str(), "%8x", &word) != 1) return "";
    words[i] = word;
  }
  in6_addr address{};
  std::memcpy(&address, words.data(), sizeof(address));
  const bool mapped = count == 4 && IN6_IS_ADDR_V4MAPPED(&address);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (count == 1 || mapped) {
    in_addr ip4{};
    std::memcpy(&ip4, mapped ? &words[3] : words.data(), sizeof(ip4));
    if ((ntohl(ip4.s_addr) >> 24) == IN_LOOPBACKNET) return "";
    return inet_ntop(AF_INET, &ip4, text.data(), text.size());
  }
  if (IN6_IS_ADDR_LOOPBACK(&address)) return "";
  return inet_ntop(AF_INET6, &address, text.data(), text.size());
}

void AddSessions(uint16_t port, std::istream& lines, std::set<std::string>& addresses) {
  std::string line;
  while (std::getline(lines, line)) {
    std::array<char, 33> local{};
    std::array<char, 33> remote{};
    unsigned local_port = 0;
    unsigned state = 0;
    const int read = std::sscanf(line.c_str(), " %*d: %32[0-9A-Fa-f]:%4x %32[0-9A-Fa-f]:%*4x %2x",
                                 local.data(), &local_port, remote.data(), &state);
    if (read != 4 || local_port != port || state != kEstablished) continue;
    const std::string address = AddressText(remote.data());
    if (!address.empty()) addresses.insert(address);
  }
}

}  // namespace

std::vector<std::string> SessionsTo(uint16_t port, const std::string& text) {
  std::set<std::string> addresses;
  std::istringstream lines(text);
  AddSessions(port, lines, addresses);
  return {addresses.begin(), addresses.end()};
}

std::vector<std::string> SessionsTo(uint16_t port) {
  std::set<std::string> addresses;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(path);
    AddSessions(port, lines, addresses);
  }
  return {addresses.begin(), addresses.end()};
}

}  // namespace hostctl::host
