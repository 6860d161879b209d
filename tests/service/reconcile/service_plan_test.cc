#include "service/reconcile/service_plan.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using store::ByHand;
using store::DesiredState;
using store::ServicePolicy;
using store::ServicesByHand;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr ServicePolicy kOn = ServicePolicy::kOn;
constexpr ServicePolicy kOff = ServicePolicy::kOff;
constexpr ServicePolicy kAutomatic = ServicePolicy::kAutomatic;
constexpr ServiceTarget kRun = ServiceTarget::kRun;
constexpr ServiceTarget kStop = ServiceTarget::kStop;
constexpr ServiceTarget kLeave = ServiceTarget::kLeave;

DesiredState PtpOn() {
  DesiredState state;
  state.ptp.enabled = true;
  state.ptp.interface = "vmk0";
  return state;
}

enum class Hand { kNone, kStarted, kStopped };

struct Case {
  ServicePolicy policy;
  Hand hand;
  bool ruleset_open;
  ServiceTarget target;
};

// Policy x by hand x ruleset, all of them, of a service that has something to do.
constexpr Case kCases[] = {
    {kOn, Hand::kNone, true, kRun},
    {kOn, Hand::kNone, false, kRun},
    {kOn, Hand::kStarted, true, kRun},
    {kOn, Hand::kStarted, false, kRun},
    {kOn, Hand::kStopped, true, kStop},
    {kOn, Hand::kStopped, false, kStop},
    {kOff, Hand::kNone, true, kLeave},
    {kOff, Hand::kNone, false, kLeave},
    {kOff, Hand::kStarted, true, kRun},
    {kOff, Hand::kStarted, false, kRun},
    {kOff, Hand::kStopped, true, kStop},
    {kOff, Hand::kStopped, false, kStop},
    {kAutomatic, Hand::kNone, true, kRun},
    {kAutomatic, Hand::kNone, false, kStop},
    {kAutomatic, Hand::kStarted, true, kRun},
    {kAutomatic, Hand::kStarted, false, kStop},
    {kAutomatic, Hand::kStopped, true, kStop},
    {kAutomatic, Hand::kStopped, false, kStop},
};

ServiceInputs InputsOf(const Case& c) {
  ServiceInputs inputs;
  inputs.policy = c.policy;
  inputs.started_by_hand = c.hand == Hand::kStarted;
  inputs.stopped_by_hand = c.hand == Hand::kStopped;
  inputs.ruleset_open = c.ruleset_open;
  return inputs;
}

TEST(ServicePlan, WhoShouldRun) {
  for (const Case& c : kCases) {
    EXPECT_EQ(TargetOf(InputsOf(c)), c.target)
        << WordOf(c.policy) << ", hand " << static_cast<int>(c.hand) << ", ruleset "
        << (c.ruleset_open ? "open" : "closed");
  }
}

TEST(ServicePlan, NothingRunsThatHasNothingToDo) {
  for (const Case& c : kCases) {
    ServiceInputs inputs = InputsOf(c);
    inputs.ready = false;
    EXPECT_EQ(TargetOf(inputs), kStop);
  }
}

TEST(ServicePlan, WhateverDoesNotRunHasAReasonAndNothingElseHas) {
  for (const Case& c : kCases) {
    EXPECT_EQ(WhyNotRun(InputsOf(c), *FindService("chronyd")).empty(), c.target == kRun);
  }
  ServiceInputs automatic;
  automatic.policy = kAutomatic;
  automatic.ruleset_open = false;
  EXPECT_EQ(WhyNotRun(automatic, *FindService("chronyd")),
            "its policy is automatic, and the firewall ruleset ntpClient is closed");
}

TEST(ServicePlan, PtpdRunsWhilePtpIsEnabledUnderOnAndAutomatic) {
  DesiredState state;
  EXPECT_FALSE(ShouldRun(state, {}, "ptpd"));
  state = PtpOn();
  EXPECT_TRUE(ShouldRun(state, {}, "ptpd"));
  state.services["ptpd"] = kAutomatic;
  EXPECT_TRUE(ShouldRun(state, {}, "ptpd")) << "its ruleset follows it";
  state.services["ptpd"] = kOff;
  EXPECT_FALSE(ShouldRun(state, {}, "ptpd"));
  EXPECT_TRUE(ShouldRun(state, {{"ptpd", ByHand::kStarted}}, "ptpd"));
}

TEST(ServicePlan, ChronydFollowsItsRulesetUnderAutomatic) {
  DesiredState state;
  state.services["chronyd"] = kAutomatic;
  EXPECT_TRUE(ShouldRun(state, {}, "chronyd")) << "nobody closed it";
  state.firewall.rulesets["ntpClient"].enabled = false;
  EXPECT_FALSE(ShouldRun(state, {}, "chronyd"));
}

