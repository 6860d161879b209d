// The commands network firewall get | set | load | unload | refresh | confirm.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class NetworkFirewall : public ::testing::Test {
 protected:
  FakeHostd hostd_;
};

TEST_F(NetworkFirewall, GetShowsTheWhole) {
  hostd_.firewall.set_default_action(v1::DEFAULT_ACTION_PASS);
  hostd_.firewall.set_enabled(true);
  hostd_.firewall.set_loaded(true);
  hostd_.firewall.set_backend("nftables");
  hostd_.firewall.set_repairs(2);
  EXPECT_EQ(hostd_.Run("network firewall get").out,
            "   Default Action: PASS\n"
            "   Enabled: true\n"
            "   Loaded: true\n"
            "   Backend: nftables\n"
            "   Repairs: 2\n");
  EXPECT_EQ(hostd_.Run("network firewall get --formatter=keyvalue").out,
            "Firewall.default_action.string=PASS\n"
            "Firewall.enabled.boolean=true\n"
            "Firewall.loaded.boolean=true\n"
            "Firewall.repairs.unsigned=2\n"
            "Firewall.backend.string=nftables\n");
}

TEST_F(NetworkFirewall, GetShowsWhatWaitsForConfirmationAndWhatNeedsAttention) {
  hostd_.firewall.set_default_action(v1::DEFAULT_ACTION_DROP);
  hostd_.firewall.set_enabled(true);
  hostd_.firewall.set_loaded(true);
  hostd_.firewall.set_backend("nftables");
  v1::PendingConfirmation* pending = hostd_.firewall.mutable_pending_confirmation();
  pending->mutable_time_left()->set_seconds(41);
  pending->mutable_time_left()->set_nanos(250000000);
  v1::Change* change = pending->add_changes();
  change->set_subject("firewall.default_action");
  change->set_before("PASS");
  change->set_after("DROP");
  v1::Condition* refused = hostd_.firewall.add_conditions();
  refused->set_code("SITE_FILE_REFUSED");
  refused->set_message("/etc/hostctl/firewall/web.json:3: the port is 70000");
  refused->set_remedy("correct that, then hostctl network firewall refresh");
  EXPECT_EQ(hostd_.Run("network firewall get").out,
            "   Default Action: DROP\n"
            "   Enabled: true\n"
            "   Loaded: true\n"
            "   Backend: nftables\n"
            "   Repairs: 0\n"
            "   Undone In: 42 s\n"
            "   Undone Unless Confirmed:\n"
            "      firewall.default_action\n"
            "         Before: PASS\n"
            "         Now: DROP\n"
            "   Conditions:\n"
            "      SITE_FILE_REFUSED\n"
            "         Message: /etc/hostctl/firewall/web.json:3: the port is 70000\n"
            "         Do: correct that, then hostctl network firewall refresh\n");
}

TEST_F(NetworkFirewall, SetNamesOnlyWhatWasGiven) {
  const CallResult result = hostd_.Run("network firewall set --default-action DROP");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out + result.err, "");
  EXPECT_THAT(hostd_.update_firewall->update_mask().paths(), ElementsAre("default_action"));
  EXPECT_EQ(hostd_.update_firewall->firewall().default_action(), v1::DEFAULT_ACTION_DROP);
  EXPECT_FALSE(hostd_.update_firewall->force());
  EXPECT_FALSE(hostd_.update_firewall->has_confirm_within());

  EXPECT_EQ(hostd_.Run("network firewall set -e false --force --confirm-within 90").exit_code, 0);
  EXPECT_THAT(hostd_.update_firewall->update_mask().paths(), ElementsAre("enabled"));
  EXPECT_FALSE(hostd_.update_firewall->firewall().enabled());
  EXPECT_TRUE(hostd_.update_firewall->force());
  EXPECT_EQ(hostd_.update_firewall->confirm_within().seconds(), 90);
}

TEST_F(NetworkFirewall, SetTakesTheDefaultActionAsEsxcliDoesToo) {
  EXPECT_EQ(hostd_.Run("network firewall set -d true").exit_code, 0);
  EXPECT_EQ(hostd_.update_firewall->firewall().default_action(), v1::DEFAULT_ACTION_PASS);
  EXPECT_EQ(hostd_.Run("network firewall set -d drop").exit_code, 0);
  EXPECT_EQ(hostd_.update_firewall->firewall().default_action(), v1::DEFAULT_ACTION_DROP);
  EXPECT_THAT(hostd_.Run("network firewall set -d maybe").err,
              StartsWith("Error: While processing '--default-action'. Expecting one of PASS, DROP, "
                         "true, false. Got 'maybe'\n"));
}

