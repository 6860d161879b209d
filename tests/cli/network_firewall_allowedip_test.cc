// The commands of the addresses that may use a ruleset.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class NetworkFirewallAllowedIp : public ::testing::Test {
 protected:
  FakeHostd hostd_;
};

TEST_F(NetworkFirewallAllowedIp, ListHasTheColumnsOfEsxcli) {
  v1::Ruleset* hostd = hostd_.rulesets.add_rulesets();
  hostd->set_ruleset_id("hostd");
  v1::Ruleset* ptpd = hostd_.rulesets.add_rulesets();
  ptpd->set_ruleset_id("ptpd");
  ptpd->add_allowed_ips("192.0.2.0/24");
  ptpd->add_allowed_ips("2001:db8::1");
  v1::Ruleset* ssh = hostd_.rulesets.add_rulesets();
  ssh->set_ruleset_id("sshServer");
  ssh->set_allow_all(true);
  ssh->add_allowed_ips("192.0.2.1");
  EXPECT_EQ(hostd_.Run("network firewall ruleset allowedip list").out,
            "Ruleset    Allowed IP Addresses\n"
            "---------  --------------------\n"
            "hostd      None\n"
            "ptpd       192.0.2.0/24, 2001:db8::1\n"
            "sshServer  All\n");
  EXPECT_EQ(hostd_.Run("network firewall ruleset allowedip list -r ptpd").exit_code, 0);
  EXPECT_EQ(hostd_.list_rulesets->ruleset_id(), "ptpd");
}

TEST_F(NetworkFirewallAllowedIp, AddAndRemoveTakeSeveralAddressesInSilence) {
  CallResult result = hostd_.Run(
      "network firewall ruleset allowedip add -r ptpd -i 192.0.2.1 --ip-address=2001:db8::/32");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
  EXPECT_EQ(hostd_.add_ips->ruleset_id(), "ptpd");
  EXPECT_THAT(hostd_.add_ips->ip_addresses(), ElementsAre("192.0.2.1", "2001:db8::/32"));

  result = hostd_.Run(
      "network firewall ruleset allowedip remove -r ptpd -i 192.0.2.1 --force --confirm-within 9");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
  EXPECT_THAT(hostd_.remove_ips->ip_addresses(), ElementsAre("192.0.2.1"));
  EXPECT_TRUE(hostd_.remove_ips->force());
  EXPECT_EQ(hostd_.remove_ips->confirm_within().seconds(), 9);
}

TEST_F(NetworkFirewallAllowedIp, AddTellsWhatIsThereAlready) {
  hostd_.added_ips.add_notes()->set_message("in the list already: 192.0.2.1");
  EXPECT_EQ(hostd_.Run("network firewall ruleset allowedip add -r ptpd -i 192.0.2.1").err,
            "Note: in the list already: 192.0.2.1\n");
}

TEST_F(NetworkFirewallAllowedIp, RemoveShowsInADryRunWhatWouldChange) {
  v1::Change* change = hostd_.removed_ips.add_changes();
  change->set_subject("firewall.ruleset.ptpd.allowed_ips");
  change->set_before("192.0.2.1");
  EXPECT_EQ(
      hostd_.Run("network firewall ruleset allowedip remove -r ptpd -i 192.0.2.1 --dry-run").out,
      "firewall.ruleset.ptpd.allowed_ips: 192.0.2.1 -> (none)\n");
  EXPECT_TRUE(hostd_.remove_ips->validate_only());
}

TEST_F(NetworkFirewallAllowedIp, AddNeedsAnAddress) {
  const CallResult result = hostd_.Run("network firewall ruleset allowedip add -r ptpd");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("Error: Missing required parameter -i|--ip-address\n"));
  EXPECT_EQ(hostd_.calls, 0);
}

}  // namespace
}  // namespace hostctl::cli