TEST(ServicePlan, TheRulesetOfPtpdIsOpenExactlyWhileItShouldRun) {
  DesiredState state = PtpOn();
  CoupleRulesets({}, state);
  EXPECT_TRUE(state.firewall.rulesets.at("ptpd").enabled);
  CoupleRulesets({{"ptpd", ByHand::kStopped}}, state);
  EXPECT_FALSE(state.firewall.rulesets.at("ptpd").enabled);
}

TEST(ServicePlan, CouplingNamesNoRulesetThatStaysClosed) {
  DesiredState state;
  CoupleRulesets({}, state);
  EXPECT_THAT(state.firewall.rulesets, IsEmpty());
}

TEST(ServicePlan, ChangesNamePoliciesAndWhatRuns) {
  DesiredState after = PtpOn();
  after.services["chronyd"] = kOn;
  EXPECT_THAT(ServiceChanges(DesiredState(), {}, after, {}),
              ElementsAre(Change{"service.chronyd.policy", "off", "on"},
                          Change{"service.chronyd", "stopped", "running"},
                          Change{"service.ptpd", "stopped", "running"}));
  EXPECT_THAT(ServiceChanges(after, {}, after, {}), IsEmpty());
}

TEST(Rulesets, PtpOverEthernetOpensNone) {
  DesiredState state = PtpOn();
  CoupleRulesets({}, state);
  EXPECT_TRUE(state.firewall.rulesets.at("ptpd").enabled);
  state.ptp.protocol.profile = "g8275.1";
  CoupleRulesets({}, state);
  EXPECT_FALSE(state.firewall.rulesets.at("ptpd").enabled);
  state.ptp.protocol.values.set_network_protocol(v1::NETWORK_PROTOCOL_UDP_IPV6);
  CoupleRulesets({}, state);
  EXPECT_TRUE(state.firewall.rulesets.at("ptpd").enabled);
}

class ClockOwner : public ::testing::Test {
 protected:
  std::string Refusal(const DesiredState& before, const DesiredState& after) {
    return std::string(CheckClockOwner(before, {}, after, {}, facts_).message());
  }

  static DesiredState ChronydOn(DesiredState state) {
    state.services["chronyd"] = kOn;
    return state;
  }

  ClockFacts facts_;
};

TEST_F(ClockOwner, ChronydMayNotJoinPtp) {
  const absl::Status refused = CheckClockOwner(PtpOn(), {}, ChronydOn(PtpOn()), {}, facts_);
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(refused).reason, "CLOCK_HAS_OWNER");
  EXPECT_EQ(refused.message(), "PTP steers the system clock; chronyd would steer it too");
}

TEST_F(ClockOwner, PtpMayNotJoinChronyd) {
  EXPECT_EQ(Refusal(ChronydOn(DesiredState()), ChronydOn(PtpOn())),
            "chronyd steers the system clock; PTP would steer it too");
}

TEST_F(ClockOwner, NorAChronydThatOthersHaveStarted) {
  facts_.chronyd_runs = true;
  EXPECT_EQ(Refusal(DesiredState(), PtpOn()),
            "chronyd steers the system clock; PTP would steer it too");
  EXPECT_TRUE(
      CheckClockOwner(DesiredState(), {}, PtpOn(), {{"chronyd", ByHand::kStopped}}, facts_).ok())
      << "it is stopped in the same set";
}

TEST_F(ClockOwner, WhoOnlyMeasuresDisturbsNobody) {
  DesiredState measuring = PtpOn();
  measuring.ptp.read_only = true;
  EXPECT_EQ(Refusal(DesiredState(), ChronydOn(measuring)), "");
  measuring = PtpOn();
  measuring.ptp.servo = "none";
  EXPECT_EQ(Refusal(DesiredState(), ChronydOn(measuring)), "");
  facts_.ptp_uses_system_clock = false;
  EXPECT_EQ(Refusal(DesiredState(), ChronydOn(PtpOn())), "");
  facts_ = ClockFacts();
  facts_.chronyd_steers = false;
  EXPECT_EQ(Refusal(DesiredState(), ChronydOn(PtpOn())), "");
}

TEST_F(ClockOwner, AServerTakesItsTimeFromChronyd) {
  DesiredState serving = PtpOn();
  serving.ptp.protocol.values.set_role(v1::CLOCK_ROLE_SERVER);
  EXPECT_EQ(Refusal(ChronydOn(DesiredState()), ChronydOn(serving)), "");
  EXPECT_EQ(TargetBeside(ChronydOn(serving), {}, facts_, "chronyd"), kRun);
  serving.ptp.protocol.values.set_role(v1::CLOCK_ROLE_AUTO);
  EXPECT_NE(Refusal(ChronydOn(DesiredState()), ChronydOn(serving)), "") << "it may come to follow";
}

TEST_F(ClockOwner, WhatIsSoAlreadyStandsInTheWayOfNothing) {
  EXPECT_EQ(Refusal(ChronydOn(PtpOn()), ChronydOn(PtpOn())), "");
}

