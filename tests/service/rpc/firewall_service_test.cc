// hostctl.v1.FirewallService as a client sees it.
#include "service/rpc/firewall_service.h"

#include "gmock/gmock.h"
#include "served_host.h"

namespace hostctl::rpc {
namespace {

using grpc::StatusCode;
using Stub = v1::FirewallService::Stub;
using ::testing::ElementsAre;

class FirewallServiceTest : public ServedHost {
 protected:
  void ExpectError(const grpc::Status& status, StatusCode code, const std::string& reason,
                   const std::string& field = "") {
    EXPECT_EQ(status.error_code(), code) << status.error_message();
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.domain, "hostctl");
    EXPECT_EQ(details.reason, reason);
    EXPECT_EQ(details.field, field);
  }
  v1::Firewall Get() {
    v1::Firewall firewall;
    EXPECT_TRUE(Call(*firewall_, &Stub::GetFirewall, v1::GetFirewallRequest(), &firewall).ok());
    return firewall;
  }
  grpc::Status Drop(v1::UpdateFirewallRequest request = {}) {
    request.mutable_firewall()->set_default_action(v1::DEFAULT_ACTION_DROP);
    request.mutable_update_mask()->add_paths("default_action");
    return Call(*firewall_, &Stub::UpdateFirewall, request, &updated_firewall_);
  }
  grpc::Status Enable(const std::string& ruleset, bool enabled = true) {
    v1::UpdateRulesetRequest request;
    request.mutable_ruleset()->set_ruleset_id(ruleset);
    request.mutable_ruleset()->set_enabled(enabled);
    request.mutable_update_mask()->add_paths("enabled");
    return Call(*firewall_, &Stub::UpdateRuleset, request, &updated_ruleset_);
  }
  grpc::Status Add(const std::string& ruleset, const std::vector<std::string>& addresses) {
    v1::AddAllowedIpsRequest request;
    request.set_ruleset_id(ruleset);
    for (const std::string& address : addresses) request.add_ip_addresses(address);
    return Call(*firewall_, &Stub::AddAllowedIps, request, &added_);
  }
  grpc::Status Remove(const std::string& ruleset, const std::string& address) {
    v1::RemoveAllowedIpsRequest request;
    request.set_ruleset_id(ruleset);
    request.add_ip_addresses(address);
    return Call(*firewall_, &Stub::RemoveAllowedIps, request, &removed_);
  }

