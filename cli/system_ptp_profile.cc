// system ptp profile list | get
#include <algorithm>

#include "cli/commands.h"
#include "cli/connection.h"
#include "cli/exit_code.h"
#include "cli/proto_record.h"
#include "cli/ptp_protocol_options.h"
#include "cli/rate_text.h"
#include "hostctl/v1/ptp.grpc.pb.h"

namespace hostctl::cli {
namespace {

std::string DomainsText(const v1::PtpProfile& profile) {
  return std::to_string(profile.domain_number_minimum()) + "-" +
         std::to_string(profile.domain_number_maximum());
}

Records ProfilesForPeople(const v1::ListPtpProfilesResponse& response) {
  Records records{true, {}, {}};
  for (const v1::PtpProfile& profile : response.profiles()) {
    const v1::PtpProtocol& protocol = profile.protocol();
    records.items.push_back(
        Record("PtpProfile", {{"Name", profile.name()},
                              {"Domain", profile.domain_number()},
                              {"Domains", DomainsText(profile)},
                              {"Role", ProtocolValueText(protocol, "role")},
                              {"Transport", ProtocolValueText(protocol, "transport")},
                              {"Delay", ProtocolValueText(protocol, "delay-mechanism")},
                              {"Announce", RateText(protocol.log_announce_interval())},
                              {"Sync", RateText(protocol.log_sync_interval())},
                              {"Unicast", protocol.unicast_negotiation()},
                              {"Description", profile.description()}}));
  }
  return records;
}

Records ProfileForPeople(const v1::PtpProfile& profile) {
  Record record("PtpProfile", {{"Name", profile.name()},
                               {"Description", profile.description()},
                               {"Profile Identifier", profile.profile_identifier()},
                               {"Domain", profile.domain_number()},
                               {"Domains", DomainsText(profile)}});
  List settings;
  Record values("PtpProtocol", {});
  values.heading = "options of system ptp set";
  for (const ProtocolValue& value : ProtocolValues(profile.protocol())) {
    values.fields.push_back({value.option, value.text});
  }
  settings.emplace_back(std::move(values));
  record.fields.push_back({"Sets", settings});
  return {false, {record}, {}};
}

std::optional<Failure> Ask(Session& session, v1::ListPtpProfilesResponse* response) {
  return session.connection.Call(&v1::PtpService::Stub::ListPtpProfiles,
                                 v1::ListPtpProfilesRequest(), response);
}

Outcome ListProfiles(const Arguments& /*arguments*/, Session& session) {
  v1::ListPtpProfilesResponse response;
  if (auto failure = Ask(session, &response)) return *failure;
  Output output;
  output.human = [response] { return ProfilesForPeople(response); };
  output.machine = [response] { return RecordList(response.profiles()); };
  return output;
}

Outcome GetProfile(const Arguments& arguments, Session& session) {
  v1::ListPtpProfilesResponse response;
  if (auto failure = Ask(session, &response)) return *failure;
  const std::string wanted = arguments.String("profile");
  const auto& profiles = response.profiles();
  const auto found =
      std::find_if(profiles.begin(), profiles.end(),
                   [&wanted](const v1::PtpProfile& profile) { return profile.name() == wanted; });
  if (found == profiles.end()) {
    return Failure{kExitFailed,
                   "There is no profile '" + wanted + "'",
                   {},
                   {"hostctl system ptp profile list"}};
  }
  Output output;
  output.human = [profile = *found] { return ProfileForPeople(profile); };
  output.machine = [profile = *found] { return SingleRecord(profile); };
  return output;
}

Command ListCommand() {
  Command list;
  list.path = {"system", "ptp", "profile"};
  list.name = "list";
  list.description = "List the PTP profiles: presets of everything that decides how PTP speaks.";
  list.rpc = "hostctl.v1.PtpService.ListPtpProfiles";
  list.examples = {{"hostctl system ptp profile list", "Which profiles are there?"}};
  list.format = Format::kTable;
  list.run = ListProfiles;
  return list;
}

Command GetCommand() {
  Command get;
  get.path = {"system", "ptp", "profile"};
  get.name = "get";
  get.description = "Show what a PTP profile sets, each value under its option of system ptp set.";
  get.rpc = "hostctl.v1.PtpService.ListPtpProfiles";
  get.options = {Option{'p', "profile", ValueType::kString, "Name of the profile."}
                     .Live(LiveValues::kProfiles)
                     .Required()};
  get.examples = {
      {"hostctl system ptp profile get --profile g8275.1", "What would the telecom profile set?"}};
  get.run = GetProfile;
  return get;
}

}  // namespace

std::vector<Command> SystemPtpProfileCommands() {
  return {ListCommand(), GetCommand()};
}

}  // namespace hostctl::cli
