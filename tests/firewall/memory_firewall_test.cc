#include "firewall/memory_firewall.h"

#include <poll.h>

#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

Policy Open() {
  Policy policy;
  policy.rulesets["ptpd"].enabled = true;
  return policy;
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
  EXPECT_EQ(firewall.policy(), Open());
  EXPECT_TRUE(firewall.Matches(Open()).value());
  EXPECT_FALSE(firewall.Matches(Policy{}).value());
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
  ASSERT_TRUE(firewall.Apply(Policy{}).ok());
  Policy closed;
  closed.rulesets["ptpd"].enabled = false;
  EXPECT_TRUE(firewall.Matches(closed).value());
}

TEST(MemoryFirewall, AFailureLeavesTheOldPolicyInForce) {
  MemoryFirewall firewall;
  ASSERT_TRUE(firewall.Apply(Policy{}).ok());
  firewall.FailNextApply(absl::PermissionDeniedError("no"));
  EXPECT_EQ(firewall.Apply(Open()), absl::PermissionDeniedError("no"));
  EXPECT_TRUE(firewall.Matches(Policy{}).value());
  EXPECT_TRUE(firewall.Apply(Open()).ok()) << "only the next one fails";
}

TEST(MemoryFirewall, RefusesWhatTheKernelBackendRefuses) {
  MemoryFirewall firewall;
  Policy unknown;
  unknown.rulesets["sshServer"].enabled = true;
  EXPECT_EQ(firewall.Apply(unknown).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(firewall.Matches(unknown).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(firewall.policy().has_value());
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
