// Who makes a call: over TCP the certificate that the client shows, over a unix socket the
// connecting process and its user.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "service/rpc/role_policy.h"

namespace hostctl::rpc {

inline constexpr int64_t kNobody = -1;

// The process at the other end of a unix socket (SO_PEERCRED).
struct UnixPeer {
  int64_t uid = kNobody;
  int pid = 0;  // 0: not known
};

// The process behind the connections of one acceptor (unix_callers.h). Thread-safe.
class ConnectionPeer {
 public:
  UnixPeer load() const;
  void store(UnixPeer peer);

 private:
  mutable std::mutex mutex_;
  UnixPeer peer_;
};

// Credentials for connections over a unix socket: every call on them is stamped with `peer` as
// it is when the first one is made, and with `role`. Clients need none.
std::shared_ptr<grpc::ServerCredentials> StampingCredentials(
    std::shared_ptr<const ConnectionPeer> peer, Role role);

struct Caller {
  Role role = Role::kNone;
  // `root (uid 0)`, `CN=ansible`; `a local user` where nobody knows.
  std::string name;
  UnixPeer process;         // over a unix socket
  std::string certificate;  // over TCP: the subject
  std::string from;         // `admin socket`, `read-only socket`, or the peer's address
  // The same for all calls of one user or one certificate.
  std::string key;
};

// The role of who shows a certificate.
using RoleOfCertificate = std::function<Role(const CertificateIdentity&)>;

// What is neither TLS nor one of our sockets has no role.
Caller CallerOf(const grpc::ServerContextBase& context, const RoleOfCertificate& role_of);

// Caller::name alone.
std::string ActorOf(const grpc::ServerContextBase& context);

// `root (uid 0)`; `uid 4711` for a user without a name.
std::string UserText(int64_t uid);

}  // namespace hostctl::rpc
