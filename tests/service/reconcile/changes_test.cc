#include "service/reconcile/changes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Changes, EqualStatesGiveNone) {
  EXPECT_THAT(ChangesBetween(store::DesiredState(), store::DesiredState()), IsEmpty());
}

TEST(Changes, EnablingIsSaidWithTheRuleset) {
  store::DesiredState after;
  after.ptp.enabled = true;
  after.ptp.interface = "vmk0";
  after.firewall.rulesets["ptpd"].enabled = true;
  EXPECT_THAT(
      ChangesBetween(store::DesiredState(), after),
      ElementsAre(Change{"ptp.enabled", "false", "true"}, Change{"ptp.interface", "", "vmk0"},
                  Change{"firewall.ruleset.ptpd.enabled", "false", "true"}));
}

TEST(Changes, EveryOtherSettingOfPtpIsSaid) {
  store::DesiredState after;
  after.ptp.domain_number = 24;
  after.ptp.read_only = true;
  after.ptp.step_policy = store::StepPolicy::kNever;
  after.ptp.servo = "pi";
  after.ptp.delay_asymmetry_ns = -120;
  after.ptp.ingress_latency_ns = 300;
  after.ptp.egress_latency_ns = 40;
  after.ptp.holdover_limit_s = 0;
  after.ptp.watch_interfaces = {"vmk1", "vmk2"};
  after.ptp.fallback = store::Fallback::kNtp;
  after.ptp.fallback_after_s = 120;
  after.ptp.fallback_return_after_s = 10;
  after.ptp.disable_events = true;
  EXPECT_THAT(
      ChangesBetween(store::DesiredState(), after),
      ElementsAre(
          Change{"ptp.domain_number", "0", "24"}, Change{"ptp.read_only", "false", "true"},
          Change{"ptp.step_policy", "first-lock", "never"}, Change{"ptp.servo", "adaptive", "pi"},
          Change{"ptp.delay_asymmetry_ns", "0", "-120"},
          Change{"ptp.ingress_latency_ns", "0", "300"}, Change{"ptp.egress_latency_ns", "0", "40"},
          Change{"ptp.holdover_limit", "3600 s", "0 s"},
          Change{"ptp.watch_interfaces", "", "vmk1, vmk2"}, Change{"ptp.fallback", "none", "ntp"},
          Change{"ptp.fallback_after", "60 s", "120 s"},
          Change{"ptp.fallback_return_after", "30 s", "10 s"},
          Change{"ptp.disable_events", "false", "true"}));
}

TEST(Changes, EverySettingOfTheFirewallIsSaid) {
  store::DesiredState before;
  before.firewall.rulesets["sshServer"] = {true, true, {}};
  store::DesiredState after = before;
  after.firewall.enabled = false;
  after.firewall.default_action = firewall::DefaultAction::kDrop;
  after.firewall_unloaded_boot_id = "boot-1";
  after.firewall.rulesets["sshServer"] = {false, false, {"192.0.2.1", "2001:db8::/32"}};
  after.firewall.rulesets["web"].enabled = true;
  EXPECT_THAT(
      ChangesBetween(before, after),
      ElementsAre(Change{"firewall.enabled", "true", "false"},
                  Change{"firewall.default_action", "PASS", "DROP"},
                  Change{"firewall.loaded", "true", "false"},
                  Change{"firewall.ruleset.sshServer.enabled", "true", "false"},
                  Change{"firewall.ruleset.sshServer.allow_all", "true", "false"},
                  Change{"firewall.ruleset.sshServer.allowed_ips", "", "192.0.2.1, 2001:db8::/32"},
                  Change{"firewall.ruleset.web.enabled", "unmanaged", "true"}));
}

TEST(Changes, OfALongListTheBeginningAndTheLengthAreSaid) {
  store::DesiredState before;
  for (int i = 1; i <= 20; ++i) {
    before.firewall.rulesets["web"].allowed_ips.push_back("192.0.2." + std::to_string(i));
  }
  store::DesiredState after = before;
  after.firewall.rulesets["web"].allowed_ips[15] = "192.0.2.99";
  const std::string shown =
      "192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7, 192.0.2.8, "
      "... (20 in all)";
  EXPECT_THAT(ChangesBetween(before, after),
              ElementsAre(Change{"firewall.ruleset.web.allowed_ips", shown, shown}));
}

TEST(Changes, RulesetsThatComeGoOrHaveOtherRulesAreSaid) {
  using firewall::Direction;
  using firewall::PortType;
  using firewall::Protocol;
  const firewall::Rule https = {Direction::kInbound, Protocol::kTcp, PortType::kDst, 443, 443};
  const firewall::Rule games = {Direction::kOutbound, Protocol::kUdp, PortType::kSrc, 900, 910};
  const auto ruleset = [](const std::string& id, std::vector<firewall::Rule> rules) {
    return firewall::RulesetDefinition{id, "", std::move(rules), true, true, "", ""};
  };
  EXPECT_THAT(
      ChangesBetween(
          {ruleset("gone", {https}), ruleset("same", {https}), ruleset("wider", {https})},
          {ruleset("new", {games}), ruleset("same", {https}), ruleset("wider", {https, games})}),
      ElementsAre(Change{"firewall.ruleset.gone.rules", "Inbound TCP Dst 443", ""},
                  Change{"firewall.ruleset.new.rules", "", "Outbound UDP Src 900-910"},
                  Change{"firewall.ruleset.wider.rules", "Inbound TCP Dst 443",
                         "Inbound TCP Dst 443, Outbound UDP Src 900-910"}));
}

}  // namespace
}  // namespace hostctl::reconcile