  v1::UpdateFirewallResponse updated_firewall_;
  v1::UpdateRulesetResponse updated_ruleset_;
  v1::AddAllowedIpsResponse added_;
  v1::RemoveAllowedIpsResponse removed_;
};

TEST_F(FirewallServiceTest, RulesetsAreOpenedKeptAndListed) {
  ASSERT_TRUE(Enable("sshServer").ok());
  EXPECT_TRUE(updated_ruleset_.ruleset().enabled());
  EXPECT_TRUE(updated_ruleset_.ruleset().managed());
  ASSERT_EQ(updated_ruleset_.changes_size(), 1);
  EXPECT_EQ(updated_ruleset_.changes(0).before(), "unmanaged");
  v1::ListRulesetsResponse listed;
  ASSERT_TRUE(Call(*firewall_, &Stub::ListRulesets, v1::ListRulesetsRequest(), &listed).ok());
  std::vector<std::string> ids;
  for (const v1::Ruleset& ruleset : listed.rulesets()) ids.push_back(ruleset.ruleset_id());
  EXPECT_THAT(ids, ElementsAre("chronyd", "hostd", "ntpClient", "prometheus", "ptpd", "sshServer"));
  EXPECT_EQ(listed.rulesets(4).owner_service(), "ptpd");
  EXPECT_FALSE(listed.rulesets(4).enable_disable_configurable());
  EXPECT_FALSE(listed.rulesets(4).passes());
  EXPECT_TRUE(host_.Stored().firewall.rulesets.at("sshServer").enabled);
}

TEST_F(FirewallServiceTest, RulesAreListedWithCountersOnRequest) {
  v1::ListRulesRequest request;
  request.set_ruleset_id("ptpd");
  v1::ListRulesResponse rules;
  ASSERT_TRUE(Call(*firewall_, &Stub::ListRules, request, &rules).ok());
  ASSERT_EQ(rules.rules_size(), 2);
  EXPECT_EQ(rules.rules(0).port_begin(), 319u);
  EXPECT_EQ(rules.rules(0).port_end(), 320u);
  EXPECT_FALSE(rules.rules(0).has_packets_dropped());

  request.clear_ruleset_id();
  request.set_counters(true);
  ASSERT_TRUE(Call(*firewall_, &Stub::ListRules, request, &rules).ok());
  const v1::Rule& last = rules.rules(rules.rules_size() - 1);
  EXPECT_EQ(last.ruleset_id(), "");
  EXPECT_EQ(last.direction(), v1::DIRECTION_OUTBOUND);
  for (const v1::Rule& rule : rules.rules()) EXPECT_TRUE(rule.has_packets_dropped());
}

TEST_F(FirewallServiceTest, DropNeedsSshAndWaitsForConfirmation) {
  ExpectError(Drop(), StatusCode::FAILED_PRECONDITION, "SSH_NOT_ALLOWED", "force");
  ASSERT_TRUE(Enable("sshServer").ok());
  v1::UpdateFirewallRequest request;
  request.mutable_confirm_within()->set_seconds(60);
  ASSERT_TRUE(Drop(request).ok());
  const v1::Firewall firewall = Get();
  EXPECT_EQ(firewall.default_action(), v1::DEFAULT_ACTION_DROP);
  ASSERT_TRUE(firewall.has_pending_confirmation());
  EXPECT_EQ(firewall.pending_confirmation().time_left().seconds(), 60);
  ASSERT_EQ(firewall.pending_confirmation().changes_size(), 1);
  EXPECT_EQ(firewall.pending_confirmation().changes(0).subject(), "firewall.default_action");
  v1::ConfirmFirewallResponse confirmed;
  ASSERT_TRUE(
      Call(*firewall_, &Stub::ConfirmFirewall, v1::ConfirmFirewallRequest(), &confirmed).ok());
  EXPECT_FALSE(confirmed.firewall().has_pending_confirmation());
  ExpectError(Call(*firewall_, &Stub::ConfirmFirewall, v1::ConfirmFirewallRequest(), &confirmed),
              StatusCode::FAILED_PRECONDITION, "CONFIRMATION_NOT_PENDING");
}

TEST_F(FirewallServiceTest, UnloadAndLoadAreShown) {
  v1::UnloadFirewallResponse unloaded;
  ASSERT_TRUE(Call(*firewall_, &Stub::UnloadFirewall, v1::UnloadFirewallRequest(), &unloaded).ok());
  EXPECT_FALSE(unloaded.firewall().loaded());
  EXPECT_TRUE(unloaded.firewall().enabled());
  v1::LoadFirewallResponse loaded;
  ASSERT_TRUE(Call(*firewall_, &Stub::LoadFirewall, v1::LoadFirewallRequest(), &loaded).ok());
  EXPECT_TRUE(loaded.firewall().loaded());
}

TEST_F(FirewallServiceTest, RefreshReportsEachProblemWithFileAndLine) {
  host_.rulesets.problems = {{"/f/bad.json", 3, "the port is 70000"}};
  v1::RefreshFirewallResponse refreshed;
  ASSERT_TRUE(
      Call(*firewall_, &Stub::RefreshFirewall, v1::RefreshFirewallRequest(), &refreshed).ok());
  ASSERT_EQ(refreshed.problems_size(), 1);
  EXPECT_EQ(refreshed.problems(0).file(), "/f/bad.json");
  EXPECT_EQ(refreshed.problems(0).line(), 3u);
  EXPECT_EQ(refreshed.problems(0).reason(), "the port is 70000");
  ASSERT_EQ(Get().conditions_size(), 1);
  EXPECT_EQ(Get().conditions(0).code(), "SITE_FILE_REFUSED");
}

TEST_F(FirewallServiceTest, AddressesAreAddedAndRemovedWithNotes) {
  ASSERT_TRUE(Add("ptpd", {"192.0.2.1", "192.0.2.1", "2001:db8::/32"}).ok());
  EXPECT_THAT(added_.ruleset().allowed_ips(), ElementsAre("192.0.2.1", "2001:db8::/32"));
  ASSERT_EQ(added_.notes_size(), 1);
  EXPECT_EQ(added_.notes(0).code(), "ALLOWED_IPS_NOT_IN_FORCE");
  ASSERT_TRUE(Remove("ptpd", "192.0.2.1").ok());
  EXPECT_THAT(removed_.ruleset().allowed_ips(), ElementsAre("2001:db8::/32"));
}

TEST_F(FirewallServiceTest, ClientsAreNamed) {
  ASSERT_TRUE(Update(ServedHost::Enable("vmk0")).ok());
  v1::GetRulesetClientsRequest request;
  request.set_ruleset_id("ptpd");
  v1::GetRulesetClientsResponse clients;
  ASSERT_TRUE(Call(*firewall_, &Stub::GetRulesetClients, request, &clients).ok());
  ASSERT_EQ(clients.clients_size(), 1);
  EXPECT_EQ(clients.clients(0).service(), "ptpd");
  EXPECT_TRUE(clients.clients(0).running());
}

TEST_F(FirewallServiceTest, EachErrorHasItsCodeReasonAndField) {
  ExpectError(Enable("nothing"), StatusCode::NOT_FOUND, "RULESET_NOT_FOUND", "ruleset.ruleset_id");
  ExpectError(Enable("ptpd"), StatusCode::FAILED_PRECONDITION, "RULESET_SYSTEM_OWNED",
              "ruleset.enabled");
  ExpectError(Enable("sshServer", false), StatusCode::FAILED_PRECONDITION, "SSH_NOT_ALLOWED",
              "force");
  ExpectError(Add("ptpd", {}), StatusCode::INVALID_ARGUMENT, "ALLOWED_IP_INVALID", "ip_addresses");
  ExpectError(Add("ptpd", {"x"}), StatusCode::INVALID_ARGUMENT, "ALLOWED_IP_INVALID",
              "ip_addresses");
  ExpectError(Add("nothing", {"::1"}), StatusCode::NOT_FOUND, "RULESET_NOT_FOUND", "ruleset_id");
  ExpectError(Remove("ptpd", "192.0.2.1"), StatusCode::NOT_FOUND, "ALLOWED_IP_NOT_FOUND",
              "ip_addresses");
  v1::UpdateFirewallRequest within;
  within.mutable_confirm_within()->set_seconds(-1);
  ExpectError(Drop(within), StatusCode::INVALID_ARGUMENT, "CONFIRM_WITHIN_OUT_OF_RANGE",
              "confirm_within");
  v1::ListRulesRequest rules;
  rules.set_ruleset_id("nothing");
  v1::ListRulesResponse listed;
  ExpectError(Call(*firewall_, &Stub::ListRules, rules, &listed), StatusCode::NOT_FOUND,
              "RULESET_NOT_FOUND", "ruleset_id");
  EXPECT_FALSE(host_.Stored().firewall.rulesets.count("sshServer")) << "none left a trace";
}

}  // namespace
}  // namespace hostctl::rpc
