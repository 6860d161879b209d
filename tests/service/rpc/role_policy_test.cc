#include "service/rpc/role_policy.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::rpc {
namespace {

using ::testing::HasSubstr;

CertificateIdentity Named(const std::string& common_name, const std::string& unit = "") {
  CertificateIdentity identity;
  identity.common_name = common_name;
  identity.subject = (unit.empty() ? "" : "OU=" + unit + ",") + "CN=" + common_name;
  return identity;
}

RolePolicy Parsed(const std::string& text) {
  const auto policy = ParseRolePolicy(text);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *policy : RolePolicy();
}

void ExpectRefused(const std::string& text, const std::string& words) {
  const auto policy = ParseRolePolicy(text);
  EXPECT_EQ(policy.status().code(), absl::StatusCode::kInvalidArgument) << text;
  EXPECT_EQ(std::string(policy.status().message()), words);
}

TEST(RolePolicy, TheFirstRuleThatFitsDecides) {
  const RolePolicy policy = Parsed(R"({
    "rules": [
      {"role": "none", "common_name": "laptop-7"},
      {"role": "admin", "organizational_unit": "time-team"},
      {"role": "operator", "common_name": "ansible"}
    ],
    "default_role": "viewer"
  })");
  EXPECT_EQ(RoleOf(policy, Named("alice", "time-team")), Role::kAdmin);
  EXPECT_EQ(RoleOf(policy, Named("laptop-7", "time-team")), Role::kNone);
  EXPECT_EQ(RoleOf(policy, Named("ansible")), Role::kOperator);
  EXPECT_EQ(RoleOf(policy, Named("somebody")), Role::kViewer);
}

TEST(RolePolicy, EveryMemberOfARuleMustFit) {
  const RolePolicy policy = Parsed(
      R"({"rules": [{"role": "admin", "common_name": "alice", "organizational_unit": "ops"}]})");
  EXPECT_EQ(RoleOf(policy, Named("alice", "ops")), Role::kAdmin);
  EXPECT_EQ(RoleOf(policy, Named("alice", "sales")), Role::kNone);
  EXPECT_EQ(RoleOf(policy, Named("bob", "ops")), Role::kNone);
}

TEST(RolePolicy, NamesOfTheSubjectsAlternativesFitToo) {
  const RolePolicy policy = Parsed(R"({"rules": [
      {"role": "operator", "uri": "spiffe://example.org/ansible"},
      {"role": "viewer", "dns_name": "prometheus.example.org"}]})");
  CertificateIdentity identity;
  identity.uris = {"spiffe://example.org/other", "spiffe://example.org/ansible"};
  EXPECT_EQ(RoleOf(policy, identity), Role::kOperator);
  identity = {};
  identity.dns_names = {"prometheus.example.org"};
  EXPECT_EQ(RoleOf(policy, identity), Role::kViewer);
  identity.dns_names = {"prometheus.example.org.evil.org"};
  EXPECT_EQ(RoleOf(policy, identity), Role::kNone);
}

TEST(RolePolicy, WithoutAFileTheUnitDecidesAndTheOthersAreOperators) {
  EXPECT_EQ(RoleOf(DefaultRolePolicy(), Named("x", "admin")), Role::kAdmin);
  EXPECT_EQ(RoleOf(DefaultRolePolicy(), Named("x", "viewer")), Role::kViewer);
  EXPECT_EQ(RoleOf(DefaultRolePolicy(), Named("admin")), Role::kOperator);
}

TEST(RolePolicy, NonsenseIsNamed) {
  ExpectRefused("{", "policy: it is not JSON");
  ExpectRefused("[]", "policy: an object with `rules` is needed");
  ExpectRefused(R"({"rules": {}})", "rules: a list is needed");
  ExpectRefused(R"({"rules": [7]})", "rules[0]: an object is needed");
  ExpectRefused(R"({"rules": [{"role": "root", "common_name": "a"}]})",
                "rules[0].role: 'root' is not none, viewer, operator or admin");
  ExpectRefused(R"({"rules": [{"common_name": "a"}]})",
                "rules[0]: role is missing: none, viewer, operator or admin");
  ExpectRefused(R"({"rules": [{"role": "admin"}]})",
                "rules[0]: it fits every certificate; that is what default_role is for");
  ExpectRefused(R"({"rules": [{"role": "admin", "common_name": ""}]})",
                "rules[0].common_name: a text is needed, not \"\"");
  ExpectRefused(R"({"rules": [{"role": "admin", "cn": "a"}]})",
                "rules[0].cn: there is no such member; known are role, common_name, "
                "organizational_unit, dns_name and uri");
  ExpectRefused(R"({"default": "admin"})",
                "default: there is no such member; known are rules and default_role");
}

TEST(Role, EachMayWhatThoseBeforeItMay) {
  EXPECT_FALSE(MayCall(Role::kNone, v1::ACCESS_READ_ONLY));
  EXPECT_TRUE(MayCall(Role::kViewer, v1::ACCESS_READ_ONLY));
  EXPECT_FALSE(MayCall(Role::kViewer, v1::ACCESS_OPERATOR));
  EXPECT_TRUE(MayCall(Role::kOperator, v1::ACCESS_OPERATOR));
  EXPECT_FALSE(MayCall(Role::kOperator, v1::ACCESS_ADMIN));
  EXPECT_TRUE(MayCall(Role::kAdmin, v1::ACCESS_ADMIN));
  EXPECT_FALSE(MayCall(Role::kAdmin, v1::ACCESS_UNSPECIFIED)) << "what is not marked, nobody";
}

TEST(OrganizationalUnit, IsOneOfTheSubjects) {
  EXPECT_TRUE(HasOrganizationalUnit("OU=admin,CN=hostctl test client", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("CN=client,OU=admin,O=example", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("OU=operators,OU=admin", "admin"));
  EXPECT_TRUE(HasOrganizationalUnit("CN=client+OU=admin", "admin"));
}

TEST(OrganizationalUnit, IsNothingThatOnlyLooksLikeIt) {
  for (const char* subject :
       {"", "CN=client", "CN=admin", "O=admin", "OU=administrators", "OU=", "OU=Admin", "XOU=admin",
        // A name with a comma or plus in it, as RFC 2253 writes it.
        "CN=me\\,OU=admin", "CN=me\\+OU=admin", "OU=admin\\,x", "CN=back\\\\\\,OU=admin",
        "OU=admin\\", "OU=ad\\min"}) {
    EXPECT_FALSE(HasOrganizationalUnit(subject, "admin")) << subject;
  }
}

TEST(OrganizationalUnit, AnEscapedBackslashDoesNotHideTheComma) {
  EXPECT_TRUE(HasOrganizationalUnit("CN=back\\\\,OU=admin", "admin"));
}

}  // namespace
}  // namespace hostctl::rpc
