#include "service/store/service_document.h"

#include <algorithm>

#include "service/store/members.h"

namespace hostctl::store {

using nlohmann::json;

json ToJson(const ServicePolicies& services) {
  json out = json::object();
  for (const auto& [key, policy] : services) out[key] = {{"policy", WordOf(policy)}};
  return out;
}

ServicePolicies ReadServices(const json& value, const std::string& path, absl::Status& status) {
  ServicePolicies services = DefaultServicePolicies();
  Members members(value, path, status);
  for (auto& [key, policy] : services) {
    if (!members.Has(key)) continue;
    Members service(*members.Get(key), members.PathOf(key), status);
    std::string word;
    service.Read("policy", word);
    service.RefuseOthers();
    const auto* found = std::find_if(kServicePolicyWords.begin(), kServicePolicyWords.end(),
                                     [&word](const auto& entry) { return entry.word == word; });
    if (found != kServicePolicyWords.end()) {
      policy = found->policy;
    } else {
      service.RefuseMember("policy", word, "on, off or automatic");
    }
  }
  members.RefuseOthers();
  return services;
}

}  // namespace hostctl::store
