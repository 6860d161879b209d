#include "service/reconcile/way_in.h"

#include "firewall/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using firewall::DefaultAction;
using firewall::Wanted;
using ::testing::HasSubstr;

class WayIn : public ::testing::Test {
 protected:
  static Wanted Firewall(DefaultAction action) {
    Wanted wanted{firewall::Catalogue(), {}};
    wanted.policy.default_action = action;
    return wanted;
  }
  static Wanted WithSsh(Wanted wanted, const firewall::RulesetPolicy& ssh) {
    wanted.policy.rulesets[kSshRuleset] = ssh;
    return wanted;
  }

  const Wanted pass_ = Firewall(DefaultAction::kPass);
  const Wanted drop_ = Firewall(DefaultAction::kDrop);
};

TEST_F(WayIn, IsOpenByDefaultUnderPassAndShutUnderDrop) {
  EXPECT_TRUE(LetsIn(pass_, 22, ""));
  EXPECT_FALSE(LetsIn(drop_, 22, ""));
  EXPECT_TRUE(LetsIn(WithSsh(drop_, {true, true, {}}), 22, "192.0.2.1"));
  EXPECT_FALSE(LetsIn(WithSsh(pass_, {false, true, {}}), 22, "192.0.2.1"));
}

TEST_F(WayIn, IsOpenForTheListedAddressesOnly) {
  const Wanted some = WithSsh(drop_, {true, false, {"192.0.2.0/24", "2001:db8::1"}});
  EXPECT_TRUE(LetsIn(some, 22, ""));
  EXPECT_TRUE(LetsIn(some, 22, "192.0.2.77"));
  EXPECT_TRUE(LetsIn(some, 22, "2001:db8::1"));
  EXPECT_FALSE(LetsIn(some, 22, "198.51.100.1"));
  EXPECT_FALSE(LetsIn(WithSsh(drop_, {true, false, {}}), 22, ""));
}

TEST_F(WayIn, IsOpenWhereTheFirewallIsOff) {
  Wanted off = WithSsh(drop_, {false, true, {}});
  off.policy.enabled = false;
  EXPECT_TRUE(LetsIn(off, 22, "192.0.2.1"));
}

TEST_F(WayIn, IsAlsoWhatASiteRulesetAdmits) {
  Wanted site = WithSsh(drop_, {false, true, {}});
  site.definitions.insert(site.definitions.begin(),
                          {"admin",
                           "",
                           {{firewall::Direction::kInbound, firewall::Protocol::kTcp,
                             firewall::PortType::kDst, 20, 30}},
                           true,
                           true,
                           "",
                           ""});
  EXPECT_FALSE(LetsIn(site, 22, "192.0.2.1")) << "unmanaged";
  site.policy.rulesets["admin"] = {true, false, {"192.0.2.1"}};
  EXPECT_TRUE(LetsIn(site, 22, "192.0.2.1"));
  EXPECT_FALSE(LetsIn(site, 22, "192.0.2.2"));
}

TEST_F(WayIn, ToDropNeedsSshOpen) {
  const absl::Status refused = CheckWayIn(pass_, drop_, {});
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(refused).reason, "SSH_NOT_ALLOWED");
  EXPECT_EQ(DetailOf(refused).field, "force");
  EXPECT_THAT(std::string(refused.message()), HasSubstr("the ruleset sshServer is not open"));
  EXPECT_THAT(DetailOf(refused).remedy, HasSubstr("--ruleset-id sshServer --enabled true"));
  EXPECT_TRUE(
      CheckWayIn(WithSsh(pass_, {true, true, {}}), WithSsh(drop_, {true, true, {}}), {}).ok());
  EXPECT_FALSE(
      CheckWayIn(WithSsh(pass_, {false, true, {}}), WithSsh(drop_, {false, true, {}}), {}).ok())
      << "also where it was shut before";
}

TEST_F(WayIn, ClosingSshIsRefusedUnderPassToo) {
  EXPECT_EQ(DetailOf(CheckWayIn(pass_, WithSsh(pass_, {false, true, {}}), {})).reason,
            "SSH_NOT_ALLOWED");
  EXPECT_EQ(DetailOf(CheckWayIn(pass_, WithSsh(pass_, {true, false, {}}), {})).reason,
            "SSH_NOT_ALLOWED");
}

TEST_F(WayIn, NarrowingItIsRefusedForWhoeverIsConnectedAndNotListed) {
  const Wanted open = WithSsh(drop_, {true, true, {}});
  const Wanted narrow = WithSsh(drop_, {true, false, {"192.0.2.1"}});
  EXPECT_TRUE(CheckWayIn(open, narrow, {}).ok());
  EXPECT_TRUE(CheckWayIn(open, narrow, {"192.0.2.1"}).ok());
  const absl::Status refused = CheckWayIn(open, narrow, {"192.0.2.1", "192.0.2.2"});
  EXPECT_EQ(DetailOf(refused).reason, "SSH_NOT_ALLOWED");
  EXPECT_EQ(refused.message(), "it would end the ssh session from 192.0.2.2");
  EXPECT_THAT(DetailOf(refused).remedy, HasSubstr("allowedip add --ruleset-id sshServer "
                                                  "--ip-address 192.0.2.2"));
}

TEST_F(WayIn, WhatIsShutMayStaySo) {
  const Wanted shut = WithSsh(drop_, {false, true, {}});
  Wanted other = shut;
  other.policy.rulesets["prometheus"].enabled = true;
  EXPECT_TRUE(CheckWayIn(shut, other, {"192.0.2.1"}).ok());
}

}  // namespace
}  // namespace hostctl::reconcile
