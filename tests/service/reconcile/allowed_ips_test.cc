#include "service/reconcile/allowed_ips.h"

#include "fakes.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(AllowedIps, AreAddedCanonicalAndSortedByAddress) {
  const auto made = AddAllowedIps({"192.0.2.10"}, {"2001:DB8::/32", "192.0.2.9/32", "10.0.0.0/8"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->list, ElementsAre("10.0.0.0/8", "192.0.2.9", "192.0.2.10", "2001:db8::/32"));
  EXPECT_THAT(made->notes, IsEmpty());
}

TEST(AllowedIps, OneThatIsThereIsNotAddedAgainAndSaid) {
  const auto made = AddAllowedIps({"192.0.2.1"}, {"192.0.2.1/32", "192.0.2.2", "192.0.2.2"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->list, ElementsAre("192.0.2.1", "192.0.2.2"));
  EXPECT_THAT(made->notes, ElementsAre(Condition{"ALLOWED_IP_ALREADY_LISTED",
                                                 "in the list already: 192.0.2.1", ""}));
}

TEST(AllowedIps, OneThatANetworkContainsIsKeptAndSaidInEitherOrder) {
  const std::string expected =
      "covered by a network of the list, and of no effect while that is there: "
      "192.0.2.7 (by 192.0.2.0/24)";
  const auto inner = AddAllowedIps({"192.0.2.0/24"}, {"192.0.2.7"});
  ASSERT_TRUE(inner.ok()) << inner.status();
  EXPECT_THAT(inner->list, ElementsAre("192.0.2.0/24", "192.0.2.7"));
  EXPECT_THAT(inner->notes, ElementsAre(Condition{"ALLOWED_IP_COVERED", expected, ""}));
  const auto outer = AddAllowedIps({"192.0.2.7"}, {"192.0.2.0/24"});
  ASSERT_TRUE(outer.ok()) << outer.status();
  EXPECT_THAT(outer->list, ElementsAre("192.0.2.0/24", "192.0.2.7"));
  EXPECT_THAT(outer->notes, ElementsAre(Condition{"ALLOWED_IP_COVERED", expected, ""}));
}

TEST(AllowedIps, FamiliesDoNotCoverEachOther) {
  const auto made = AddAllowedIps({"0.0.0.0/0"}, {"::1"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->notes, IsEmpty());
  EXPECT_THAT(CodesOf(AddAllowedIps({"::/0"}, {"2001:db8::1"})->notes),
              ElementsAre("ALLOWED_IP_COVERED"));
}

TEST(AllowedIps, AreRemovedInAnyNotation) {
  const auto made = RemoveAllowedIps({"192.0.2.1", "192.0.2.2", "2001:db8::1"},
                                     {"192.0.2.1/32", "2001:DB8:0::1"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->list, ElementsAre("192.0.2.2"));
  EXPECT_THAT(made->notes, IsEmpty());
}

TEST(AllowedIps, OneThatIsRemovedAndStillCoveredIsSaid) {
  const auto made = RemoveAllowedIps({"192.0.2.0/24", "192.0.2.7"}, {"192.0.2.7"});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT(made->list, ElementsAre("192.0.2.0/24"));
  EXPECT_THAT(made->notes, ElementsAre(Condition{"ALLOWED_IP_STILL_COVERED",
                                                 "still allowed by a network of the list: "
                                                 "192.0.2.7 (by 192.0.2.0/24)",
                                                 ""}));
}

TEST(AllowedIps, OneThatIsNoEntryIsNotFoundAndNothingIsRemoved) {
  const auto reason = [](const std::vector<std::string>& list, const std::string& removed) {
    const absl::Status status = RemoveAllowedIps(list, {list.front(), removed}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(DetailOf(status).reason, "ALLOWED_IP_NOT_FOUND");
    EXPECT_EQ(DetailOf(status).field, "ip_addresses");
    return std::string(status.message());
  };
  EXPECT_EQ(reason({"192.0.2.1"}, "192.0.2.2"), "192.0.2.2 is not in the list");
  EXPECT_THAT(reason({"192.0.2.0/24"}, "192.0.2.7"),
              HasSubstr("192.0.2.0/24, which contains it, can be removed as a whole only"));
  EXPECT_THAT(reason({"192.0.2.1", "192.0.2.2"}, "192.0.2.0/24"),
              HasSubstr("of it there is 192.0.2.1, 192.0.2.2"));
}

TEST(AllowedIps, WhatIsNoAddressAndARequestWithoutAnyAreRefused) {
  for (const std::vector<std::string>& bad :
       std::vector<std::vector<std::string>>{{}, {"192.0.2.300"}, {"192.0.2.7/24"}, {""}}) {
    for (const absl::Status& status :
         {AddAllowedIps({}, bad).status(), RemoveAllowedIps({}, bad).status()}) {
      EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(DetailOf(status).reason, "ALLOWED_IP_INVALID");
      EXPECT_EQ(DetailOf(status).field, "ip_addresses");
    }
  }
}

TEST(AllowedIps, TenThousandAreAddedInOneGoAndToldInBrief) {
  std::vector<std::string> many;
  for (int i = 0; i < 10000; ++i) {
    many.push_back(absl::StrCat("10.1.", i / 250, ".", i % 250 + 1));
  }
  const auto made = AddAllowedIps(many, many);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(made->list.size(), 10000u);
  ASSERT_EQ(made->notes.size(), 1u);
  EXPECT_THAT(made->notes.front().message, HasSubstr("... (10000 in all)"));
}

}  // namespace
}  // namespace hostctl::reconcile
