#include "firewall/ruleset.h"

#include "firewall/catalogue.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

const RulesetDefinition& Ssh() {
  return *FindRuleset(Catalogue(), "sshServer");
}
const RulesetDefinition& Ptpd() {
  return *FindRuleset(Catalogue(), "ptpd");
}

TEST(Ruleset, ThatNobodyHasSetFollowsTheDefaultAction) {
  Policy policy;
  EXPECT_EQ(TreatmentOf(Ssh(), policy), Treatment::kUnmanaged);
  EXPECT_TRUE(Passes(Ssh(), policy));
  policy.default_action = DefaultAction::kDrop;
  EXPECT_EQ(TreatmentOf(Ssh(), policy), Treatment::kUnmanaged);
  EXPECT_FALSE(Passes(Ssh(), policy));
}

TEST(Ruleset, ThatAServiceOwnsIsClosedUntilItOpensIt) {
  Policy policy;
  EXPECT_EQ(TreatmentOf(Ptpd(), policy), Treatment::kClosed);
  EXPECT_FALSE(Passes(Ptpd(), policy));
  policy.rulesets["ptpd"].enabled = true;
  EXPECT_EQ(TreatmentOf(Ptpd(), policy), Treatment::kOpen);
  EXPECT_TRUE(Passes(Ptpd(), policy));
}

TEST(Ruleset, ThatIsSetIsTreatedSoWhateverTheDefaultActionIs) {
  for (const DefaultAction action : {DefaultAction::kPass, DefaultAction::kDrop}) {
    Policy policy;
    policy.default_action = action;
    RulesetPolicy& ssh = policy.rulesets["sshServer"];
    EXPECT_EQ(TreatmentOf(Ssh(), policy), Treatment::kClosed);
    EXPECT_FALSE(Passes(Ssh(), policy));
    ssh.enabled = true;
    EXPECT_EQ(TreatmentOf(Ssh(), policy), Treatment::kOpen);
    EXPECT_TRUE(Passes(Ssh(), policy));
    ssh.allow_all = false;
    EXPECT_EQ(TreatmentOf(Ssh(), policy), Treatment::kRestricted);
    EXPECT_FALSE(Passes(Ssh(), policy)) << "nobody is allowed";
    ssh.allowed_ips = {"192.0.2.1"};
    EXPECT_TRUE(Passes(Ssh(), policy));
  }
}

TEST(Ruleset, EverythingPassesAFirewallThatIsOff) {
  Policy policy;
  policy.enabled = false;
  policy.default_action = DefaultAction::kDrop;
  EXPECT_TRUE(Passes(Ssh(), policy));
  EXPECT_TRUE(Passes(Ptpd(), policy));
}

TEST(Ruleset, AnIdIsALetterAndWhatMayFollowIt) {
  for (const char* id : {"a", "sshServer", "a-b_c.d9", "Z"}) EXPECT_TRUE(IsRulesetId(id)) << id;
  for (const char* id : {"", "9a", "-a", "a/b", "a b", "\xc3\xa4", "a\n"}) {
    EXPECT_FALSE(IsRulesetId(id)) << id;
  }
  EXPECT_TRUE(IsRulesetId(std::string(63, 'a')));
  EXPECT_FALSE(IsRulesetId(std::string(64, 'a')));
}

TEST(Ruleset, TheCatalogueIsSound) {
  EXPECT_EQ(CheckDefinitions(Catalogue()), absl::OkStatus());
}

}  // namespace
}  // namespace hostctl::firewall
