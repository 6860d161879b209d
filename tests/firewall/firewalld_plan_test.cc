#include "firewall/firewalld_plan.h"

#include <gmock/gmock.h>

#include "fake_firewalld.h"
#include "firewall/catalogue.h"

namespace hostctl::firewall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Wanted With(const std::string& id, const RulesetPolicy& policy) {
  Wanted wanted;
  wanted.definitions = Catalogue();
  wanted.policy.rulesets[id] = policy;
  return wanted;
}
Wanted Open() {
  return With("ptpd", {true, true, {}});
}
Wanted Closed() {
  return With("ptpd", {false, true, {}});
}
Wanted For(const std::vector<std::string>& allowed) {
  return With("ptpd", {true, false, allowed});
}

std::vector<std::string> Carry(const Wanted& wanted, FakeFirewalld& firewalld) {
  firewalld.done.clear();
  for (const FirewalldStep& step : StepsTo(wanted, firewalld.state)) {
    EXPECT_TRUE(firewalld.Do(step).ok());
  }
  return firewalld.done;
}

TEST(FirewalldPlan, OpensAServiceInEveryZoneInUseNowAndAfterAReload) {
  FakeFirewalld firewalld;
  EXPECT_THAT(Carry(Open(), firewalld),
              ElementsAre("defining the service hostctl-ptpd",
                          "adding the service hostctl-ptpd to the zone internal (permanent)",
                          "adding the service hostctl-ptpd to the zone public (permanent)",
                          "adding the rich rule 'rule priority=\"7319\" port port=\"319-320\" "
                          "protocol=\"udp\" accept' to the zone internal (runtime)",
                          "adding the rich rule 'rule priority=\"7319\" port port=\"319-320\" "
                          "protocol=\"udp\" accept' to the zone public (runtime)"));
  EXPECT_THAT(firewalld.state.permanent.services.at("hostctl-ptpd"),
              ElementsAre(FirewalldPort{"319-320", "udp", false}));
  EXPECT_THAT(Carry(Open(), firewalld), IsEmpty());
}

TEST(FirewalldPlan, HasNothingToSayAfterAReload) {
  FakeFirewalld firewalld;
  Carry(Open(), firewalld);
  firewalld.Reload();
  EXPECT_THAT(Carry(Open(), firewalld), IsEmpty());
}

TEST(FirewalldPlan, UsesTheServiceAtOnceWhereFirewalldKnowsIt) {
  FakeFirewalld firewalld;
  firewalld.state.runtime.services["hostctl-ptpd"] = {{"319-320", "udp", false}};
  Carry(Open(), firewalld);
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").services, ElementsAre("hostctl-ptpd"));
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").rich_rules, IsEmpty());
}

TEST(FirewalldPlan, DoesNotTrustAServiceThatHasOtherPorts) {
  FakeFirewalld firewalld;
  firewalld.state.permanent.services["hostctl-ptpd"] = {{"319", "udp", false}};
  firewalld.Reload();
  firewalld.state.runtime.zones["public"].services = {"hostctl-ptpd"};
  Carry(Open(), firewalld);
  EXPECT_THAT(firewalld.state.permanent.services.at("hostctl-ptpd"),
              ElementsAre(FirewalldPort{"319-320", "udp", false}));
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").services, IsEmpty());
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").rich_rules.size(), 1);
}

TEST(FirewalldPlan, LeavesNoTraceOfAClosedRuleset) {
  for (const bool reloaded : {false, true}) {
    FakeFirewalld firewalld;
    Carry(Open(), firewalld);
    if (reloaded) firewalld.Reload();
    Carry(Closed(), firewalld);
    EXPECT_THAT(firewalld.state.permanent.services, IsEmpty());
    for (const FirewalldConfig* config : {&firewalld.state.permanent, &firewalld.state.runtime}) {
      for (const auto& [name, zone] : config->zones) {
        EXPECT_THAT(zone.services, IsEmpty()) << name;
        EXPECT_THAT(zone.rich_rules, IsEmpty()) << name;
      }
    }
  }
}

TEST(FirewalldPlan, LetsInAllowedAddressesOnly) {
  FakeFirewalld firewalld;
  Carry(For({"192.0.2.0/24", "2001:db8::1"}), firewalld);
  EXPECT_THAT(firewalld.state.permanent.zones.at("public").services, IsEmpty());
  EXPECT_THAT(firewalld.state.permanent.zones.at("public").rich_rules,
              UnorderedElementsAre("rule priority=\"7319\" family=\"ipv4\" source "
                                   "address=\"192.0.2.0/24\" service name=\"hostctl-ptpd\" accept",
                                   "rule priority=\"7319\" family=\"ipv6\" source "
                                   "address=\"2001:db8::1\" service name=\"hostctl-ptpd\" accept"));
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").rich_rules,
              UnorderedElementsAre(
                  "rule priority=\"7319\" family=\"ipv4\" source "
                  "address=\"192.0.2.0/24\" port port=\"319-320\" protocol=\"udp\" accept",
                  "rule priority=\"7319\" family=\"ipv6\" source "
                  "address=\"2001:db8::1\" port port=\"319-320\" protocol=\"udp\" accept"));
  Carry(For({}), firewalld);
  EXPECT_THAT(firewalld.state.runtime.zones.at("public").rich_rules, IsEmpty());
}

TEST(FirewalldPlan, LeavesLongListsToOurOwnTable) {
  std::vector<std::string> many;
  for (int i = 1; i <= 65; ++i) many.push_back("192.0.2." + std::to_string(i));
  FakeFirewalld firewalld;
  Carry(For(many), firewalld);
  EXPECT_THAT(firewalld.state.permanent.zones.at("public").services, ElementsAre("hostctl-ptpd"));
}

TEST(FirewalldPlan, ClosesOnlyAfterOpening) {
  FakeFirewalld firewalld;
  Carry(Open(), firewalld);
  const auto done = Carry(For({"192.0.2.1"}), firewalld);
  bool removed = false;
  for (const std::string& step : done) {
    if (step.rfind("removing", 0) == 0) removed = true;
    EXPECT_EQ(step.rfind("adding", 0) == 0, !removed) << step;
  }
  EXPECT_TRUE(removed);
}

TEST(FirewalldPlan, FollowsTheInterfacesToOtherZones) {
  FakeFirewalld firewalld;
  Carry(Open(), firewalld);
  firewalld.state.used_zones = {"public", "work"};
  Carry(Open(), firewalld);
  EXPECT_THAT(firewalld.state.permanent.zones.at("work").services, ElementsAre("hostctl-ptpd"));
  EXPECT_THAT(firewalld.state.permanent.zones.at("internal").services, IsEmpty());
}

TEST(FirewalldPlan, IgnoresWhatNobodyHasSetAndWhatOnlyGoesOut) {
  FakeFirewalld firewalld;
  EXPECT_THAT(Carry(With("ntpClient", {true, true, {}}), firewalld), IsEmpty());
}

TEST(FirewalldPlan, WritesNamesThatFirewalldAccepts) {
  RulesetDefinition ruleset;
  ruleset.id = "site.web_1-a";
  EXPECT_EQ(FirewalldServiceOf(ruleset), "hostctl-site_2e_web_1-a");
}

}  // namespace
}  // namespace hostctl::firewall
