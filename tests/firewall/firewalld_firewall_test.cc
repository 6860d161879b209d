#include "firewall/firewalld_firewall.h"

#include <gmock/gmock.h>
#include <poll.h>

#include "fake_firewalld.h"
#include "firewall/catalogue.h"
#include "firewall/memory_firewall.h"

namespace hostctl::firewall {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Wanted Ptpd(bool open) {
  Wanted wanted;
  wanted.definitions = Catalogue();
  wanted.policy.rulesets["ptpd"] = {open, true, {}};
  return wanted;
}

bool Readable(int fd) {
  pollfd entry = {fd, POLLIN, 0};
  return poll(&entry, 1, 0) == 1;
}

class FirewalldFirewallTest : public testing::Test {
 protected:
  MemoryFirewall* own_ = new MemoryFirewall;
  FakeFirewalld* firewalld_ = new FakeFirewalld;
  std::unique_ptr<Firewall> firewall_ =
      WithFirewalld(std::unique_ptr<Firewall>(own_), std::unique_ptr<Firewalld>(firewalld_));
};

TEST_F(FirewalldFirewallTest, AppliesToBoth) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
  EXPECT_FALSE(*firewall_->Matches(Ptpd(false)));
  EXPECT_EQ(own_->policy(), Ptpd(true).policy);
  EXPECT_THAT(firewalld_->state.permanent.zones.at("public").services, ElementsAre("hostctl-ptpd"));
  EXPECT_EQ(firewall_->backend_name(), "memory, firewalld");
}

TEST_F(FirewalldFirewallTest, IsOurOwnTableAloneWithoutFirewalld) {
  firewalld_->running = false;
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
  EXPECT_EQ(firewalld_->reads, 0);
  EXPECT_EQ(firewall_->backend_name(), "memory");
}

TEST_F(FirewalldFirewallTest, AppliesAgainWhenFirewalldComes) {
  firewalld_->running = false;
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  firewalld_->running = true;
  EXPECT_FALSE(*firewall_->Matches(Ptpd(true)));
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
}

TEST_F(FirewalldFirewallTest, NoticesWhatSomebodyElseRemoves) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  firewalld_->state.runtime.zones["public"] = {};
  firewalld_->changed = true;
  EXPECT_FALSE(*firewall_->Matches(Ptpd(true)));
}

TEST_F(FirewalldFirewallTest, AsksAgainOnlyAfterAChange) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  firewall_->DrainChanges();
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
  const int reads = firewalld_->reads;
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
  EXPECT_EQ(firewalld_->reads, reads);
  firewalld_->Reload();
  EXPECT_TRUE(*firewall_->Matches(Ptpd(true)));
  EXPECT_EQ(firewalld_->reads, reads + 1);
}

TEST_F(FirewalldFirewallTest, WakesForAChangeThatWasHeardDuringACall) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  firewall_->DrainChanges();
  EXPECT_FALSE(Readable(firewall_->change_fd()));
  ASSERT_TRUE(firewall_->Apply(Ptpd(false)).ok());
  own_->DrainChanges();  // what our own table says does not count here
  EXPECT_TRUE(Readable(firewall_->change_fd()));
  firewall_->DrainChanges();
  EXPECT_FALSE(Readable(firewall_->change_fd()));
}

TEST_F(FirewalldFirewallTest, WakesForAChangeOfOurOwnTable) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(true)).ok());
  firewall_->DrainChanges();
  own_->FlushFromOutside();
  EXPECT_TRUE(Readable(firewall_->change_fd()));
}

TEST_F(FirewalldFirewallTest, GivesBothBackWhatWasThereWhenFirewalldRefuses) {
  ASSERT_TRUE(firewall_->Apply(Ptpd(false)).ok());
  firewalld_->failure = absl::InternalError("firewalld: defining the service hostctl-ptpd: no");
  const absl::Status done = firewall_->Apply(Ptpd(true));
  EXPECT_EQ(done.message(), "firewalld: defining the service hostctl-ptpd: no");
  EXPECT_EQ(own_->policy(), Ptpd(false).policy);
  EXPECT_THAT(firewalld_->state.permanent.services, IsEmpty());
  EXPECT_TRUE(*firewall_->Matches(Ptpd(false)));
}

TEST_F(FirewalldFirewallTest, LeavesFirewalldAloneWhenOurOwnTableIsRefused) {
  own_->FailNextApply(absl::PermissionDeniedError("not root"));
  EXPECT_TRUE(absl::IsPermissionDenied(firewall_->Apply(Ptpd(true))));
  EXPECT_THAT(firewalld_->done, IsEmpty());
}

}  // namespace
}  // namespace hostctl::firewall
