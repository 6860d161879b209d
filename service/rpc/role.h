// Who calls, as far as it decides what he may do. Over the unix socket everybody who may
// open it (its mode is 0660) is an administrator; over TCP only whose certificate says so:
// with `OU=admin` in its subject.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace grpc {
class AuthContext;
class ServerContextBase;
}  // namespace grpc

namespace hostctl::rpc {

enum class Role { kUser, kAdministrator };

// Of the caller of a call.
Role RoleOf(const grpc::ServerContextBase& context);

// By the properties that gRPC's security gives a connection, and the address of the peer.
// What is neither TLS nor a unix socket has no rights beyond a user's.
Role RoleOf(const grpc::AuthContext& connection, const std::string& peer);

// Whether the subject of a certificate, as RFC 2253 writes it (`OU=admin,CN=client`), has
// that organizational unit.
bool HasOrganizationalUnit(const std::string& subject, const std::string& unit);

// OK, or PERMISSION_DENIED ADMIN_REQUIRED. `what` completes "only administrators may ...".
absl::Status RequireAdministrator(const grpc::ServerContextBase& context, const std::string& what);

}  // namespace hostctl::rpc
