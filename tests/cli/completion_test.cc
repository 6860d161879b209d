#include "cli/completion.h"

#include "cli/commands.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/fake_hostd.h"

namespace hostctl::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using WordList = std::vector<std::string>;

WordList Offered(const WordList& words) {
  WordList offered;
  for (const Candidate& candidate : Complete(AllCommands(), words).candidates) {
    offered.push_back(candidate.word);
  }
  return offered;
}

TEST(Completion, OffersNamespacesAndCommands) {
  EXPECT_THAT(Offered({""}), IsSupersetOf({"command", "network", "system"}));
  EXPECT_THAT(Offered({"sys"}), ElementsAre("system"));
  EXPECT_THAT(Offered({"system", "ptp", ""}), IsSupersetOf({"stats", "get", "set"}));
  EXPECT_THAT(Offered({"--formatter", "json", "system", "pt"}), ElementsAre("ptp"));
}

TEST(Completion, OffersTheOptionsOfTheCommandThatAreNotYetGiven) {
  const WordList offered = Offered({"system", "ptp", "set", "--enable", ""});
  EXPECT_THAT(offered, IsSupersetOf({"--interface", "--watch-interface", "--dry-run"}));
  EXPECT_THAT(offered, Not(Contains("--enable")));
  EXPECT_THAT(offered, Not(Contains("--formatter"))) << "only with a dash: they would drown it";
  EXPECT_THAT(Offered({"system", "ptp", "set", "--form"}), ElementsAre("--formatter"));
  EXPECT_THAT(Offered({"--tls"}), ElementsAre("--tls-certificate", "--tls-key", "--tls-ca"));
}

TEST(Completion, OffersTheValuesOfAnOption) {
  EXPECT_THAT(Offered({"--formatter=j"}), ElementsAre("--formatter=json"));
  EXPECT_THAT(Offered({"--formatter", "ya"}), ElementsAre("yaml"));
  EXPECT_THAT(Offered({"system", "ptp", "set", "--read-only", ""}), ElementsAre("true", "false"));
  EXPECT_THAT(
      Offered({"system", "ptp", "set", "--step-policy="}),
      ElementsAre("--step-policy=first-lock", "--step-policy=never", "--step-policy=always"));
}

TEST(Completion, GoesOnAfterAnOptionWhoseValueIsImplied) {
  EXPECT_THAT(Offered({"system", "ptp", "set", "--wait-for-sync", "--disa"}),
              ElementsAre("--disable", "--disable-events"));
}

TEST(Completion, NamesWhatOnlyTheHostOrTheFilesKnow) {
  Completion interface =
      Complete(AllCommands(), {"--socket", "/s", "system", "ptp", "set", "-i", "vm"});
  EXPECT_EQ(interface.live, LiveValues::kInterfaces);
  EXPECT_EQ(interface.typed, "vm");
  EXPECT_EQ(interface.globals.String("socket"), "/s");
  interface = Complete(AllCommands(), {"system", "ptp", "set", "--interface=vm"});
  EXPECT_EQ(interface.prefix, "--interface=");
  EXPECT_TRUE(Complete(AllCommands(), {"--socket", ""}).files);
  EXPECT_FALSE(Complete(AllCommands(), {"system", ""}).files);
}

TEST(Completion, OffersNothingAfterAWordItDoesNotKnow) {
  EXPECT_THAT(Offered({"system", "pto", ""}), IsEmpty());
  EXPECT_THAT(Offered({"system", "ptp", "get", "extra", ""}), IsEmpty());
  EXPECT_THAT(Offered({"--foo", ""}), IsEmpty());
  EXPECT_THAT(Offered({}), IsEmpty());
}

TEST(LiveCompletion, AsksTheHost) {
  FakeHostd hostd;
  v1::Interface* interface = hostd.interfaces.add_interfaces();
  interface->set_name("vmk0");
  interface->set_device("eth0");
  EXPECT_EQ(hostd.Run("__complete system ptp set --interface vm").out, "vmk0\teth0\n");
  EXPECT_EQ(hostd.Run("__complete system ptp set --interface=vm").out, "--interface=vmk0\teth0\n");
  EXPECT_EQ(hostd.Run("__complete system ptp set --interface=x").out, "");
}

TEST(LiveCompletion, IsSilentWithoutAHost) {
  const CallResult result = RunHostctl("/nonexistent", "__complete system ptp set -i v");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace hostctl::cli
