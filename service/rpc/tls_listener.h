// hostd over TCP: mutual TLS 1.3, off unless asked for. What whoever shows a certificate that
// the authority has signed may do is said by role_policy.h; nobody else gets a word.
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
  // Which certificate has which role (role_policy.h); empty: as that says without a file.
  std::string policy = {};
};

// From here on this process speaks TLS 1.3 only. INVALID_ARGUMENT or PERMISSION_DENIED, naming
// option and file, for one that cannot be read or is no PEM.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MutualTls(const TcpSettings& settings);

}  // namespace hostctl::rpc
