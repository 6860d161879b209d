// Which certificate has which role, from a policy file:
//
//   {
//     "rules": [
//       {"role": "none", "common_name": "laptop-7"},
//       {"role": "admin", "organizational_unit": "time-team"},
//       {"role": "operator", "uri": "spiffe://example.org/ansible"},
//       {"role": "viewer", "dns_name": "prometheus.example.org"}
//     ],
//     "default_role": "none"
//   }
//
// The first rule whose every member fits decides; `default_role` is for certificates that
// none fits (`none` when absent). `none` may call nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hostctl/v1/access.pb.h"

namespace hostctl::rpc {

// What a caller may do: each what those before it may.
enum class Role { kNone, kViewer, kOperator, kAdmin };

// `none`, `viewer`, `operator`, `admin`.
std::string RoleText(Role role);

// Whether `role` is enough for a method that is marked `access`; never for one that is not.
bool MayCall(Role role, v1::Access access);

// What a certificate says of who shows it.
struct CertificateIdentity {
  std::string common_name;
  std::string subject;  // as RFC 2253 writes it: `OU=admin,CN=client`
  std::vector<std::string> dns_names;
  std::vector<std::string> uris;
};

struct RoleRule {
  Role role = Role::kNone;
  // Absent: anything fits. At least one is there.
  std::optional<std::string> common_name;
  std::optional<std::string> organizational_unit;
  std::optional<std::string> dns_name;
  std::optional<std::string> uri;
};

struct RolePolicy {
  std::vector<RoleRule> rules;
  Role default_role = Role::kNone;
};

// Without a file: `OU=admin` makes an admin, `OU=viewer` a viewer, and every other certificate
// of the authority an operator.
RolePolicy DefaultRolePolicy();

// From the text of a policy file. INVALID_ARGUMENT names the member, its value and what is
// allowed.
absl::StatusOr<RolePolicy> ParseRolePolicy(const std::string& text);

// The role of who shows a certificate.
Role RoleOf(const RolePolicy& policy, const CertificateIdentity& identity);

// Whether the subject of a certificate, as RFC 2253 writes it, has that organizational unit.
bool HasOrganizationalUnit(const std::string& subject, const std::string& unit);

}  // namespace hostctl::rpc
