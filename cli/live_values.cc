#include "cli/live_values.h"

#include "cli/connection.h"
#include "hostctl/v1/firewall.grpc.pb.h"
#include "hostctl/v1/interface.grpc.pb.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

std::vector<Candidate> Interfaces(Connection& connection, bool devices) {
  v1::ListInterfacesResponse response;
  if (connection.Call(&v1::InterfaceService::Stub::ListInterfaces, v1::ListInterfacesRequest(),
                      &response)) {
    return {};
  }
  std::vector<Candidate> names;
  for (const v1::Interface& interface : response.interfaces()) {
    if (!devices) names.push_back({interface.name(), interface.device()});
    if (devices && !interface.device().empty()) {
      names.push_back({interface.device(), interface.name()});
    }
  }
  return names;
}

std::vector<Candidate> Rulesets(Connection& connection) {
  v1::ListRulesetsResponse response;
  if (connection.Call(&v1::FirewallService::Stub::ListRulesets, v1::ListRulesetsRequest(),
                      &response)) {
    return {};
  }
  std::vector<Candidate> names;
  for (const v1::Ruleset& ruleset : response.rulesets()) {
    names.push_back({ruleset.ruleset_id(), ruleset.description()});
  }
  return names;
}

std::vector<Candidate> Profiles(Connection& connection) {
  v1::ListPtpProfilesResponse response;
  if (connection.Call(&v1::PtpService::Stub::ListPtpProfiles, v1::ListPtpProfilesRequest(),
                      &response)) {
    return {};
  }
  std::vector<Candidate> names;
  for (const v1::PtpProfile& profile : response.profiles()) {
    names.push_back({profile.name(), profile.description()});
  }
  return names;
}

}  // namespace

std::vector<Candidate> AskLiveValues(LiveValues kind, Connection& connection) {
  switch (kind) {
    case LiveValues::kInterfaces:
      return Interfaces(connection, false);
    case LiveValues::kDevices:
      return Interfaces(connection, true);
    case LiveValues::kRulesets:
      return Rulesets(connection);
    case LiveValues::kProfiles:
      return Profiles(connection);
    case LiveValues::kServices:
      // The same on every host, see service.proto.
      return {{"ptpd", "PTP Daemon"}, {"chronyd", "NTP Daemon"}};
    case LiveValues::kNone:
      break;
  }
  return {};
}

}  // namespace hostctl::cli
