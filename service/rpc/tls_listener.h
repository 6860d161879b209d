// hostd over TCP: mutual TLS, off unless asked for. Whoever shows a certificate
// that the authority has signed may do everything but what role.h keeps to
// administrators; nobody else gets a word.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace hostctl::rpc {

struct TcpSettings {
  std::string address;  // HOST:PORT, IPv6 in brackets; port 0: any free one
  // PEM files: the server's certificate with its chain, its key, and the authority
  // that must have signed a client's certificate. Read again when they change.
  std::string certificate;
  std::string key;
  std::string authority;
};

// INVALID_ARGUMENT or PERMISSION_DENIED, naming option and file, for one that cannot
// be read or is no PEM.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTls(const TcpSettings& settings);

}  // namespace hostctl::rpc
