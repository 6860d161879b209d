#include "service/libvirt_hook/decision.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::libvirt_hook {
namespace {

using ::testing::HasSubstr;

const std::string kPlain = "<domain type='kvm'><name>vm1</name></domain>";

std::string Asking(const std::string& attributes) {
  return "<domain><metadata><hostctl:precisionClock xmlns:hostctl='" + std::string(kNamespace) +
         "' " + attributes + "/></metadata></domain>";
}

// Decides on guest vm1, with `result` as what hostctl gives.
struct Trial {
  Decision Of(const std::string& operation, const std::string& xml) {
    return Decide("vm1", operation, xml, [this](const DomainDemand& demand) {
      asked.push_back(demand);
      return result;
    });
  }

  CheckResult result{4, "PrecisionClockAnswer.message.string=Precision clock wants PTP; no\n"};
  std::vector<DomainDemand> asked;
};

TEST(Decision, AGuestThatAsksForNothingPassesUnasked) {
  Trial trial;
  const Decision decision = trial.Of("prepare", kPlain);
  EXPECT_TRUE(decision.pass);
  EXPECT_EQ(decision.words, "");
  EXPECT_TRUE(trial.asked.empty());
}

TEST(Decision, AGuestWhosePrecisionClockIsNotServedMayNotStart) {
  Trial trial;
  const Decision decision = trial.Of("prepare", Asking("protocol='ptp' maxError='10us'"));
  EXPECT_FALSE(decision.pass);
  EXPECT_EQ(decision.words, "hostctl: guest vm1 may not run here: Precision clock wants PTP; no");
  ASSERT_EQ(trial.asked.size(), 1u);
  EXPECT_EQ(trial.asked[0], (DomainDemand{"ptp", "10us"}));
}

TEST(Decision, AGuestWhosePrecisionClockIsServedStarts) {
  Trial trial;
  trial.result = {0, "PrecisionClockAnswer.message.string=fine\n"};
  const Decision decision = trial.Of("prepare", Asking("protocol='any'"));
  EXPECT_TRUE(decision.pass);
  EXPECT_EQ(decision.words, "");
  EXPECT_EQ(trial.asked.size(), 1u);
}

// Every operation that libvirt documents, and one that it may come to have.
TEST(Decision, OnlyWhatIsAboutToRunIsRefused) {
  struct Row {
    const char* operation;
    bool may_be_refused;
  };
  for (const Row& row :
       {Row{"prepare", true}, Row{"migrate", true}, Row{"restore", true}, Row{"start", false},
        Row{"started", false}, Row{"stopped", false}, Row{"release", false},
        Row{"reconnect", false}, Row{"attach", false}, Row{"tomorrow", false}}) {
    Trial trial;
    EXPECT_EQ(trial.Of(row.operation, Asking("protocol='ptp'")).pass, !row.may_be_refused)
        << row.operation;
    EXPECT_EQ(trial.asked.size(), row.may_be_refused ? 1u : 0u) << row.operation;
    EXPECT_EQ(trial.Of(row.operation, Asking("protocol='gps'")).pass, !row.may_be_refused);
    EXPECT_TRUE(trial.Of(row.operation, kPlain).pass);
    EXPECT_TRUE(trial.Of(row.operation, "no XML").pass);
  }
}

TEST(Decision, WhenNobodyKnowsAGuestThatAsksMayNotStart) {
  Trial trial;
  trial.result = {3, "Error: hostd is not reachable\n  Do: systemctl start hostd\n"};
  EXPECT_EQ(trial.Of("prepare", Asking("protocol='ptp'")).words,
            "hostctl: guest vm1 may not run here: it asks for a precision clock, and hostd does "
            "not say whether this host serves one: hostd is not reachable; Do: systemctl start "
            "hostd");
  for (const int code : {1, 2, 5, 127, 139}) {
    trial.result = {code, "Error: what\nUsage: hostctl ...\n"};
    const Decision decision = trial.Of("prepare", Asking("protocol='ptp'"));
    EXPECT_FALSE(decision.pass) << code;
    EXPECT_THAT(decision.words, HasSubstr("that cannot be checked: what"));
  }
  trial.result = {2, "Error: what\nUsage: hostctl ...\n"};
  EXPECT_THAT(trial.Of("prepare", Asking("protocol='ptp'")).words,
              ::testing::EndsWith("cannot be checked: what"));
  EXPECT_TRUE(trial.Of("prepare", kPlain).pass) << "the others do not notice";
}

TEST(Decision, AnUnreadableDomainIsRefusedOnlyIfItNamesOurNamespace) {
  Trial trial;
  const Decision broken = trial.Of("prepare", "<domain>");
  EXPECT_TRUE(broken.pass);
  EXPECT_EQ(broken.words,
            "hostctl: guest vm1 is let through unchecked: the domain's XML cannot be read: no "
            "element found in line 1");
  const Decision ours = trial.Of("prepare", Asking("protocol='ptp'") + "<");
  EXPECT_FALSE(ours.pass);
  EXPECT_THAT(ours.words, HasSubstr("may not run here: the domain's XML cannot be read"));
  EXPECT_TRUE(trial.asked.empty());
}

TEST(Decision, ADemandThatCannotBeReadIsToldToItsAuthor) {
  Trial trial;
  EXPECT_EQ(trial.Of("migrate", Asking("protocol='gps'")).words,
            "hostctl: guest vm1 may not run here: the domain's precisionClock asks for the "
            "protocol `gps`, which is none of ptp, ntp, any");
}

}  // namespace
}  // namespace hostctl::libvirt_hook
