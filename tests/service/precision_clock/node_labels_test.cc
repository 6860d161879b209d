#include "service/precision_clock/node_labels.h"

#include <cctype>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/service/precision_clock/statuses.h"

namespace hostctl::precision_clock {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

constexpr char kMaxError[] = "hostctl.org/time-max-error-ns";

TEST(NodeLabels, SayWhatASchedulerSelectsBy) {
  EXPECT_THAT(
      LabelsOf(KeptByPtp(4200), {}),
      ElementsAre(Pair("hostctl.org/time-health", "synchronized"),
                  Pair("hostctl.org/time-max-error-ns", "10000"),
                  Pair("hostctl.org/time-protocol", "ptp"), Pair("hostctl.org/time-ptp", "true")));
}

TEST(NodeLabels, AFallbackServesNtpOnly) {
  v1::TimeStatus status = KeptByPtp(1.2e6);
  status.set_health(v1::TIME_HEALTH_FALLBACK);
  status.set_protocol(v1::TIME_PROTOCOL_NTP);
  EXPECT_THAT(LabelsOf(status, {}), ElementsAre(Pair("hostctl.org/time-health", "fallback"),
                                                Pair("hostctl.org/time-max-error-ns", "10000000"),
                                                Pair("hostctl.org/time-ntp", "true"),
                                                Pair("hostctl.org/time-protocol", "ntp")));
}

TEST(NodeLabels, WithoutSynchronizedTimeNothingIsPromised) {
  v1::TimeStatus status = KeptByPtp(4200);
  for (const auto& [health, value] : {std::pair{v1::TIME_HEALTH_UNSYNCHRONIZED, "unsynchronized"},
                                      std::pair{v1::TIME_HEALTH_DISABLED, "disabled"},
                                      std::pair{v1::TIME_HEALTH_UNSPECIFIED, "unsynchronized"}}) {
    status.set_health(health);
    EXPECT_THAT(LabelsOf(status, {}), ElementsAre(Pair("hostctl.org/time-health", value),
                                                  Pair("hostctl.org/time-protocol", "none")));
  }
}

TEST(NodeLabels, TimeThatWorkloadsDoNotSeeIsNotSynchronizedForThem) {
  v1::TimeStatus status = KeptByPtp(4200);
  status.set_clock("virtual");
  EXPECT_THAT(LabelsOf(status, {}), ElementsAre(Pair("hostctl.org/time-health", "unsynchronized"),
                                                Pair("hostctl.org/time-protocol", "none")));
}

std::string ErrorLabel(double ns, const Labels& previous = {}) {
  const Labels labels = LabelsOf(KeptByPtp(ns), previous);
  const auto found = labels.find(kMaxError);
  return found == labels.end() ? "" : found->second;
}

TEST(NodeLabels, TheErrorIsTheNextPowerOfTenUpToASecond) {
  EXPECT_EQ(ErrorLabel(0), "100");
  EXPECT_EQ(ErrorLabel(100), "100");
  EXPECT_EQ(ErrorLabel(100.5), "1000");
  EXPECT_EQ(ErrorLabel(999e6), "1000000000");
  EXPECT_EQ(ErrorLabel(1.1e9), "");
  v1::TimeStatus unknown = KeptByPtp(1);
  unknown.clear_maximum_error_ns();
  EXPECT_THAT(LabelsOf(unknown, {}), Not(Contains(Key(kMaxError))));
}

TEST(NodeLabels, AnErrorThatWaversDoesNotChangeTheLabelToAndFro) {
  Labels labels = LabelsOf(KeptByPtp(9900), {});
  EXPECT_EQ(labels[kMaxError], "10000");
  labels = LabelsOf(KeptByPtp(10100), labels);
  EXPECT_EQ(labels[kMaxError], "100000") << "worse: at once";
  for (const double ns : {9900.0, 10100.0, 8100.0}) {
    labels = LabelsOf(KeptByPtp(ns), labels);
    EXPECT_EQ(labels[kMaxError], "100000") << "not clearly better: " << ns;
  }
  EXPECT_EQ(ErrorLabel(7900, labels), "10000");
  EXPECT_EQ(ErrorLabel(900, labels), "10000") << "not clearly one better still";
  EXPECT_EQ(ErrorLabel(700, labels), "1000");
  labels[kMaxError] = "garbage";
  EXPECT_EQ(ErrorLabel(9900, labels), "10000");
}

}  // namespace
}  // namespace hostctl::precision_clock
