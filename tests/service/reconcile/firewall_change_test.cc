#include "service/reconcile/firewall_change.h"

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using firewall::DefaultAction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FirewallChangeTest : public ::testing::Test {
 protected:
  absl::StatusOr<ChangedFirewall> Apply(const FirewallChange& change) const {
    return ApplyFirewallChange(state_, firewall::Catalogue(), "boot-1", change);
  }
  static RulesetUpdate Ruleset(const std::string& id) {
    RulesetUpdate update;
    update.ruleset_id = id;
    return update;
  }
  static FirewallUpdate Action(DefaultAction action) {
    FirewallUpdate update;
    update.default_action = action;
    return update;
  }
  RulesetView View(const std::string& id) const {
    return ViewOf(*firewall::FindRuleset(firewall::Catalogue(), id), state_);
  }

  store::DesiredState state_;
};

TEST_F(FirewallChangeTest, OnlyWhatIsNamedChanges) {
  const auto changed = Apply(Action(DefaultAction::kDrop));
  ASSERT_TRUE(changed.ok()) << changed.status();
  store::DesiredState expected;
  expected.firewall.default_action = DefaultAction::kDrop;
  EXPECT_EQ(changed->state, expected);
}

TEST_F(FirewallChangeTest, DropTellsWhichRulesetsItCloses) {
  state_.firewall.rulesets["sshServer"].enabled = true;
  const auto changed = Apply(Action(DefaultAction::kDrop));
  ASSERT_TRUE(changed.ok()) << changed.status();
  ASSERT_THAT(CodesOf(changed->notes), ElementsAre("RULESETS_CLOSED_BY_DEFAULT"));
  EXPECT_THAT(changed->notes.front().message, HasSubstr("chronyd, hostd, ntpClient, prometheus"));
  EXPECT_THAT(changed->notes.front().message, Not(HasSubstr("sshServer")));
  state_ = changed->state;
  EXPECT_THAT(Apply(Action(DefaultAction::kDrop))->notes, IsEmpty()) << "told once";
}

TEST_F(FirewallChangeTest, ARulesetIsOpenedForAll) {
  RulesetUpdate update = Ruleset("sshServer");
  update.enabled = true;
  const auto changed = Apply(update);
  ASSERT_TRUE(changed.ok()) << changed.status();
  const firewall::RulesetPolicy expected = {true, true, {}};
  EXPECT_EQ(changed->state.firewall.rulesets.at("sshServer"), expected);
  EXPECT_THAT(changed->notes, IsEmpty());
}

