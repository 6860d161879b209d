// Many sets in random order, any step of which may fail: after each, the
// firewall, the services and the disk hold exactly what the last successful set
// asked for, or what they held before.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "fakes.h"
#include "gtest/gtest.h"

namespace hostctl::reconcile {
namespace {

class RandomSets : public ::testing::TestWithParam<unsigned> {
 protected:
  int Pick(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  template <typename T>
  T PickOne(const std::vector<T>& values) {
    return values[static_cast<size_t>(Pick(static_cast<int>(values.size())))];
  }

  void MaybeBreakSomething() {
    host_.firewall.FailNextApply(absl::OkStatus());
    host_.engine.next_start = host_.engine.next_configure = host_.files.next_write =
        absl::OkStatus();
    host_.services.next_start = absl::OkStatus();
    switch (Pick(9)) {
      case 0:
        host_.firewall.FailNextApply(absl::InternalError("firewall"));
        break;
      case 1:
        host_.engine.next_start = absl::InternalError("start");
        break;
      case 2:
        host_.engine.next_configure = absl::InternalError("configure");
        break;
      case 3:
        host_.files.next_write = absl::InternalError("write");
        break;
      case 4:
        host_.services.next_start = absl::InternalError("chronyd");
        break;
      default:
        break;
    }
  }

  PtpUpdate RandomUpdate() {
    PtpUpdate update;
    update.reset_to_defaults = Pick(12) == 0;
    if (Pick(3) == 0) update.enabled = Pick(3) != 0;
    if (Pick(2) == 0) {
      update.interface = PickOne<std::string>({"vmk0", "vmk1", "eth0", "vmk9", "lo"});
    }
    if (Pick(3) == 0) update.domain_number = Pick(260);
    if (Pick(5) == 0) update.read_only = Pick(2) == 0;
    if (Pick(5) == 0) update.servo = PickOne<std::string>({"adaptive", "pi", "ntp"});
    if (Pick(5) == 0) update.egress_latency_ns = Pick(3) * 600'000'000;
    if (Pick(5) == 0) update.holdover_limit_s = Pick(5) - 1;
    if (Pick(5) == 0) {
      update.watch_interfaces =
          PickOne<std::vector<std::string>>({{}, {"vmk1"}, {"eth0"}, {"vmk9"}});
    }
    return update;
  }

  ServiceUpdate RandomServiceUpdate() {
    using Action = ServiceUpdate::Action;
    const std::string key = Pick(2) == 0 ? "ptpd" : "chronyd";
    if (Pick(3) == 0) {
      return SetPolicy(
          key, PickOne<store::ServicePolicy>({store::ServicePolicy::kOn, store::ServicePolicy::kOff,
                                              store::ServicePolicy::kAutomatic}));
    }
    return Act(PickOne<Action>({Action::kStart, Action::kStop, Action::kRestart}), key);
  }

  // What somebody did to a service last.
  enum class Hand { kNone, kStarted, kStopped };
  using Hands = std::map<std::string, Hand>;

  // As the README says it, with every ruleset of chronyd's open.
  static bool ShouldRun(const store::DesiredState& state, const Hands& hands,
                        const std::string& key) {
    if (key == "ptpd" && !state.ptp.enabled) return false;
    const auto found = hands.find(key);
    const Hand hand = found == hands.end() ? Hand::kNone : found->second;
    if (state.services.at(key) == store::ServicePolicy::kOff) return hand == Hand::kStarted;
    return hand != Hand::kStopped;
  }

  FakeHost host_;
  std::mt19937 random_{GetParam()};
};

TEST_P(RandomSets, TheHostAlwaysHoldsTheLastSuccessfulSet) {
  auto reconciler = host_.NewReconciler();
  ASSERT_TRUE(reconciler->Start().ok());
  store::DesiredState model = host_.Stored();
  Hands hands;
  int succeeded = 0;
  int refused = 0;
  for (int step = 0; step < 300; ++step) {
    MaybeBreakSomething();
    const bool dry = Pick(6) == 0;
    bool ok = false;
    store::DesiredState next = model;
    Hands next_hands = hands;
    if (Pick(5) == 0) {
      const bool all = Pick(2) == 0;
      ChangeMode mode;
      mode.validate_only = dry;
      ok = reconciler->ChangeFirewall(AllowAll(all), mode).ok();
      next.firewall.rulesets["ptpd"].allow_all = all;
    } else if (Pick(3) == 0) {
      const ServiceUpdate update = RandomServiceUpdate();
      ok = reconciler->UpdateService(update, dry).ok();
      Hand& hand = next_hands[update.key];
      if (update.action == ServiceUpdate::Action::kSetPolicy) {
        const bool runs = ShouldRun(model, hands, update.key);
        if (next.services[update.key] != update.policy) {
          hand = runs && update.policy == store::ServicePolicy::kOff ? Hand::kStarted : Hand::kNone;
        }
        next.services[update.key] = update.policy;
      } else {
        hand = update.action == ServiceUpdate::Action::kStop ? Hand::kStopped : Hand::kStarted;
      }
    } else {
      const PtpUpdate update = RandomUpdate();
      ok = reconciler->UpdatePtp(update, dry).ok();
      if (update.reset_to_defaults) next.ptp = store::PtpSettings();
      next.ptp.enabled = update.enabled.value_or(next.ptp.enabled);
      next.ptp.interface = update.interface.value_or(next.ptp.interface);
      next.ptp.domain_number =
          static_cast<uint8_t>(update.domain_number.value_or(next.ptp.domain_number));
      next.ptp.read_only = update.read_only.value_or(next.ptp.read_only);
      next.ptp.servo = update.servo.value_or(next.ptp.servo);
      next.ptp.egress_latency_ns = update.egress_latency_ns.value_or(next.ptp.egress_latency_ns);
      next.ptp.holdover_limit_s =
          static_cast<uint32_t>(update.holdover_limit_s.value_or(next.ptp.holdover_limit_s));
      next.ptp.watch_interfaces = update.watch_interfaces.value_or(next.ptp.watch_interfaces);
      if (next.ptp.enabled != model.ptp.enabled) next_hands["ptpd"] = Hand::kNone;
    }
    if (ok && !dry) {
      model = next;
      hands = next_hands;
    }
    (ok ? succeeded : refused) += 1;

    SCOPED_TRACE(::testing::Message() << "step " << step << (ok ? " succeeded" : " was refused"));
    ASSERT_EQ(reconciler->Ptp().settings, model.ptp);
    ASSERT_EQ(host_.Stored().ptp, model.ptp);
    ASSERT_EQ(host_.Stored().services, model.services);
    const bool runs = ShouldRun(model, hands, "ptpd");
    const auto ruleset = model.firewall.rulesets.find("ptpd");
    const bool admits = ruleset == model.firewall.rulesets.end() || ruleset->second.allow_all;
    ASSERT_EQ(RulesetPasses(*host_.firewall.policy(), "ptpd"), runs && admits);
    ASSERT_EQ(host_.engine.pid() != 0, runs);
    ASSERT_EQ(host_.services.Runs(), ShouldRun(model, hands, "chronyd"));
    if (runs) {
      ASSERT_TRUE(host_.engine.config().has_value());
      ASSERT_EQ(host_.engine.config()->interface(), model.ptp.interface);
      ASSERT_EQ(host_.engine.config()->domain_number(), model.ptp.domain_number);
      ASSERT_EQ(host_.engine.config()->read_only(), model.ptp.read_only);
      ASSERT_EQ(host_.engine.config()->servo(), model.ptp.servo);
      ASSERT_EQ(host_.engine.config()->egress_latency_ns(), model.ptp.egress_latency_ns);
      ASSERT_EQ(host_.engine.config()->holdover_limit_s(), model.ptp.holdover_limit_s);
      ASSERT_EQ(host_.engine.config()->further_ports_size(),
                static_cast<int>(model.ptp.watch_interfaces.size()));
    }
  }
  EXPECT_GT(succeeded, 50);
  EXPECT_GT(refused, 20);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomSets, ::testing::Range(1u, 21u));

}  // namespace
}  // namespace hostctl::reconcile