TEST_F(ClockOwner, PtpAndNtpAreNotSourcesBothAtOnce) {
  DesiredState ntp_on;
  ntp_on.ntp.enabled = true;
  DesiredState both = PtpOn();
  both.ntp.enabled = true;
  // Whoever may touch the clock: which of them its time is from must be clear.
  facts_.chronyd_steers = false;
  facts_.ptp_uses_system_clock = false;
  const absl::Status refused = CheckClockOwner(PtpOn(), {}, both, {}, facts_);
  EXPECT_EQ(refused.message(), "PTP is this host's source of time; NTP would be one too");
  EXPECT_EQ(DetailOf(refused).reason, "CLOCK_HAS_OWNER");
  EXPECT_THAT(DetailOf(refused).remedy, ::testing::HasSubstr("ptp set --fallback ntp"));
  EXPECT_EQ(Refusal(ntp_on, both), "NTP is this host's source of time; PTP would be one too");
  EXPECT_EQ(Refusal(PtpOn(), ntp_on), "") << "one is switched off for the other";
  EXPECT_EQ(Refusal(both, both), "") << "what is so already stands in the way of nothing";
  both.ptp.read_only = true;
  EXPECT_EQ(Refusal(ntp_on, both), "");
}

TEST_F(ClockOwner, NtpThatIsEnabledHasChronydRunWhateverItsPolicy) {
  DesiredState state;
  for (const auto policy : {kOff, kOn, kAutomatic}) {
    state.services["chronyd"] = policy;
    state.ntp.enabled = true;
    EXPECT_TRUE(ShouldRun(state, {}, "chronyd"));
    EXPECT_FALSE(ShouldRun(state, {{"chronyd", ByHand::kStopped}}, "chronyd"));
  }
}

TEST_F(ClockOwner, WherePtpFallsBackToNtpTheyAreNoTwoSources) {
  DesiredState both = PtpOn();
  both.ptp.fallback = store::Fallback::kNtp;
  both.ntp.enabled = true;
  both.ntp.servers.emplace_back().address = "192.0.2.123";
  EXPECT_EQ(Refusal(PtpOn(), both), "");
  facts_.chronyd_runs = true;
  EXPECT_EQ(Refusal(DesiredState(), both), "") << "NTP gives the clock to PTP";
  DesiredState without = both;
  without.ptp.fallback = store::Fallback::kNone;
  EXPECT_EQ(Refusal(both, without), "NTP is this host's source of time; PTP would be one too");
}

TEST_F(ClockOwner, AFallbackNeedsServers) {
  DesiredState armed = PtpOn();
  armed.ptp.fallback = store::Fallback::kNtp;
  const absl::Status refused = CheckClockOwner(PtpOn(), {}, armed, {}, facts_);
  EXPECT_EQ(DetailOf(refused).reason, "FALLBACK_WITHOUT_SERVERS");
  EXPECT_EQ(DetailOf(refused).field, "config.fallback");
  EXPECT_EQ(Refusal(armed, armed), "") << "what is so already stands in the way of nothing";
  DesiredState with = armed;
  with.ntp.servers.emplace_back().address = "192.0.2.123";
  EXPECT_EQ(Refusal(PtpOn(), with), "");
  EXPECT_NE(Refusal(with, armed), "") << "the last server stays";
}

TEST_F(ClockOwner, InFallbackChronydRunsWhateverItsPolicyAndElseNever) {
  DesiredState state = ChronydOn(PtpOn());
  state.ptp.fallback = store::Fallback::kNtp;
  EXPECT_EQ(TargetBeside(state, {}, facts_, "chronyd"), kStop);
  EXPECT_FALSE(ClockLent(state, {}, facts_));
  facts_.chronyd_runs = true;
  EXPECT_TRUE(ClockLent(state, {}, facts_)) << "it was not stopped yet";
  facts_.in_fallback = true;
  for (const auto policy : {kOff, kOn, kAutomatic}) {
    state.services["chronyd"] = policy;
    EXPECT_EQ(TargetBeside(state, {}, facts_, "chronyd"), kRun);
  }
  EXPECT_EQ(TargetBeside(state, {{"chronyd", ByHand::kStopped}}, facts_, "chronyd"), kStop);
  state.ptp.read_only = true;
  EXPECT_FALSE(FallbackArmed(state, {})) << "PTP has no clock to lose";
  state = PtpOn();
  EXPECT_EQ(TargetBeside(state, {}, facts_, "chronyd"), kStop) << "it ran for a fallback";
}

TEST_F(ClockOwner, PtpGoesFirstWhereBothAreWanted) {
  const DesiredState both = ChronydOn(PtpOn());
  EXPECT_EQ(TargetBeside(both, {}, facts_, "chronyd"), kStop);
  EXPECT_EQ(TargetBeside(both, {}, facts_, "ptpd"), kRun);
  facts_.chronyd_steers = false;
  EXPECT_EQ(TargetBeside(both, {}, facts_, "chronyd"), kRun);
}

}  // namespace
}  // namespace hostctl::reconcile
