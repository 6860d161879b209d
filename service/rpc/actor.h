// Who makes a call: over TCP the name in the client's certificate, over the unix socket
// the user of the connecting process.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_context.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace hostctl::rpc {

// The user of a group of connections; kNobody until it is known.
using ConnectionUser = std::atomic<int64_t>;
inline constexpr int64_t kNobody = -1;

// Credentials for connections over a unix socket: every call on them is stamped with
// `user`. Clients need none.
std::shared_ptr<grpc::ServerCredentials> StampingCredentials(
    std::shared_ptr<const ConnectionUser> user);

// `root (uid 0)`, `CN=ansible`; `a local user` where nobody knows.
std::string ActorOf(const grpc::ServerContextBase& context);

// `root (uid 0)`; `uid 4711` for a user without a name.
std::string UserText(int64_t uid);

}  // namespace hostctl::rpc
