// See role_policy.h.
#include "service/rpc/role_policy.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

using nlohmann::json;

constexpr char kRoles[] = "none, viewer, operator or admin";

absl::Status Wrong(const std::string& where, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

absl::StatusOr<std::string> Text(const json& value, const std::string& where) {
  if (value.is_string() && !value.get_ref<const std::string&>().empty()) {
    return value.get<std::string>();
  }
  return Wrong(where, absl::StrCat("a text is needed, not ",
                                   value.dump(-1, ' ', false, json::error_handler_t::replace)));
}

absl::StatusOr<Role> ParseRole(const json& value, const std::string& where) {
  const auto text = Text(value, where);
  if (!text.ok()) return text.status();
  for (const Role role : {Role::kNone, Role::kViewer, Role::kOperator, Role::kAdmin}) {
    if (*text == RoleText(role)) return role;
  }
  return Wrong(where, absl::StrCat("'", *text, "' is not ", kRoles));
}

absl::StatusOr<RoleRule> ParseRule(const json& value, const std::string& where) {
  if (!value.is_object()) return Wrong(where, "an object is needed");
  RoleRule rule;
  const std::map<std::string, std::optional<std::string>*> members = {
      {"common_name", &rule.common_name},
      {"organizational_unit", &rule.organizational_unit},
      {"dns_name", &rule.dns_name},
      {"uri", &rule.uri}};
  for (const auto& [name, content] : value.items()) {
    if (name == "role") continue;
    const std::string path = absl::StrCat(where, ".", name);
    const auto member = members.find(name);
    if (member == members.end()) {
      return Wrong(path,
                   "there is no such member; known are role, common_name, organizational_unit, "
                   "dns_name and uri");
    }
    auto text = Text(content, path);
    if (!text.ok()) return text.status();
    *member->second = *std::move(text);
  }
  if (!value.contains("role")) return Wrong(where, absl::StrCat("role is missing: ", kRoles));
  const auto role = ParseRole(value["role"], where + ".role");
  if (!role.ok()) return role.status();
  rule.role = *role;
  if (value.size() == 1) {
    return Wrong(where, "it fits every certificate; that is what default_role is for");
  }
  return rule;
}

bool Contains(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

bool Fits(const RoleRule& rule, const CertificateIdentity& identity) {
  if (rule.common_name && *rule.common_name != identity.common_name) return false;
  if (rule.organizational_unit &&
      !HasOrganizationalUnit(identity.subject, *rule.organizational_unit)) {
    return false;
  }
  if (rule.dns_name && !Contains(identity.dns_names, *rule.dns_name)) return false;
  return !rule.uri || Contains(identity.uris, *rule.uri);
}

}  // namespace

std::string RoleText(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kOperator:
      return "operator";
    case Role::kAdmin:
      return "admin";
    case Role::kNone:
      break;
  }
  return "none";
}

bool MayCall(Role role, v1::Access access) {
  switch (access) {
    case v1::ACCESS_READ_ONLY:
      return role >= Role::kViewer;
    case v1::ACCESS_OPERATOR:
      return role >= Role::kOperator;
    case v1::ACCESS_ADMIN:
      return role >= Role::kAdmin;
    default:
      return false;
  }
}

RolePolicy DefaultRolePolicy() {
  RolePolicy policy;
  policy.default_role = Role::kOperator;
  for (const Role role : {Role::kAdmin, Role::kViewer}) {
    RoleRule rule;
    rule.role = role;
    rule.organizational_unit = RoleText(role);
    policy.rules.push_back(std::move(rule));
  }
  return policy;
}

absl::StatusOr<RolePolicy> ParseRolePolicy(const std::string& text) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return Wrong("policy", "it is not JSON");
  if (!document.is_object()) return Wrong("policy", "an object with `rules` is needed");
  RolePolicy policy;
  for (const auto& [name, value] : document.items()) {
    if (name == "default_role") {
      const auto role = ParseRole(value, name);
      if (!role.ok()) return role.status();
      policy.default_role = *role;
    } else if (name == "rules") {
      if (!value.is_array()) return Wrong(name, "a list is needed");
      for (size_t i = 0; i < value.size(); ++i) {
        auto rule = ParseRule(value[i], absl::StrCat("rules[", i, "]"));
        if (!rule.ok()) return rule.status();
        policy.rules.push_back(*std::move(rule));
      }
    } else {
      return Wrong(name, "there is no such member; known are rules and default_role");
    }
  }
  return policy;
}

Role RoleOf(const RolePolicy& policy, const CertificateIdentity& identity) {
  for (const RoleRule& rule : policy.rules) {
    if (Fits(rule, identity)) return rule.role;
  }
  return policy.default_role;
}

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

}  // namespace hostctl::rpc
