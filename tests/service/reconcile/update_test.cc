#include "service/reconcile/update.h"

#include <limits>
#include <set>

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// eth0 is vmk0, and vmk7 is remembered for a device that is away.
class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() : snapshot_(host::SandboxDevices()) {
    for (host::Device& device : snapshot_.devices) {
      if (device.name == "eth0") device.alternative_names = {"vmk0"};
    }
    state_.bindings = {{"vmk0", "02:00:00:00:00:01", "eth0", ""},
                       {"vmk7", "02:00:00:00:00:07", "eth7", ""}};
  }

  absl::StatusOr<store::DesiredState> Apply(const PtpUpdate& update) {
    return ApplyPtpUpdate(state_, update, snapshot_, clock_adjustable_);
  }

  void ExpectRefused(const PtpUpdate& update, absl::StatusCode code, const std::string& reason,
                     const std::string& field) {
    const absl::Status status = Apply(update).status();
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_EQ(DetailOf(status).reason, reason);
    EXPECT_EQ(DetailOf(status).field, field);
    EXPECT_NE(DetailOf(status).remedy, "");
  }

  store::DesiredState state_;
  host::Snapshot snapshot_;
  bool clock_adjustable_ = true;
};

TEST_F(UpdateTest, EnablingTakesAnInterface) {
  const auto wanted = Apply(Enable("vmk0"));
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_TRUE(wanted->ptp.enabled);
  EXPECT_EQ(wanted->ptp.interface, "vmk0");
}

TEST_F(UpdateTest, DisablingKeepsTheInterfaceAndTheAllowedAddresses) {
  state_ = Apply(Enable("vmk0")).value();
  state_.firewall.rulesets["ptpd"].allow_all = false;
  state_.firewall.rulesets["ptpd"].allowed_ips = {"192.0.2.1"};
  const auto wanted = Apply(Disable());
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_FALSE(wanted->ptp.enabled);
  EXPECT_THAT(wanted->firewall.rulesets.at("ptpd").allowed_ips, ElementsAre("192.0.2.1"));
  EXPECT_EQ(wanted->ptp.interface, "vmk0");
}

TEST_F(UpdateTest, ResetGoesBackToTheDefaultsBeforeTheOtherFields) {
  state_ = Apply(Enable("vmk0")).value();
  state_.ptp.read_only = true;
  PtpUpdate update = Domain(9);
  update.reset_to_defaults = true;
  const auto wanted = Apply(update);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  store::PtpSettings expected;
  expected.domain_number = 9;
  EXPECT_EQ(wanted->ptp, expected);
}

TEST_F(UpdateTest, DomainsReachFrom0To255) {
  EXPECT_EQ(Apply(Domain(0))->ptp.domain_number, 0);
  EXPECT_EQ(Apply(Domain(255))->ptp.domain_number, 255);
  for (const int64_t bad : {int64_t{-1}, int64_t{256}, int64_t{1} << 40}) {
    ExpectRefused(Domain(bad), absl::StatusCode::kInvalidArgument, "DOMAIN_OUT_OF_RANGE",
                  "config.domain_number");
  }
}

TEST_F(UpdateTest, InterfacesAreCheckedByName) {
  ExpectRefused(Enable("vmk9"), absl::StatusCode::kNotFound, "INTERFACE_NOT_FOUND",
                "config.interface");
  ExpectRefused(Enable("lo"), absl::StatusCode::kInvalidArgument, "INTERFACE_IS_LOOPBACK",
                "config.interface");
  ExpectRefused(Enable(""), absl::StatusCode::kInvalidArgument, "INTERFACE_REQUIRED",
                "config.interface");
  EXPECT_TRUE(Apply(Enable("eth1")).ok()) << "a device name is as good";
  EXPECT_TRUE(Apply(Enable("vmk7")).ok()) << "remembered, its device is away";
}

TEST_F(UpdateTest, EveryServoIsKnownByName) {
  PtpUpdate update;
  for (const char* servo : {"adaptive", "pi", "linreg", "none"}) {
    update.servo = servo;
    EXPECT_EQ(Apply(update)->ptp.servo, servo);
  }
  for (const char* servo : {"", "PI", "ntp"}) {
    update.servo = servo;
    ExpectRefused(update, absl::StatusCode::kInvalidArgument, "SERVO_UNKNOWN", "config.servo");
  }
  EXPECT_THAT(std::string(Apply(update).status().message()),
              HasSubstr("'ntp'; known are: adaptive, pi, linreg, none"));
}