TEST_F(NetworkFirewall, SetTellsWhatToKnowAlthoughItWasDone) {
  v1::Condition* note = hostd_.updated_firewall.add_notes();
  note->set_message("it is undone in 60 s unless it is confirmed");
  note->set_remedy("hostctl network firewall confirm");
  const CallResult result = hostd_.Run("network firewall set -d drop --confirm-within 60");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Note: it is undone in 60 s unless it is confirmed\n"
            "  Do: hostctl network firewall confirm\n");
}

TEST_F(NetworkFirewall, SetShowsInADryRunWhatWouldChange) {
  v1::Change* change = hostd_.updated_firewall.add_changes();
  change->set_subject("firewall.default_action");
  change->set_before("PASS");
  change->set_after("DROP");
  EXPECT_EQ(hostd_.Run("network firewall set -d drop --dry-run").out,
            "firewall.default_action: PASS -> DROP\n");
  EXPECT_TRUE(hostd_.update_firewall->validate_only());
}

TEST_F(NetworkFirewall, SetNeedsSomethingToSetAndATimeThatCanBe) {
  CallResult result = hostd_.Run("network firewall set --force");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("Error: Nothing to set. Expecting at least one of --enabled, "
                                     "--default-action\n"));
  result = hostd_.Run("network firewall set -e true --confirm-within 86401");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, StartsWith("Error: While processing '--confirm-within'. Value out of "
                                     "range. Expecting 1 to 86400. Got '86401'\n"));
  EXPECT_EQ(hostd_.calls, 0);
}

TEST_F(NetworkFirewall, LoadUnloadAndConfirmAreSilent) {
  for (const char* name : {"load", "unload", "confirm", "refresh"}) {
    const CallResult result = hostd_.Run(std::string("network firewall ") + name);
    EXPECT_EQ(result.exit_code, 0) << name;
    EXPECT_EQ(result.out + result.err, "") << name;
  }
  EXPECT_EQ(hostd_.calls, 4);
  EXPECT_EQ(hostd_.Run("network firewall load --force --confirm-within 5").exit_code, 0);
  EXPECT_TRUE(hostd_.load_firewall->force());
  EXPECT_EQ(hostd_.load_firewall->confirm_within().seconds(), 5);
  EXPECT_EQ(hostd_.Run("network firewall unload --dry-run").out, "Nothing would change.\n");
  EXPECT_TRUE(hostd_.unload_firewall->validate_only());
}

TEST_F(NetworkFirewall, RefreshShowsInADryRunWhatWouldChange) {
  v1::Change* change = hostd_.refreshed_firewall.add_changes();
  change->set_subject("firewall.ruleset.web.rules");
  change->set_after("Inbound TCP Dst 443");
  EXPECT_EQ(hostd_.Run("network firewall refresh --dry-run").out,
            "firewall.ruleset.web.rules: (none) -> Inbound TCP Dst 443\n");
  EXPECT_TRUE(hostd_.refresh_firewall->validate_only());
}

TEST_F(NetworkFirewall, RefreshFailsWithEachMistakenFileItsLineAndTheReason) {
  v1::SiteFileProblem* problem = hostd_.refreshed_firewall.add_problems();
  problem->set_file("/etc/hostctl/firewall/db.json");
  problem->set_line(7);
  problem->set_reason("the port is 70000");
  problem = hostd_.refreshed_firewall.add_problems();
  problem->set_file("/etc/hostctl/firewall/web.json");
  problem->set_reason("larger than 4 MiB");
  const CallResult result = hostd_.Run("network firewall refresh");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "Error: refused as mistaken, while all other files are taken:\n"
            "  /etc/hostctl/firewall/db.json, line 7: the port is 70000\n"
            "  /etc/hostctl/firewall/web.json: larger than 4 MiB\n"
            "  Do: correct that, then hostctl network firewall refresh\n");
}

}  // namespace
}  // namespace hostctl::cli
