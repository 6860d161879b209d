// When the host's services shall run: what the user has set for good (policy) and
// what was done by hand since the host started.
#pragma once

#include <array>
#include <map>
#include <string>

namespace hostctl::store {

enum class ServicePolicy {
  kOn,         // with the host
  kOff,        // started by hand only
  kAutomatic,  // if and only if its firewall ruleset is open
};

// Service key (`ptpd`) -> policy; holds every service of hostd.
using ServicePolicies = std::map<std::string, ServicePolicy>;

// As on a host where nobody has set anything.
inline ServicePolicies DefaultServicePolicies() {
  return {{"chronyd", ServicePolicy::kOff}, {"ptpd", ServicePolicy::kOn}};
}

struct ServicePolicyWord {
  ServicePolicy policy;
  const char* word;
};
inline constexpr std::array<ServicePolicyWord, 3> kServicePolicyWords = {{
    {ServicePolicy::kOn, "on"},
    {ServicePolicy::kOff, "off"},
    {ServicePolicy::kAutomatic, "automatic"},
}};

// `on`, `off`, `automatic`.
inline std::string WordOf(ServicePolicy policy) {
  for (const ServicePolicyWord& entry : kServicePolicyWords) {
    if (entry.policy == policy) return entry.word;
  }
  return "";
}

// What somebody has done to a service since the host started.
enum class ByHand { kStarted, kStopped };

// Service key -> what was done last; a service that nobody touched is not there.
using ServicesByHand = std::map<std::string, ByHand>;

}  // namespace hostctl::store
