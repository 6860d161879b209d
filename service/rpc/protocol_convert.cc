#include "service/rpc/protocol_convert.h"

#include "absl/strings/str_cat.h"
#include "ptpcore/profile/protocol_field.h"

namespace hostctl::rpc {
namespace {

namespace profile = ptpcore::profile;

std::string PathOf(const profile::ProtocolField& field) {
  return absl::StrCat("protocol.", field.name);
}

}  // namespace

std::set<std::string> ProtocolPaths() {
  std::set<std::string> paths = {"profile",
                                 "protocol",
                                 "unicast_masters",
                                 "acceptable_masters",
                                 "management",
                                 "management.enabled",
                                 "management.allow_set",
                                 "authentication",
                                 "authentication.association_file",
                                 "authentication.security_parameter_pointer",
                                 "authentication.active_key_id",
                                 "authentication.allow_unauthenticated"};
  for (const profile::ProtocolField& field : profile::ProtocolFields()) paths.insert(PathOf(field));
  return paths;
}

reconcile::ProtocolUpdate ProtocolUpdateOf(const v1::PtpConfig& config,
                                           const std::set<std::string>& fields) {
  const auto named = [&fields](const std::string& path) { return fields.count(path) > 0; };
  reconcile::ProtocolUpdate update;
  if (named("profile")) update.profile = config.profile();
  if (named("protocol")) update.values = config.protocol();
  for (const profile::ProtocolField& field : profile::ProtocolFields()) {
    if (!named(PathOf(field))) continue;
    auto& value = update.some_values[field.name];
    if (field.has(config.protocol())) value = field.get(config.protocol());
  }
  if (named("unicast_masters")) {
    update.unicast_masters.emplace(config.unicast_masters().begin(),
                                   config.unicast_masters().end());
  }
  if (named("acceptable_masters")) {
    update.acceptable_masters.emplace(config.acceptable_masters().begin(),
                                      config.acceptable_masters().end());
  }
  const v1::ManagementPolicy& management = config.management();
  if (named("management") || named("management.enabled")) {
    update.management_enabled = !management.has_enabled() || management.enabled();
  }
  if (named("management") || named("management.allow_set")) {
    update.management_allow_set = management.allow_set();
  }
  const auto named_of_authentication = [&named](const char* member) {
    return named("authentication") || named(absl::StrCat("authentication.", member));
  };
  const v1::PtpAuthentication& authentication = config.authentication();
  reconcile::AuthenticationUpdate& keys = update.authentication;
  if (named_of_authentication("association_file")) {
    keys.association_file = authentication.association_file();
  }
  if (named_of_authentication("security_parameter_pointer")) {
    keys.security_parameter_pointer = authentication.security_parameter_pointer();
  }
  if (named_of_authentication("active_key_id")) {
    keys.active_key_id = authentication.active_key_id();
  }
  if (named_of_authentication("allow_unauthenticated")) {
    keys.allow_unauthenticated = authentication.allow_unauthenticated();
  }
  return update;
}

void SetProtocol(const profile::Settings& settings, v1::Ptp& ptp) {
  v1::PtpConfig& config = *ptp.mutable_config();
  config.set_profile(settings.profile);
  *config.mutable_protocol() = settings.values;
  for (const std::string& master : settings.unicast_masters) config.add_unicast_masters(master);
  for (const auto& master : settings.acceptable_masters) {
    *config.add_acceptable_masters() = master;
  }
  config.mutable_management()->set_enabled(settings.management_enabled);
  config.mutable_management()->set_allow_set(settings.management_allow_set);
  *config.mutable_authentication() = settings.authentication;
  *ptp.mutable_effective_protocol() = profile::Effective(settings.profile, settings.values);
}

}  // namespace hostctl::rpc