TEST_F(UpdateTest, LatenciesReachASecondEitherWay) {
  PtpUpdate update;
  update.delay_asymmetry_ns = -1'000'000'000;
  update.ingress_latency_ns = 1'000'000'000;
  update.egress_latency_ns = 40;
  const auto wanted = Apply(update);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_EQ(wanted->ptp.delay_asymmetry_ns, -1'000'000'000);
  EXPECT_EQ(wanted->ptp.ingress_latency_ns, 1'000'000'000);
  EXPECT_EQ(wanted->ptp.egress_latency_ns, 40);

  update = PtpUpdate();
  update.delay_asymmetry_ns = 1'000'000'001;
  ExpectRefused(update, absl::StatusCode::kInvalidArgument, "LATENCY_OUT_OF_RANGE",
                "config.delay_asymmetry_ns");
  update = PtpUpdate();
  update.ingress_latency_ns = -1'000'000'001;
  ExpectRefused(update, absl::StatusCode::kInvalidArgument, "LATENCY_OUT_OF_RANGE",
                "config.ingress_latency_ns");
  update = PtpUpdate();
  update.egress_latency_ns = std::numeric_limits<int64_t>::min();
  ExpectRefused(update, absl::StatusCode::kInvalidArgument, "LATENCY_OUT_OF_RANGE",
                "config.egress_latency_ns");
}

TEST_F(UpdateTest, HoldoverMayLastFromNothingTo30Days) {
  PtpUpdate update;
  for (const int64_t good : {int64_t{0}, int64_t{2'592'000}}) {
    update.holdover_limit_s = good;
    EXPECT_EQ(Apply(update)->ptp.holdover_limit_s, good);
  }
  for (const int64_t bad : {int64_t{-1}, int64_t{2'592'001}, int64_t{1} << 32}) {
    update.holdover_limit_s = bad;
    ExpectRefused(update, absl::StatusCode::kInvalidArgument, "HOLDOVER_LIMIT_OUT_OF_RANGE",
                  "config.holdover_limit");
  }
}

TEST_F(UpdateTest, TheTimesOfTheFallbackAreASecondToADay) {
  PtpUpdate update;
  for (const int64_t good : {1, 86'400}) {
    update.fallback_after_s = update.fallback_return_after_s = good;
    EXPECT_EQ(Apply(update)->ptp.fallback_after_s, good);
    EXPECT_EQ(Apply(update)->ptp.fallback_return_after_s, good);
  }
  for (const int64_t bad : {int64_t{0}, int64_t{86'401}, int64_t{-1}, int64_t{1} << 32}) {
    update = PtpUpdate();
    update.fallback_after_s = bad;
    ExpectRefused(update, absl::StatusCode::kInvalidArgument, "FALLBACK_TIME_OUT_OF_RANGE",
                  "config.fallback_after");
    update = PtpUpdate();
    update.fallback_return_after_s = bad;
    ExpectRefused(update, absl::StatusCode::kInvalidArgument, "FALLBACK_TIME_OUT_OF_RANGE",
                  "config.fallback_return_after");
  }
}

TEST_F(UpdateTest, AFallbackToNtpOpensItsRulesetAndItsEndClosesIt) {
  PtpUpdate update = Enable("vmk0");
  update.fallback = store::Fallback::kNtp;
  const auto armed = Apply(update);
  ASSERT_TRUE(armed.ok()) << armed.status();
  EXPECT_TRUE(armed->firewall.rulesets.at("ntpClient").enabled);
  PtpUpdate only_fallback;
  only_fallback.fallback = store::Fallback::kNtp;
  EXPECT_EQ(Apply(only_fallback)->firewall.rulesets.count("ntpClient"), 0U) << "PTP is off";
}

TEST_F(UpdateTest, WatchedInterfacesAreCheckedLikeTheInterface) {
  PtpUpdate update = Enable("vmk0");
  update.watch_interfaces = {"vmk7", "eth1"};
  const auto wanted = Apply(update);
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_THAT(wanted->ptp.watch_interfaces, ElementsAre("vmk7", "eth1"));
  update.watch_interfaces = {"eth1", "vmk9"};
  ExpectRefused(update, absl::StatusCode::kNotFound, "INTERFACE_NOT_FOUND",
                "config.watch_interfaces");
  update.watch_interfaces = {"lo"};
  ExpectRefused(update, absl::StatusCode::kInvalidArgument, "INTERFACE_IS_LOOPBACK",
                "config.watch_interfaces");
}

TEST_F(UpdateTest, WatchedInterfacesAreAtMostSevenDifferentDevices) {
  PtpUpdate update = Enable("vmk0");
  const std::vector<std::vector<std::string>> bad = {
      {"eth1", "eth1"},  // twice the same name
      {"eth0"},          // vmk0 under its device's name
      {"vmk7", "vmk7"},  // away, but the same all the same
      {""},
      {"a", "b", "c", "d", "e", "f", "g", "h"}};
  for (const std::vector<std::string>& names : bad) {
    SCOPED_TRACE(names.front());
    update.watch_interfaces = names;
    ExpectRefused(update, absl::StatusCode::kInvalidArgument, "WATCH_INTERFACES_INVALID",
                  "config.watch_interfaces");
  }
  // Running PTP on what is watched is the same mistake.
  state_.ptp.watch_interfaces = {"eth1"};
  ExpectRefused(Enable("eth1"), absl::StatusCode::kInvalidArgument, "WATCH_INTERFACES_INVALID",
                "config.watch_interfaces");
}

TEST_F(UpdateTest, AWatchedInterfaceThatWentAwayDoesNotBlockOtherChanges) {
  state_.ptp.watch_interfaces = {"eth9"};
  EXPECT_TRUE(Apply(Domain(3)).ok());
  EXPECT_TRUE(Apply(Enable("vmk0")).ok());
  PtpUpdate more;
  more.watch_interfaces = {"eth9", "eth1"};
  EXPECT_TRUE(Apply(more).ok());
}

TEST_F(UpdateTest, AnInterfaceThatWentAwayDoesNotBlockOtherChanges) {
  state_.ptp.enabled = true;
  state_.ptp.interface = "eth9";
  const auto wanted = Apply(Domain(3));
  ASSERT_TRUE(wanted.ok()) << wanted.status();
  EXPECT_EQ(wanted->ptp.interface, "eth9");
}

TEST_F(UpdateTest, WithoutTheRightToTheClockOnlyReadOnlyWorks) {
  clock_adjustable_ = false;
  ExpectRefused(Enable("vmk0"), absl::StatusCode::kFailedPrecondition, "CLOCK_NOT_ADJUSTABLE",
                "config.read_only");
  PtpUpdate update = Enable("vmk0");
  update.read_only = true;
  EXPECT_TRUE(Apply(update).ok());
}

TEST_F(UpdateTest, AnEtagProtectsAgainstLostUpdates) {
  PtpUpdate update = Domain(5);
  update.etag = EtagOf(state_.ptp);
  EXPECT_TRUE(Apply(update).ok());
  state_.ptp.read_only = true;  // somebody else was faster
  ExpectRefused(update, absl::StatusCode::kAborted, "ETAG_MISMATCH", "etag");
}

TEST_F(UpdateTest, AProfileTakesItsDomainUnlessOneIsNamed) {
  PtpUpdate update;
  update.protocol.profile = "g8275.1";
  EXPECT_EQ(Apply(update)->ptp.domain_number, 24);
  update.domain_number = 30;
  EXPECT_EQ(Apply(update)->ptp.domain_number, 30);
  update.domain_number = 44;
  ExpectRefused(update, absl::StatusCode::kInvalidArgument, "DOMAIN_NOT_OF_PROFILE",
                "config.domain_number");
}

TEST_F(UpdateTest, ADomainOutsideOfTheProfileThatRunsIsRefused) {
  state_.ptp.protocol.profile = "g8275.1";
  state_.ptp.domain_number = 24;
  EXPECT_TRUE(Apply(Domain(43)).ok());
  ExpectRefused(Domain(0), absl::StatusCode::kInvalidArgument, "DOMAIN_NOT_OF_PROFILE",
                "config.domain_number");
}

TEST_F(UpdateTest, AResetTakesHowPtpSpeaksBackToo) {
  state_.ptp.protocol.profile = "g8275.1";
  state_.ptp.domain_number = 24;
  PtpUpdate update;
  update.reset_to_defaults = true;
  ASSERT_TRUE(Apply(update).ok());
  EXPECT_EQ(Apply(update)->ptp, store::PtpSettings());
}

TEST_F(UpdateTest, EveryFieldChangesTheEtag) {
  const store::PtpSettings base;
  std::vector<store::PtpSettings> others(20, base);
  others[0].enabled = true;
  others[1].interface = "vmk0";
  others[2].domain_number = 1;
  others[3].read_only = true;
  others[4].step_policy = store::StepPolicy::kNever;
  others[5].servo = "pi";
  others[6].delay_asymmetry_ns = 1;
  others[7].ingress_latency_ns = 1;
  others[8].egress_latency_ns = 1;
  others[9].holdover_limit_s = 1;
  others[10].watch_interfaces = {"vmk1", "vmk2"};
  others[11].watch_interfaces = {"vmk1vmk2"};
  others[12].protocol.profile = "default-e2e";
  others[13].protocol.values.set_priority1(0);
  others[14].protocol.values.set_priority1(128);
  others[15].protocol.unicast_masters = {"192.0.2.1"};
  others[16].protocol.acceptable_masters.emplace_back().set_identity("001b21fffe030405");
  others[17] = others[16];
  others[17].protocol.acceptable_masters.back().set_alternate_priority1(1);
  others[18].protocol.management_enabled = false;
  others[19].protocol.management_allow_set = true;
  std::set<std::string> etags;
  for (const store::PtpSettings& other : others) etags.insert(EtagOf(other));
  EXPECT_EQ(etags.size(), others.size());
  EXPECT_EQ(etags.count(EtagOf(base)), 0u);
  EXPECT_EQ(EtagOf(base), EtagOf(store::PtpSettings()));
}

}  // namespace
}  // namespace hostctl::reconcile
