// The steps from what is to what is wanted, as text.
#include "service/reconcile/link_plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/host/fake_interfaces.h"
#include "service/reconcile/interface_update.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using To = InterfaceAddition::To;

std::vector<std::string> TextOf(const std::vector<LinkStep>& steps) {
  std::vector<std::string> text;
  for (const LinkStep& step : steps) text.push_back(Describe(step));
  return text;
}

std::vector<std::string> CodesOf(const LinkPlan& plan) {
  std::vector<std::string> codes;
  for (const Condition& condition : plan.conditions) codes.push_back(condition.code);
  return codes;
}

class LinkPlanTest : public ::testing::Test {
 protected:
  LinkPlanTest() : interfaces_(host::LargerSandbox()) {
    before_.bindings = host::PlanBindings(Snapshot(), {}).bindings;
    EXPECT_TRUE(interfaces_.AddAlternativeName(2, "vmk0").ok());
    EXPECT_TRUE(interfaces_.AddAlternativeName(3, "vmk1").ok());
  }

  host::Snapshot Snapshot() { return interfaces_.Read().value(); }

  store::DesiredState With(const InterfaceAddition& addition) {
    auto wanted = ApplyInterfaceAddition(before_, addition, Snapshot(), "02:00:00:00:00:33");
    EXPECT_TRUE(wanted.ok()) << wanted.status();
    return wanted.value_or(before_);
  }

  LinkPlan Change(const store::DesiredState& wanted) {
    return PlanLinkChange(before_, wanted, Snapshot());
  }

  host::FakeInterfaces interfaces_;
  store::DesiredState before_;
};

TEST_F(LinkPlanTest, ADeviceIsNamedAndThenSet) {
  const LinkPlan plan = Change(With({"vmk3", To::kDevice, "eth2", "", 9000}));
  EXPECT_THAT(TextOf(plan.steps), ElementsAre("name eth2 vmk3", "give eth2 an MTU of 9000"));
  EXPECT_THAT(plan.last_steps, IsEmpty());
}

TEST_F(LinkPlanTest, APortIsMadeInOneStep) {
  const LinkPlan plan = Change(With({"vmk3", To::kBridge, "br0", "", 1400}));
  ASSERT_THAT(TextOf(plan.steps), ElementsAre("make vmk3 as a port of br0"));
  const host::DeviceSpec& spec = std::get<CreateDevice>(plan.steps[0]).spec;
  EXPECT_EQ(spec.mac, "02:00:00:00:00:33");
  EXPECT_EQ(spec.mtu, 1400u);
  EXPECT_TRUE(spec.up);
}

TEST_F(LinkPlanTest, WhatDoesNotDifferIsLeftAlone) {
  EXPECT_THAT(Change(before_).steps, IsEmpty());
  store::DesiredState wanted = before_;
  wanted.ptp.enabled = true;
  EXPECT_THAT(Change(wanted).steps, IsEmpty());
}

TEST_F(LinkPlanTest, OnlyTheNameIsTakenFromWhatIsNotOurs) {
  const auto wanted = ApplyInterfaceRemoval(before_, "vmk1", Snapshot());
  const LinkPlan plan = Change(*wanted);
  EXPECT_THAT(TextOf(plan.steps), ElementsAre("take the name vmk1 from eth1"));
  EXPECT_THAT(plan.last_steps, IsEmpty());
}

TEST_F(LinkPlanTest, WhatWeMadeIsDeletedWhenAllElseIsDone) {
  const store::DesiredState with = With({"vmk3", To::kMacvlan, "eth2"});
  ASSERT_TRUE(
      interfaces_.Create({host::DeviceSpec::Kind::kMacvlan, "vmk3", "eth2", "02:00:00:00:00:33"})
          .ok());
  const LinkPlan plan = PlanLinkChange(with, before_, Snapshot());
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(TextOf(plan.last_steps), ElementsAre("delete vmk3"));
}

