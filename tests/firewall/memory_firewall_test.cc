#include "firewall/memory_firewall.h"

#include <poll.h>

#include "firewall/catalogue.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

Wanted With(const Policy& policy) {
  return {Catalogue(), policy};
}

Wanted Open() {
  Policy policy;
  policy.rulesets["ptpd"].enabled = true;
  return With(policy);
}

bool Readable(int fd) {
  pollfd poll_fd = {fd, POLLIN, 0};
  return poll(&poll_fd, 1, 0) == 1;
}

TEST(MemoryFirewall, HoldsWhatWasApplied) {
  MemoryFirewall firewall;
  EXPECT_FALSE(firewall.policy().has_value());
  EXPECT_FALSE(firewall.Matches(Open()).value());
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  EXPECT_EQ(firewall.policy(), Open().policy);
  EXPECT_TRUE(firewall.Matches(Open()).value());
  EXPECT_FALSE(firewall.Matches(With(Policy{})).value());
  EXPECT_EQ(firewall.backend_name(), "memory");
}

TEST(MemoryFirewall, ApplyingTheSameAgainChangesNothing) {
  MemoryFirewall firewall;
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  firewall.DrainChanges();
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  EXPECT_EQ(firewall.change_count(), 1);
  EXPECT_FALSE(Readable(firewall.change_fd()));
}

TEST(MemoryFirewall, ARulesetNotNamedIsTheSameAsAClosedOne) {
  MemoryFirewall firewall;
  ASSERT_TRUE(firewall.Apply(With(Policy{})).ok());
  Policy closed;
  closed.rulesets["ptpd"].enabled = false;
  EXPECT_TRUE(firewall.Matches(With(closed)).value());
}

TEST(MemoryFirewall, AFailureLeavesTheOldPolicyInForce) {
  MemoryFirewall firewall;
  ASSERT_TRUE(firewall.Apply(With(Policy{})).ok());
  firewall.FailNextApply(absl::PermissionDeniedError("no"));
  EXPECT_EQ(firewall.Apply(Open()), absl::PermissionDeniedError("no"));
  EXPECT_TRUE(firewall.Matches(With(Policy{})).value());
  EXPECT_TRUE(firewall.Apply(Open()).ok()) << "only the next one fails";
}

TEST(MemoryFirewall, RefusesWhatTheKernelBackendRefuses) {
  MemoryFirewall firewall;
  Policy bad;
  bad.rulesets["ptpd"] = {true, false, {"192.0.2.7/24"}};
  EXPECT_EQ(firewall.Apply(With(bad)).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(firewall.Matches(With(bad)).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(firewall.policy().has_value());
}

TEST(MemoryFirewall, CountsNothingRuleByRule) {
  MemoryFirewall firewall;
  EXPECT_TRUE(firewall.Counters().value().empty()) << "nothing was applied yet";
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  const std::vector<RuleCount> counts = firewall.Counters().value();
  size_t rules = 0;
  for (const RulesetDefinition& ruleset : Catalogue()) rules += ruleset.rules.size();
  EXPECT_EQ(counts.size(), rules + 2) << "and the default action, in and out";
  for (const RuleCount& count : counts) {
    EXPECT_EQ(count, (RuleCount{count.ruleset_id, count.rule_index, {}, {}}));
  }
}

TEST(MemoryFirewall, AFlushFromOutsideIsNoticedAndPutBack) {
  MemoryFirewall firewall;
  EXPECT_FALSE(Readable(firewall.change_fd()));
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  EXPECT_TRUE(Readable(firewall.change_fd())) << "our own changes are told as well";
  firewall.DrainChanges();
  EXPECT_FALSE(Readable(firewall.change_fd()));

  firewall.FlushFromOutside();
  EXPECT_TRUE(Readable(firewall.change_fd()));
  EXPECT_FALSE(firewall.Matches(Open()).value());
  EXPECT_FALSE(firewall.policy().has_value());
  ASSERT_TRUE(firewall.Apply(Open()).ok());
  EXPECT_TRUE(firewall.Matches(Open()).value());
}

}  // namespace
}  // namespace hostctl::firewall
