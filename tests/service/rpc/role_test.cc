#include "service/rpc/role.h"

#include <gtest/gtest.h>

namespace hostctl::rpc {
namespace {

TEST(Role, TheOrganizationalUnitMakesAnAdministrator) {
  EXPECT_TRUE(HasOrganizationalUnit("OU=admin,CN=hostctl test client", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("CN=client,OU=admin,O=example", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("OU=operators,OU=admin", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("CN=client+OU=admin", "admin"));
}

TEST(Role, NothingThatOnlyLooksLikeItDoes) {
  for (const char* subject :
       {"", "CN=client", "CN=admin", "O=admin", "OU=administrators", "OU=", "OU=Admin", "XOU=admin",
        // A name with a comma or plus in it, as RFC 2253 writes it.
        "CN=me\\,OU=admin", "CN=me\\+OU=admin", "OU=admin\\,x", "CN=back\\\\\\,OU=admin",
        "OU=admin\\", "OU=ad\\min"}) {
    EXPECT_FALSE(HasOrganizationalUnit(subject, "admin")) << subject;
  }
}

TEST(Role, AnEscapedBackslashDoesNotHideTheComma) {
  EXPECT_TRUE(HasOrganizationalUnit("CN=back\\\\,OU=admin", "admin"));
}

}  // namespace
}  // namespace hostctl::rpc
