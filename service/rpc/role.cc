#include "service/rpc/role.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"

namespace hostctl::rpc {
namespace {

constexpr char kAdministrators[] = "admin";

// The value of the property that comes first; empty without one.
std::string PropertyOf(const grpc::AuthContext& connection, const std::string& name) {
  const std::vector<grpc::string_ref> values = connection.FindPropertyValues(name);
  return values.empty() ? "" : std::string(values[0].data(), values[0].size());
}

}  // namespace

bool HasOrganizationalUnit(const std::string& subject, const std::string& unit) {
  const std::string wanted = absl::StrCat("OU=", unit);
  // Attributes are separated by `,` or `+`; in a value both have a backslash before them.
  std::string attribute;
  for (size_t i = 0; i <= subject.size(); ++i) {
    if (i == subject.size() || subject[i] == ',' || subject[i] == '+') {
      if (attribute == wanted) return true;
      attribute.clear();
    } else if (subject[i] == '\\' && i + 1 < subject.size()) {
      attribute += subject[i];
      attribute += subject[++i];
    } else {
      attribute += subject[i];
    }
  }
  return false;
}

Role RoleOf(const grpc::AuthContext& connection, const std::string& peer) {
  const std::string security = PropertyOf(connection, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME);
  if (security == GRPC_SSL_TRANSPORT_SECURITY_TYPE ||
      security == GRPC_TLS_TRANSPORT_SECURITY_TYPE) {
    const std::string subject = PropertyOf(connection, GRPC_X509_SUBJECT_PROPERTY_NAME);
    return HasOrganizationalUnit(subject, kAdministrators) ? Role::kAdministrator : Role::kUser;
  }
  return absl::StartsWith(peer, "unix:") ? Role::kAdministrator : Role::kUser;
}

Role RoleOf(const grpc::ServerContextBase& context) {
  const auto connection = context.auth_context();
  if (connection == nullptr) return Role::kUser;
  return RoleOf(*connection, context.peer());
}

absl::Status RequireAdministrator(const grpc::ServerContextBase& context, const std::string& what) {
  if (RoleOf(context) == Role::kAdministrator) return absl::OkStatus();
  return reconcile::Failure(
      absl::StatusCode::kPermissionDenied, absl::StrCat("only administrators may ", what),
      {"ADMIN_REQUIRED", "",
       "call over the unix socket on the host itself, or show a certificate with OU=admin in "
       "its subject"});
}

}  // namespace hostctl::rpc
