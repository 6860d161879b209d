#include "cli/target.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace hostctl::cli {
namespace {

bool IsIpv6(const std::string& text) {
  in6_addr address{};
  // A zone (`fe80::1%eth0`) is for the kernel to judge.
  return inet_pton(AF_INET6, text.substr(0, text.find('%')).c_str(), &address) == 1;
}

bool IsHost(const std::string& text) {
  constexpr size_t kLongestName = 253;  // RFC 1035 2.3.4
  return !text.empty() && text.size() <= kLongestName && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.' || c == '_';
         });
}

bool ParsePort(const std::string& text, uint16_t* port) {
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, *port);
  return result.ec == std::errc() && result.ptr == end && *port != 0;
}

}  // namespace

ParsedServer ParseServer(const std::string& text) {
  ParsedServer server;
  std::string rest;
  if (!text.empty() && text.front() == '[') {
    const size_t end = text.find(']');
    if (end == std::string::npos) return server;
    server.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!IsIpv6(server.host)) return server;
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    server.host = text.substr(0, colon);
    rest = text.substr(colon);
    if (!IsHost(server.host)) return server;
  }
  server.ok = rest.empty() || (rest.front() == ':' && ParsePort(rest.substr(1), &server.port));
  return server;
}

std::string TargetText(const Target& target) {
  if (const auto* local = std::get_if<UnixTarget>(&target)) return local->path;
  const auto& remote = std::get<TcpTarget>(target);
  const bool ipv6 = remote.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + remote.host + "]" : remote.host) + ":" + std::to_string(remote.port);
}

std::string HostName(const Target& target) {
  const auto* remote = std::get_if<TcpTarget>(&target);
  if (remote != nullptr && remote->port == kDefaultPort) return remote->host;
  return TargetText(target);
}

}  // namespace hostctl::cli