TEST_F(LinkPlanTest, BothEndsOfAPairAreGivenTheMtu) {
  before_ = With({"vmk3", To::kBridge, "br0"});
  ASSERT_TRUE(
      interfaces_.Create({host::DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"})
          .ok());
  store::DesiredState wanted = before_;
  wanted.interfaces["vmk3"].mtu = 9000;
  wanted.interfaces["vmk3"].enabled = false;
  EXPECT_THAT(
      TextOf(Change(wanted).steps),
      ElementsAre("give vmk3 an MTU of 9000", "give vmk3-p an MTU of 9000", "bring vmk3 down"));
}

TEST_F(LinkPlanTest, WhatIsGoneIsMadeAgain) {
  const store::DesiredState wanted = With({"vmk3", To::kBridge, "br0"});
  EXPECT_THAT(TextOf(PlanLinkRepair(wanted, Snapshot()).steps),
              ElementsAre("make vmk3 as a port of br0"));
  ASSERT_TRUE(
      interfaces_.Create({host::DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"})
          .ok());
  EXPECT_THAT(PlanLinkRepair(wanted, Snapshot()).steps, IsEmpty()) << "at rest";
}

TEST_F(LinkPlanTest, APortThatLostItsBridgeIsPutBack) {
  const store::DesiredState wanted = With({"vmk3", To::kBridge, "br0"});
  ASSERT_TRUE(
      interfaces_.Create({host::DeviceSpec::Kind::kBridgePort, "vmk3", "br0", "02:00:00:00:00:33"})
          .ok());
  interfaces_.Edit([](host::Snapshot& now) {
    for (host::Device& device : now.devices) device.controller.clear();
  });
  EXPECT_THAT(TextOf(PlanLinkRepair(wanted, Snapshot()).steps),
              ElementsAre("make vmk3-p a port of br0"));
}

TEST_F(LinkPlanTest, WithoutItsBridgeItWaitsAndSaysSo) {
  const store::DesiredState wanted = With({"vmk3", To::kBridge, "br0"});
  interfaces_.Edit([](host::Snapshot& now) { now.devices.pop_back(); });
  const LinkPlan plan = PlanLinkRepair(wanted, Snapshot());
  EXPECT_THAT(plan.steps, IsEmpty());
  ASSERT_THAT(CodesOf(plan), ElementsAre("INTERFACE_PARENT_MISSING"));
  EXPECT_EQ(plan.conditions[0].message,
            "the interface vmk3 cannot be made: there is no bridge br0");
}

TEST_F(LinkPlanTest, SomebodyElsesDeviceOfTheNameIsNotTouched) {
  const store::DesiredState wanted = With({"vmk3", To::kBridge, "br0"});
  interfaces_.Edit([](host::Snapshot& now) { now.devices.back().name = "vmk3"; });
  const LinkPlan plan = PlanLinkRepair(wanted, Snapshot());
  EXPECT_THAT(plan.steps, IsEmpty());
  EXPECT_THAT(CodesOf(plan), ElementsAre("INTERFACE_NAME_TAKEN"));
}

TEST_F(LinkPlanTest, ASettingThatSomebodyChangedIsPutBack) {
  before_.interfaces["vmk1"].mtu = 1400;
  before_.interfaces["vmk1"].enabled = true;
  interfaces_.Edit([](host::Snapshot& now) { now.devices[2].up = false; });
  EXPECT_THAT(TextOf(PlanLinkRepair(before_, Snapshot()).steps),
              ElementsAre("give eth1 an MTU of 1400", "bring eth1 up"));
}

TEST_F(LinkPlanTest, EveryStepHasItsInverse) {
  const host::DeviceSpec spec{host::DeviceSpec::Kind::kMacvlan, "vmk3", "eth2", ""};
  const std::vector<LinkStep> steps = {CreateDevice{spec},           DeleteDevice{spec},
                                       AddName{"eth2", "vmk3"},      RemoveName{"eth2", "vmk3"},
                                       SetMtu{"eth2", 1500, 9000},   SetState{"eth2", true},
                                       AttachPort{"p", "br0", "br1"}};
  std::vector<std::string> inverses;
  for (const LinkStep& step : steps) {
    inverses.push_back(Describe(Inverse(step)));
    EXPECT_EQ(Describe(Inverse(Inverse(step))), Describe(step));
  }
  EXPECT_THAT(inverses,
              ElementsAre("delete vmk3", "make vmk3 as a macvlan on eth2",
                          "take the name vmk3 from eth2", "name eth2 vmk3",
                          "give eth2 an MTU of 1500", "bring eth2 down", "make p a port of br0"));
}

}  // namespace
}  // namespace hostctl::reconcile
