// The commands of rulesets, their rules and their clients.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class NetworkFirewallRuleset : public ::testing::Test {
 protected:
  FakeHostd hostd_;
};

TEST_F(NetworkFirewallRuleset, RulesetListHasTheColumnsOfEsxcli) {
  v1::Ruleset* ptpd = hostd_.rulesets.add_rulesets();
  ptpd->set_ruleset_id("ptpd");
  ptpd->set_allowed_ip_configurable(true);
  v1::Ruleset* ssh = hostd_.rulesets.add_rulesets();
  ssh->set_ruleset_id("sshServer");
  ssh->set_enabled(true);
  ssh->set_enable_disable_configurable(true);
  ssh->set_allowed_ip_configurable(true);
  EXPECT_EQ(hostd_.Run("network firewall ruleset list").out,
            "Name       Enabled  Enable/Disable configurable  Allowed IP configurable\n"
            "---------  -------  ---------------------------  -----------------------\n"
            "ptpd         false                        false                     true\n"
            "sshServer     true                         true                     true\n");
  EXPECT_EQ(hostd_.list_rulesets->ruleset_id(), "");
}

TEST_F(NetworkFirewallRuleset, RulesetListAsksForOneRuleset) {
  EXPECT_EQ(hostd_.Run("network firewall ruleset list --ruleset-id ptpd").exit_code, 0);
  EXPECT_EQ(hostd_.list_rulesets->ruleset_id(), "ptpd");
}

TEST_F(NetworkFirewallRuleset, RuleListHasTheColumnsOfEsxcli) {
  v1::Rule* rule = hostd_.rules.add_rules();
  rule->set_ruleset_id("ptpd");
  rule->set_direction(v1::DIRECTION_INBOUND);
  rule->set_protocol(v1::PROTOCOL_UDP);
  rule->set_port_type(v1::PORT_TYPE_DST);
  rule->set_port_begin(319);
  rule->set_port_end(320);
  EXPECT_EQ(hostd_.Run("network firewall ruleset rule list -r ptpd").out,
            "Ruleset  Direction  Protocol  Port Type  Port Begin  Port End\n"
            "-------  ---------  --------  ---------  ----------  --------\n"
            "ptpd     Inbound    UDP       Dst               319       320\n");
  EXPECT_EQ(hostd_.list_rules->ruleset_id(), "ptpd");
}

TEST_F(NetworkFirewallRuleset, RulesetSetOpensAndClosesInSilence) {
  const CallResult result =
      hostd_.Run("network firewall ruleset set --ruleset-id ptpd --enabled true");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
  EXPECT_EQ(hostd_.update_ruleset->ruleset().ruleset_id(), "ptpd");
  EXPECT_TRUE(hostd_.update_ruleset->ruleset().enabled());
  EXPECT_THAT(hostd_.update_ruleset->update_mask().paths(), ElementsAre("enabled"));
  EXPECT_FALSE(hostd_.update_ruleset->validate_only());

  EXPECT_EQ(hostd_.Run("network firewall ruleset set -r ptpd -e off -a no").exit_code, 0);
  EXPECT_FALSE(hostd_.update_ruleset->ruleset().enabled());
  EXPECT_FALSE(hostd_.update_ruleset->ruleset().allow_all());
  EXPECT_THAT(hostd_.update_ruleset->update_mask().paths(), ElementsAre("enabled", "allow_all"));
}

TEST_F(NetworkFirewallRuleset, RulesetSetShowsInADryRunWhatWouldChange) {
  v1::Change* change = hostd_.updated_ruleset.add_changes();
  change->set_subject("firewall.ruleset.ptpd.enabled");
  change->set_before("true");
  change->set_after("false");
  EXPECT_EQ(hostd_.Run("network firewall ruleset set -r ptpd -e false --dry-run").out,
            "firewall.ruleset.ptpd.enabled: true -> false\n");
  EXPECT_TRUE(hostd_.update_ruleset->validate_only());
}

TEST_F(NetworkFirewallRuleset, RulesetSetNeedsARulesetAndSomethingToSet) {
  CallResult result = hostd_.Run("network firewall ruleset set --enabled true");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("Error: Missing required parameter -r|--ruleset-id\n"));
  result = hostd_.Run("network firewall ruleset set -r ptpd");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("Error: Nothing to set. Expecting at least one of --enabled, "
                                     "--allowed-all\n"));
  EXPECT_EQ(hostd_.calls, 0);
}

TEST_F(NetworkFirewallRuleset, RulesetSetTakesTheOptionsOfEveryChange) {
  v1::Condition* note = hostd_.updated_ruleset.add_notes();
  note->set_message("no address may use the ruleset sshServer: its packets are dropped");
  const CallResult result =
      hostd_.Run("network firewall ruleset set -r sshServer -a false --force --confirm-within 60");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err,
            "Note: no address may use the ruleset sshServer: its packets are dropped\n");
  EXPECT_TRUE(hostd_.update_ruleset->force());
  EXPECT_EQ(hostd_.update_ruleset->confirm_within().seconds(), 60);
}

TEST_F(NetworkFirewallRuleset, RuleListShowsCountersOnRequest) {
  v1::Rule* rule = hostd_.rules.add_rules();
  rule->set_ruleset_id("ptpd");
  rule->set_direction(v1::DIRECTION_INBOUND);
  rule->set_protocol(v1::PROTOCOL_UDP);
  rule->set_port_type(v1::PORT_TYPE_DST);
  rule->set_port_begin(319);
  rule->set_port_end(320);
  rule->set_packets_passed(0);
  rule->set_bytes_passed(0);
  rule->set_packets_dropped(17);
  rule->set_bytes_dropped(1224);
  rule = hostd_.rules.add_rules();
  rule->set_direction(v1::DIRECTION_OUTBOUND);
  rule->set_packets_dropped(2);
  rule->set_bytes_dropped(80);
  EXPECT_EQ(
      hostd_.Run("network firewall ruleset rule list --counters").out,
      "Ruleset           Direction  Protocol  Port Type  Port Begin  Port End  Packets Passed  "
      "Bytes Passed  Packets Dropped  Bytes Dropped\n"
      "----------------  ---------  --------  ---------  ----------  --------  --------------  "
      "------------  ---------------  -------------\n"
      "ptpd              Inbound    UDP       Dst               319       320               0  "
      "           0               17           1224\n"
      "(default action)  Outbound                                                           0  "
      "           0                2             80\n");
  EXPECT_TRUE(hostd_.list_rules->counters());
  EXPECT_EQ(hostd_.Run("network firewall ruleset rule list").exit_code, 0);
  EXPECT_FALSE(hostd_.list_rules->counters());
}

TEST_F(NetworkFirewallRuleset, ClientGetCountsAndNamesTheServices) {
  hostd_.clients.set_ruleset_id("ptpd");
  v1::RulesetClient* client = hostd_.clients.add_clients();
  client->set_service("ptpd");
  client->set_running(true);
  EXPECT_EQ(hostd_.Run("network firewall ruleset client get -r ptpd").out,
            "   Ruleset: ptpd\n"
            "   Client Count: 1\n"
            "   Clients: ptpd (running)\n");
  EXPECT_EQ(hostd_.get_clients->ruleset_id(), "ptpd");
  EXPECT_THAT(hostd_.Run("network firewall ruleset client get").err,
              StartsWith("Error: Missing required parameter -r|--ruleset-id\n"));
}

}  // namespace
}  // namespace hostctl::cli
