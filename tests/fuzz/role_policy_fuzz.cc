// Whatever stands in a policy file, or in the subject of a certificate: it is refused in words,
// or gives a role that there is; and a document without `admin` in it makes nobody an admin.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "service/rpc/role_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace rpc = hostctl::rpc;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(rpc::HasOrganizationalUnit(text, "admin"));
  const auto policy = rpc::ParseRolePolicy(text);
  if (!policy.ok()) {
    if (policy.status().message().empty()) std::abort();
    return 0;
  }
  rpc::CertificateIdentity identity;
  identity.common_name = "alice";
  identity.subject = "OU=ops,CN=alice";
  identity.dns_names = {"a.example"};
  identity.uris = {"spiffe://example.org/a"};
  const rpc::Role role = rpc::RoleOf(*policy, identity);
  // An escape (\u0061) may write it otherwise.
  const bool named =
      text.find("admin") != std::string::npos || text.find('\\') != std::string::npos;
  if (role == rpc::Role::kAdmin && !named) std::abort();
  return 0;
}
