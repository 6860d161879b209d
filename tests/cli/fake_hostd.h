// A hostd for tests: the real services' interface in this process, on a unix
// socket of its own, with answers a test sets and requests a test reads.
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hostctl/v1/firewall.grpc.pb.h"
#include "hostctl/v1/interface.grpc.pb.h"
#include "hostctl/v1/ntp.grpc.pb.h"
#include "hostctl/v1/ptp.grpc.pb.h"
#include "hostctl/v1/service.grpc.pb.h"
#include "hostctl/v1/time.grpc.pb.h"

namespace hostctl::cli {

// A folder that is removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

 private:
  std::string folder_;
};

// What one hostctl call did.
struct CallResult {
  int exit_code = -1;
  std::string out;
  std::string err;
};

// Runs hostctl on `line`, split at blanks, with HOSTCTL_SOCKET set to `socket`.
CallResult RunHostctl(const std::string& socket, const std::string& line);

class FakeHostd final : public v1::PtpService::Service,
                        public v1::FirewallService::Service,
                        public v1::InterfaceService::Service,
                        public v1::NtpService::Service,
                        public v1::HostServiceService::Service,
                        public v1::TimeService::Service {
 public:
  // On a unix socket; also on a TCP port of 127.0.0.1 with the certificates that
  // make-test-ca wrote into the folder `certificates`, if it is named.
  explicit FakeHostd(const std::string& certificates = "");
  ~FakeHostd() override;

  CallResult Run(const std::string& line) { return RunHostctl(socket_, line); }
  const std::string& socket() const { return socket_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Answers of the calls of the same names, unless `status` is an error.
  grpc::Status status;
  v1::Ptp ptp;
  v1::PtpStats stats;
  v1::UpdatePtpResponse updated_ptp;
  v1::PtpHistory history;
  v1::ListPtpProfilesResponse profiles;
  v1::ListPtpPortsResponse ports;
  v1::ListPtpMastersResponse masters;
  std::vector<v1::WatchPtpStatsResponse> watched;
  std::vector<v1::TestProgress> tested;
  v1::Firewall firewall;
  v1::ListRulesetsResponse rulesets;
  v1::ListRulesResponse rules;
  v1::UpdateRulesetResponse updated_ruleset;
  v1::UpdateFirewallResponse updated_firewall;
  v1::ConfirmFirewallResponse confirmed_firewall;
  v1::LoadFirewallResponse loaded_firewall;
  v1::UnloadFirewallResponse unloaded_firewall;
  v1::RefreshFirewallResponse refreshed_firewall;
  v1::GetRulesetClientsResponse clients;
  v1::AddAllowedIpsResponse added_ips;
  v1::RemoveAllowedIpsResponse removed_ips;
  v1::ListInterfacesResponse interfaces;
  v1::AddInterfaceResponse added_interface;
  v1::UpdateInterfaceResponse updated_interface;
  v1::RemoveInterfaceResponse removed_interface;
  v1::ListMulticastGroupsResponse multicast_groups;
  v1::Ntp ntp;
  v1::UpdateNtpResponse updated_ntp;
  v1::NtpConfiguration ntp_configuration;
  v1::NtpStats ntp_stats;
  v1::ListServicesResponse services;
  google::protobuf::RepeatedPtrField<v1::Change> service_changes;  // of all that act on a service
  v1::TimeStatus time_status;
  v1::SystemTime system_time;
  v1::HardwareClock hardware_clock;
  v1::ListTimeZonesResponse time_zones;
  google::protobuf::RepeatedPtrField<v1::Change> time_changes;  // of all that set a time or zone
  // The newest request of each kind.
  std::optional<v1::SetTimeRequest> set_time;
  std::optional<v1::SetHardwareClockRequest> set_hardware_clock;
  std::optional<v1::SetTimeZoneRequest> set_time_zone;
  std::optional<v1::UpdatePtpRequest> update_ptp;
  std::optional<v1::WatchPtpStatsRequest> watch_ptp_stats;
  std::optional<v1::TestPtpRequest> test_ptp;
  std::optional<v1::GetPtpHistoryRequest> get_ptp_history;
  std::optional<v1::ListRulesetsRequest> list_rulesets;
  std::optional<v1::ListRulesRequest> list_rules;
  std::optional<v1::UpdateRulesetRequest> update_ruleset;
  std::optional<v1::ListInterfacesRequest> list_interfaces;
  std::optional<v1::AddInterfaceRequest> add_interface;
  std::optional<v1::UpdateInterfaceRequest> update_interface;
  std::optional<v1::RemoveInterfaceRequest> remove_interface;
  std::optional<v1::ListMulticastGroupsRequest> list_multicast_groups;
  std::optional<v1::UpdateFirewallRequest> update_firewall;
  std::optional<v1::LoadFirewallRequest> load_firewall;
  std::optional<v1::UnloadFirewallRequest> unload_firewall;
  std::optional<v1::RefreshFirewallRequest> refresh_firewall;
  std::optional<v1::GetRulesetClientsRequest> get_clients;
  std::optional<v1::AddAllowedIpsRequest> add_ips;
  std::optional<v1::RemoveAllowedIpsRequest> remove_ips;
  std::optional<v1::UpdateNtpRequest> update_ntp;
  std::optional<v1::ListServicesRequest> list_services;
  std::optional<v1::StartServiceRequest> start_service;
  std::optional<v1::StopServiceRequest> stop_service;
  std::optional<v1::RestartServiceRequest> restart_service;
  std::optional<v1::UpdateServiceRequest> update_service;
  // Calls so far, and whether every one of them came with a deadline.
  int calls = 0;
  bool all_had_deadlines = true;
  // Do not answer before the caller gives up.
  bool silent = false;
  // Keep a watch open after its last response.
  bool keeps_watching = false;

 private:
  grpc::Status GetPtp(grpc::ServerContext* context, const v1::GetPtpRequest* request,
                      v1::Ptp* response) override;
  grpc::Status UpdatePtp(grpc::ServerContext* context, const v1::UpdatePtpRequest* request,
                         v1::UpdatePtpResponse* response) override;
  grpc::Status GetPtpStats(grpc::ServerContext* context, const v1::GetPtpStatsRequest* request,
                           v1::PtpStats* response) override;
  // Sends `watched`, then `status`, or nothing more while it is silent or keeps watching.
  grpc::Status WatchPtpStats(grpc::ServerContext* context, const v1::WatchPtpStatsRequest* request,
                             grpc::ServerWriter<v1::WatchPtpStatsResponse>* writer) override;
  grpc::Status TestPtp(grpc::ServerContext* context, const v1::TestPtpRequest* request,
                       grpc::ServerWriter<v1::TestProgress>* writer) override;
  grpc::Status GetPtpHistory(grpc::ServerContext* context, const v1::GetPtpHistoryRequest* request,
                             v1::PtpHistory* response) override;
  grpc::Status ListPtpProfiles(grpc::ServerContext* context,
                               const v1::ListPtpProfilesRequest* request,
                               v1::ListPtpProfilesResponse* response) override;
  grpc::Status ListPtpPorts(grpc::ServerContext* context, const v1::ListPtpPortsRequest* request,
                            v1::ListPtpPortsResponse* response) override;
  grpc::Status ListPtpMasters(grpc::ServerContext* context,
                              const v1::ListPtpMastersRequest* request,
                              v1::ListPtpMastersResponse* response) override;
  grpc::Status GetFirewall(grpc::ServerContext* context, const v1::GetFirewallRequest* request,
                           v1::Firewall* response) override;
  grpc::Status ListRulesets(grpc::ServerContext* context, const v1::ListRulesetsRequest* request,
                            v1::ListRulesetsResponse* response) override;
  grpc::Status ListRules(grpc::ServerContext* context, const v1::ListRulesRequest* request,
                         v1::ListRulesResponse* response) override;
  grpc::Status UpdateRuleset(grpc::ServerContext* context, const v1::UpdateRulesetRequest* request,
                             v1::UpdateRulesetResponse* response) override;
  grpc::Status UpdateFirewall(grpc::ServerContext* context,
                              const v1::UpdateFirewallRequest* request,
                              v1::UpdateFirewallResponse* response) override;
  grpc::Status ConfirmFirewall(grpc::ServerContext* context,
                               const v1::ConfirmFirewallRequest* request,
                               v1::ConfirmFirewallResponse* response) override;
  grpc::Status LoadFirewall(grpc::ServerContext* context, const v1::LoadFirewallRequest* request,
                            v1::LoadFirewallResponse* response) override;
  grpc::Status UnloadFirewall(grpc::ServerContext* context,
                              const v1::UnloadFirewallRequest* request,
                              v1::UnloadFirewallResponse* response) override;
  grpc::Status RefreshFirewall(grpc::ServerContext* context,
                               const v1::RefreshFirewallRequest* request,
                               v1::RefreshFirewallResponse* response) override;
  grpc::Status GetRulesetClients(grpc::ServerContext* context,
                                 const v1::GetRulesetClientsRequest* request,
                                 v1::GetRulesetClientsResponse* response) override;
  grpc::Status AddAllowedIps(grpc::ServerContext* context, const v1::AddAllowedIpsRequest* request,
                             v1::AddAllowedIpsResponse* response) override;
  grpc::Status RemoveAllowedIps(grpc::ServerContext* context,
                                const v1::RemoveAllowedIpsRequest* request,
                                v1::RemoveAllowedIpsResponse* response) override;
  grpc::Status ListInterfaces(grpc::ServerContext* context,
                              const v1::ListInterfacesRequest* request,
                              v1::ListInterfacesResponse* response) override;
  grpc::Status AddInterface(grpc::ServerContext* context, const v1::AddInterfaceRequest* request,
                            v1::AddInterfaceResponse* response) override;
  grpc::Status UpdateInterface(grpc::ServerContext* context,
                               const v1::UpdateInterfaceRequest* request,
                               v1::UpdateInterfaceResponse* response) override;
  grpc::Status RemoveInterface(grpc::ServerContext* context,
                               const v1::RemoveInterfaceRequest* request,
                               v1::RemoveInterfaceResponse* response) override;
  grpc::Status ListMulticastGroups(grpc::ServerContext* context,
                                   const v1::ListMulticastGroupsRequest* request,
                                   v1::ListMulticastGroupsResponse* response) override;
  grpc::Status GetNtp(grpc::ServerContext* context, const v1::GetNtpRequest* request,
                      v1::Ntp* response) override;
  grpc::Status UpdateNtp(grpc::ServerContext* context, const v1::UpdateNtpRequest* request,
                         v1::UpdateNtpResponse* response) override;
  grpc::Status GetNtpConfiguration(grpc::ServerContext* context,
                                   const v1::GetNtpConfigurationRequest* request,
                                   v1::NtpConfiguration* response) override;
  grpc::Status GetNtpStats(grpc::ServerContext* context, const v1::GetNtpStatsRequest* request,
                           v1::NtpStats* response) override;
  grpc::Status ListServices(grpc::ServerContext* context, const v1::ListServicesRequest* request,
                            v1::ListServicesResponse* response) override;
  grpc::Status StartService(grpc::ServerContext* context, const v1::StartServiceRequest* request,
                            v1::StartServiceResponse* response) override;
  grpc::Status StopService(grpc::ServerContext* context, const v1::StopServiceRequest* request,
                           v1::StopServiceResponse* response) override;
  grpc::Status RestartService(grpc::ServerContext* context,
                              const v1::RestartServiceRequest* request,
                              v1::RestartServiceResponse* response) override;
  grpc::Status UpdateService(grpc::ServerContext* context, const v1::UpdateServiceRequest* request,
                             v1::UpdateServiceResponse* response) override;

  grpc::Status GetTimeStatus(grpc::ServerContext* context, const v1::GetTimeStatusRequest* request,
                             v1::TimeStatus* response) override;
  grpc::Status GetTime(grpc::ServerContext* context, const v1::GetTimeRequest* request,
                       v1::SystemTime* response) override;
  grpc::Status SetTime(grpc::ServerContext* context, const v1::SetTimeRequest* request,
                       v1::SetTimeResponse* response) override;
  grpc::Status GetHardwareClock(grpc::ServerContext* context,
                                const v1::GetHardwareClockRequest* request,
                                v1::HardwareClock* response) override;
  grpc::Status SetHardwareClock(grpc::ServerContext* context,
                                const v1::SetHardwareClockRequest* request,
                                v1::SetHardwareClockResponse* response) override;
  grpc::Status ListTimeZones(grpc::ServerContext* context, const v1::ListTimeZonesRequest* request,
                             v1::ListTimeZonesResponse* response) override;
  grpc::Status SetTimeZone(grpc::ServerContext* context, const v1::SetTimeZoneRequest* request,
                           v1::SetTimeZoneResponse* response) override;

  template <typename Response>
  grpc::Status AnswerChanges(grpc::ServerContext* context, Response* response);
  template <typename Message>
  grpc::Status Answer(grpc::ServerContext* context, const Message& answer, Message* response);

  TemporaryFolder folder_;
  std::string socket_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace hostctl::cli
