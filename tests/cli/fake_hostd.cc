#include "tests/cli/fake_hostd.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <poll.h>
#include <stdlib.h>  // mkdtemp

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/app.h"
#include "gtest/gtest.h"

namespace hostctl::cli {
namespace {

std::string ReadFile(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

}  // namespace

TemporaryFolder::TemporaryFolder() : folder_("/tmp/hostctl-cli-test-XXXXXX") {
  EXPECT_NE(mkdtemp(folder_.data()), nullptr);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

CallResult RunHostctl(const std::string& socket, const std::string& line) {
  std::vector<std::string> arguments;
  std::istringstream stream(line);
  for (std::string word; stream >> word;) arguments.push_back(word);
  const Environment environment = [&socket](const std::string& name) -> std::optional<std::string> {
    if (name == "HOSTCTL_SOCKET") return socket;
    return std::nullopt;
  };
  std::ostringstream out;
  std::ostringstream err;
  CallResult result;
  result.exit_code = App(environment, {out, err}).Run(arguments);
  result.out = out.str();
  result.err = err.str();
  return result;
}

FakeHostd::FakeHostd(const std::string& certificates) : socket_(folder_.path("hostd.sock")) {
  grpc::ServerBuilder builder;
  if (!certificates.empty()) {
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = ReadFile(certificates + "/ca.crt");
    options.pem_key_cert_pairs.push_back(
        {ReadFile(certificates + "/server.key"), ReadFile(certificates + "/server.crt")});
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
  }
  builder.AddListeningPort("unix:" + socket_, grpc::InsecureServerCredentials());
  builder.RegisterService(static_cast<v1::PtpService::Service*>(this));
  builder.RegisterService(static_cast<v1::FirewallService::Service*>(this));
  builder.RegisterService(static_cast<v1::InterfaceService::Service*>(this));
  builder.RegisterService(static_cast<v1::NtpService::Service*>(this));
  builder.RegisterService(static_cast<v1::HostServiceService::Service*>(this));
  builder.RegisterService(static_cast<v1::TimeService::Service*>(this));
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr);
}

FakeHostd::~FakeHostd() {
  server_->Shutdown(std::chrono::system_clock::now());
}

template <typename Message>
grpc::Status FakeHostd::Answer(grpc::ServerContext* context, const Message& answer,
                               Message* response) {
  ++calls;
  all_had_deadlines =
      all_had_deadlines && context->deadline() != std::chrono::system_clock::time_point::max();
  while (silent && !context->IsCancelled()) poll(nullptr, 0, 1);
  *response = answer;
  return status;
}

grpc::Status FakeHostd::GetPtp(grpc::ServerContext* context, const v1::GetPtpRequest* /*request*/,
                               v1::Ptp* response) {
  return Answer(context, ptp, response);
}

grpc::Status FakeHostd::UpdatePtp(grpc::ServerContext* context, const v1::UpdatePtpRequest* request,
                                  v1::UpdatePtpResponse* response) {
  update_ptp = *request;
  return Answer(context, updated_ptp, response);
}

grpc::Status FakeHostd::GetPtpStats(grpc::ServerContext* context,
                                    const v1::GetPtpStatsRequest* /*request*/,
                                    v1::PtpStats* response) {
  return Answer(context, stats, response);
}

grpc::Status FakeHostd::WatchPtpStats(grpc::ServerContext* context,
                                      const v1::WatchPtpStatsRequest* request,
                                      grpc::ServerWriter<v1::WatchPtpStatsResponse>* writer) {
  watch_ptp_stats = *request;
  for (const v1::WatchPtpStatsResponse& response : watched) writer->Write(response);
  while ((silent || keeps_watching) && !context->IsCancelled()) poll(nullptr, 0, 1);
  return status;
}

grpc::Status FakeHostd::TestPtp(grpc::ServerContext* /*context*/, const v1::TestPtpRequest* request,
                                grpc::ServerWriter<v1::TestProgress>* writer) {
  test_ptp = *request;
  for (const v1::TestProgress& progress : tested) writer->Write(progress);
  return status;
}

grpc::Status FakeHostd::GetPtpHistory(grpc::ServerContext* context,
                                      const v1::GetPtpHistoryRequest* request,
                                      v1::PtpHistory* response) {
  get_ptp_history = *request;
  return Answer(context, history, response);
}

grpc::Status FakeHostd::ListPtpProfiles(grpc::ServerContext* context,
                                        const v1::ListPtpProfilesRequest* /*request*/,
                                        v1::ListPtpProfilesResponse* response) {
  return Answer(context, profiles, response);
}

grpc::Status FakeHostd::ListPtpPorts(grpc::ServerContext* context,
                                     const v1::ListPtpPortsRequest* /*request*/,
                                     v1::ListPtpPortsResponse* response) {
  return Answer(context, ports, response);
}

grpc::Status FakeHostd::ListPtpMasters(grpc::ServerContext* context,
                                       const v1::ListPtpMastersRequest* /*request*/,
                                       v1::ListPtpMastersResponse* response) {
  return Answer(context, masters, response);
}

grpc::Status FakeHostd::GetFirewall(grpc::ServerContext* context,
                                    const v1::GetFirewallRequest* /*request*/,
                                    v1::Firewall* response) {
  return Answer(context, firewall, response);
}

grpc::Status FakeHostd::ListRulesets(grpc::ServerContext* context,
                                     const v1::ListRulesetsRequest* request,
                                     v1::ListRulesetsResponse* response) {
  list_rulesets = *request;
  return Answer(context, rulesets, response);
}

grpc::Status FakeHostd::ListRules(grpc::ServerContext* context, const v1::ListRulesRequest* request,
                                  v1::ListRulesResponse* response) {
  list_rules = *request;
  return Answer(context, rules, response);
}

grpc::Status FakeHostd::UpdateRuleset(grpc::ServerContext* context,
                                      const v1::UpdateRulesetRequest* request,
                                      v1::UpdateRulesetResponse* response) {
  update_ruleset = *request;
  return Answer(context, updated_ruleset, response);
}

grpc::Status FakeHostd::UpdateFirewall(grpc::ServerContext* context,
                                       const v1::UpdateFirewallRequest* request,
                                       v1::UpdateFirewallResponse* response) {
  update_firewall = *request;
  return Answer(context, updated_firewall, response);
}

grpc::Status FakeHostd::ConfirmFirewall(grpc::ServerContext* context,
                                        const v1::ConfirmFirewallRequest* /*request*/,
                                        v1::ConfirmFirewallResponse* response) {
  return Answer(context, confirmed_firewall, response);
}

grpc::Status FakeHostd::LoadFirewall(grpc::ServerContext* context,
                                     const v1::LoadFirewallRequest* request,
                                     v1::LoadFirewallResponse* response) {
  load_firewall = *request;
  return Answer(context, loaded_firewall, response);
}

grpc::Status FakeHostd::UnloadFirewall(grpc::ServerContext* context,
                                       const v1::UnloadFirewallRequest* request,
                                       v1::UnloadFirewallResponse* response) {
  unload_firewall = *request;
  return Answer(context, unloaded_firewall, response);
}

grpc::Status FakeHostd::RefreshFirewall(grpc::ServerContext* context,
                                        const v1::RefreshFirewallRequest* request,
                                        v1::RefreshFirewallResponse* response) {
  refresh_firewall = *request;
  return Answer(context, refreshed_firewall, response);
}

grpc::Status FakeHostd::GetRulesetClients(grpc::ServerContext* context,
                                          const v1::GetRulesetClientsRequest* request,
                                          v1::GetRulesetClientsResponse* response) {
  get_clients = *request;
  return Answer(context, clients, response);
}

grpc::Status FakeHostd::AddAllowedIps(grpc::ServerContext* context,
                                      const v1::AddAllowedIpsRequest* request,
                                      v1::AddAllowedIpsResponse* response) {
  add_ips = *request;
  return Answer(context, added_ips, response);
}

grpc::Status FakeHostd::RemoveAllowedIps(grpc::ServerContext* context,
                                         const v1::RemoveAllowedIpsRequest* request,
                                         v1::RemoveAllowedIpsResponse* response) {
  remove_ips = *request;
  return Answer(context, removed_ips, response);
}

grpc::Status FakeHostd::ListInterfaces(grpc::ServerContext* context,
                                       const v1::ListInterfacesRequest* request,
                                       v1::ListInterfacesResponse* response) {
  list_interfaces = *request;
  return Answer(context, interfaces, response);
}

grpc::Status FakeHostd::AddInterface(grpc::ServerContext* context,
                                     const v1::AddInterfaceRequest* request,
                                     v1::AddInterfaceResponse* response) {
  add_interface = *request;
  return Answer(context, added_interface, response);
}

grpc::Status FakeHostd::UpdateInterface(grpc::ServerContext* context,
                                        const v1::UpdateInterfaceRequest* request,
                                        v1::UpdateInterfaceResponse* response) {
  update_interface = *request;
  return Answer(context, updated_interface, response);
}

grpc::Status FakeHostd::RemoveInterface(grpc::ServerContext* context,
                                        const v1::RemoveInterfaceRequest* request,
                                        v1::RemoveInterfaceResponse* response) {
  remove_interface = *request;
  return Answer(context, removed_interface, response);
}

grpc::Status FakeHostd::ListMulticastGroups(grpc::ServerContext* context,
                                            const v1::ListMulticastGroupsRequest* request,
                                            v1::ListMulticastGroupsResponse* response) {
  list_multicast_groups = *request;
  return Answer(context, multicast_groups, response);
}

grpc::Status FakeHostd::GetNtp(grpc::ServerContext* context, const v1::GetNtpRequest* /*request*/,
                               v1::Ntp* response) {
  return Answer(context, ntp, response);
}

grpc::Status FakeHostd::UpdateNtp(grpc::ServerContext* context, const v1::UpdateNtpRequest* request,
                                  v1::UpdateNtpResponse* response) {
  update_ntp = *request;
  return Answer(context, updated_ntp, response);
}

grpc::Status FakeHostd::GetNtpConfiguration(grpc::ServerContext* context,
                                            const v1::GetNtpConfigurationRequest* /*request*/,
                                            v1::NtpConfiguration* response) {
  return Answer(context, ntp_configuration, response);
}

grpc::Status FakeHostd::GetNtpStats(grpc::ServerContext* context,
                                    const v1::GetNtpStatsRequest* /*request*/,
                                    v1::NtpStats* response) {
  return Answer(context, ntp_stats, response);
}

grpc::Status FakeHostd::ListServices(grpc::ServerContext* context,
                                     const v1::ListServicesRequest* request,
                                     v1::ListServicesResponse* response) {
  list_services = *request;
  return Answer(context, services, response);
}

template <typename Response>
grpc::Status FakeHostd::AnswerChanges(grpc::ServerContext* context, Response* response) {
  Response answer;
  *answer.mutable_changes() = service_changes;
  return Answer(context, answer, response);
}

grpc::Status FakeHostd::StartService(grpc::ServerContext* context,
                                     const v1::StartServiceRequest* request,
                                     v1::StartServiceResponse* response) {
  start_service = *request;
  return AnswerChanges(context, response);
}

grpc::Status FakeHostd::StopService(grpc::ServerContext* context,
                                    const v1::StopServiceRequest* request,
                                    v1::StopServiceResponse* response) {
  stop_service = *request;
  return AnswerChanges(context, response);
}

grpc::Status FakeHostd::RestartService(grpc::ServerContext* context,
                                       const v1::RestartServiceRequest* request,
                                       v1::RestartServiceResponse* response) {
  restart_service = *request;
  return AnswerChanges(context, response);
}

grpc::Status FakeHostd::UpdateService(grpc::ServerContext* context,
                                      const v1::UpdateServiceRequest* request,
                                      v1::UpdateServiceResponse* response) {
  update_service = *request;
  return AnswerChanges(context, response);
}

grpc::Status FakeHostd::GetTimeStatus(grpc::ServerContext* context,
                                      const v1::GetTimeStatusRequest* /*request*/,
                                      v1::TimeStatus* response) {
  return Answer(context, time_status, response);
}

grpc::Status FakeHostd::GetTime(grpc::ServerContext* context, const v1::GetTimeRequest* /*request*/,
                                v1::SystemTime* response) {
  return Answer(context, system_time, response);
}

grpc::Status FakeHostd::SetTime(grpc::ServerContext* context, const v1::SetTimeRequest* request,
                                v1::SetTimeResponse* response) {
  set_time = *request;
  v1::SetTimeResponse answer;
  *answer.mutable_changes() = time_changes;
  return Answer(context, answer, response);
}

grpc::Status FakeHostd::GetHardwareClock(grpc::ServerContext* context,
                                         const v1::GetHardwareClockRequest* /*request*/,
                                         v1::HardwareClock* response) {
  return Answer(context, hardware_clock, response);
}

grpc::Status FakeHostd::SetHardwareClock(grpc::ServerContext* context,
                                         const v1::SetHardwareClockRequest* request,
                                         v1::SetHardwareClockResponse* response) {
  set_hardware_clock = *request;
  v1::SetHardwareClockResponse answer;
  *answer.mutable_changes() = time_changes;
  return Answer(context, answer, response);
}

grpc::Status FakeHostd::ListTimeZones(grpc::ServerContext* context,
                                      const v1::ListTimeZonesRequest* /*request*/,
                                      v1::ListTimeZonesResponse* response) {
  return Answer(context, time_zones, response);
}

grpc::Status FakeHostd::SetTimeZone(grpc::ServerContext* context,
                                    const v1::SetTimeZoneRequest* request,
                                    v1::SetTimeZoneResponse* response) {
  set_time_zone = *request;
  v1::SetTimeZoneResponse answer;
  *answer.mutable_changes() = time_changes;
  return Answer(context, answer, response);
}

}  // namespace hostctl::cli