TEST_F(FirewallChangeTest, ASystemOwnedRulesetIsNotOpenedOrClosedByHand) {
  for (const bool enabled : {true, false}) {
    RulesetUpdate update = Ruleset("ptpd");
    update.enabled = enabled;
    const absl::Status refused = Apply(update).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(DetailOf(refused).reason, "RULESET_SYSTEM_OWNED");
    EXPECT_EQ(DetailOf(refused).field, "ruleset.enabled");
    EXPECT_THAT(DetailOf(refused).remedy, HasSubstr("hostctl system ptp set --enable"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("the service ptpd opens and closes it"));
  }
}

TEST_F(FirewallChangeTest, TheAddressesOfASystemOwnedRulesetAreSetAndItStaysClosed) {
  RulesetUpdate update = Ruleset("ptpd");
  update.allow_all = false;
  update.allowed_ips = {"192.0.2.9", "192.0.2.1/32", "192.0.2.9"};
  const auto changed = Apply(update);
  ASSERT_TRUE(changed.ok()) << changed.status();
  const firewall::RulesetPolicy expected = {false, false, {"192.0.2.1", "192.0.2.9"}};
  EXPECT_EQ(changed->state.firewall.rulesets.at("ptpd"), expected);
  EXPECT_THAT(changed->notes, IsEmpty());
}

TEST_F(FirewallChangeTest, TheFirstChangeOfAListLeavesTheRulesetAsOpenAsItWas) {
  const AllowedIpsChange add = {AllowedIpsChange::Kind::kAdd, "sshServer", {"192.0.2.1"}};
  auto changed = Apply(add);
  ASSERT_TRUE(changed.ok()) << changed.status();
  const firewall::RulesetPolicy open = {true, true, {"192.0.2.1"}};
  EXPECT_EQ(changed->state.firewall.rulesets.at("sshServer"), open);
  EXPECT_THAT(CodesOf(changed->notes),
              ElementsAre("RULESET_TAKEN_OVER", "ALLOWED_IPS_NOT_IN_FORCE"));

  state_.firewall.default_action = DefaultAction::kDrop;
  changed = Apply(add);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_FALSE(changed->state.firewall.rulesets.at("sshServer").enabled);
}

TEST_F(FirewallChangeTest, WithTheLastAddressGoneNobodyMayAndThatIsSaid) {
  state_.firewall.rulesets["sshServer"] = {true, false, {"192.0.2.1"}};
  const auto changed =
      Apply(AllowedIpsChange{AllowedIpsChange::Kind::kRemove, "sshServer", {"192.0.2.1"}});
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_THAT(changed->state.firewall.rulesets.at("sshServer").allowed_ips, IsEmpty());
  EXPECT_THAT(CodesOf(changed->notes), ElementsAre("ALLOWED_IPS_EMPTY"));
}

TEST_F(FirewallChangeTest, ABadAddressOfARulesetIsNamed) {
  RulesetUpdate update = Ruleset("prometheus");
  update.allowed_ips = {"192.0.2.300"};
  const absl::Status refused = Apply(update).status();
  EXPECT_EQ(DetailOf(refused).reason, "ALLOWED_IP_INVALID");
  EXPECT_EQ(DetailOf(refused).field, "ruleset.allowed_ips");
}

TEST_F(FirewallChangeTest, AddressesThatCannotBeSetAreRefused) {
  const std::vector<firewall::RulesetDefinition> definitions = {
      {"fixed", "", {{}}, true, /*allowed_ip_configurable=*/false, "", ""}};
  RulesetUpdate update = Ruleset("fixed");
  update.allow_all = false;
  EXPECT_EQ(DetailOf(ApplyFirewallChange(state_, definitions, "b", update).status()).reason,
            "ALLOWED_IPS_NOT_CONFIGURABLE");
  const AllowedIpsChange add = {AllowedIpsChange::Kind::kAdd, "fixed", {"192.0.2.1"}};
  EXPECT_EQ(DetailOf(ApplyFirewallChange(state_, definitions, "b", add).status()).reason,
            "ALLOWED_IPS_NOT_CONFIGURABLE");
}

TEST_F(FirewallChangeTest, AnUnknownRulesetIsNamedTogetherWithTheKnownOnes) {
  for (const FirewallChange& change :
       {FirewallChange(Ruleset("ptp")),
        FirewallChange(AllowedIpsChange{AllowedIpsChange::Kind::kAdd, "ptp", {"192.0.2.1"}})}) {
    const absl::Status refused = Apply(change).status();
    EXPECT_EQ(refused.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(DetailOf(refused).reason, "RULESET_NOT_FOUND");
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr("known are: chronyd, hostd, ntpClient, prometheus, ptpd, sshServer"));
  }
}

TEST_F(FirewallChangeTest, UnloadedEverythingPassesUntilItIsLoaded) {
  state_.firewall.rulesets["sshServer"].enabled = false;
  state_ = Apply(LoadChange{false})->state;
  EXPECT_EQ(state_.firewall_unloaded_boot_id, "boot-1");
  EXPECT_FALSE(PolicyInForce(state_).enabled);
  EXPECT_TRUE(View("sshServer").passes);
  EXPECT_FALSE(View("sshServer").policy.enabled) << "what is set stays";
  state_ = Apply(LoadChange{true})->state;
  EXPECT_FALSE(View("sshServer").passes);
}

TEST_F(FirewallChangeTest, ARulesetThatNobodyHasSetIsShownAsTheDefaultActionTreatsIt) {
  EXPECT_FALSE(View("sshServer").managed);
  EXPECT_TRUE(View("sshServer").policy.enabled);
  EXPECT_TRUE(View("ptpd").managed);
  EXPECT_FALSE(View("ptpd").policy.enabled);
  state_.firewall.default_action = DefaultAction::kDrop;
  EXPECT_FALSE(View("sshServer").policy.enabled);
  EXPECT_FALSE(View("sshServer").passes);
}

}  // namespace
}  // namespace hostctl::reconcile
