// Which hostd is meant, and by which credentials: `--socket`, or each `--server`.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace hostctl::cli {

// Where hostd listens on TCP unless told otherwise.
inline constexpr uint16_t kDefaultPort = 7319;

// The client's side of mutual TLS, as the contents of PEM files.
struct Credentials {
  std::string certificate;  // with its chain
  std::string key;
  std::string authority;  // who must have signed the server's certificate
};

struct UnixTarget {
  std::string path;
  // Where everybody may read: asked where `path` may not be opened. May be empty.
  std::string read_only_path = {};
};

struct TcpTarget {
  std::string host;  // a name or an address, IPv6 without brackets
  uint16_t port = kDefaultPort;
  Credentials credentials;
};

using Target = std::variant<UnixTarget, TcpTarget>;

struct ParsedServer {
  bool ok = false;
  std::string host;
  uint16_t port = kDefaultPort;
};

// `esx1`, `esx1:7319`, `192.0.2.1`, `[::1]`, `[::1]:7319`; an IPv6 address without
// brackets is refused, because its port could not be told.
ParsedServer ParseServer(const std::string& text);

// As messages name it: `/run/hostctl/hostd.sock`, `esx1:7319`, `[::1]:7319`.
std::string TargetText(const Target& target);

// As rows of several hosts name it: as TargetText(), but without the usual port.
std::string HostName(const Target& target);

}  // namespace hostctl::cli
