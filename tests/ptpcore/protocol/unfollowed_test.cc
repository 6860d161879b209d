#include "ptpcore/protocol/unfollowed.h"

#include <initializer_list>
#include <variant>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

// What is said after one Announce of each of these.
Explanation After(const ForeignMasterRules& rules, std::initializer_list<wire::Message> announces) {
  ForeignMasters masters(rules);
  for (const wire::Message& announce : announces) {
    masters.Hear(announce, AddressOf(1), seconds(2), At(seconds(0)));
  }
  return ExplainUnfollowed(masters);
}

ForeignMasterRules Rules() {
  ForeignMasterRules rules;
  rules.receiver = {kUs, 1};
  return rules;
}

TEST(Unfollowed, OneThatAnnouncedItselfOnceIsBelievedLater) {
  const Explanation why = After(Rules(), {AnnounceOf(kMasterA, 0)});
  EXPECT_EQ(why.reason, Reason::kNotQualified);
  EXPECT_EQ(why.sentence,
            "master 020000fffe00000a/1 announced itself, and is believed after the second time");
}

TEST(Unfollowed, ListAndClockClassAreNamed) {
  ForeignMasterRules rules = Rules();
  rules.maximum_clock_class = 135;
  Explanation why = After(rules, {AnnounceOf(kMasterA, 0)});
  EXPECT_EQ(why.reason, Reason::kClockClassUnacceptable);
  EXPECT_EQ(why.sentence,
            "master 020000fffe00000a/1 has clockClass 248, and 135 is the greatest that is "
            "followed");
  rules.acceptable = {{{kMasterB, 1}, 0}};
  why = After(rules, {AnnounceOf(kMasterA, 0)});
  EXPECT_EQ(why.reason, Reason::kMasterUnacceptable);
  EXPECT_EQ(why.sentence, "master 020000fffe00000a/1 is not on the list of acceptable masters");
}

TEST(Unfollowed, OneThatIsTooFarSaysHowFar) {
  wire::Message far = AnnounceOf(kMasterA, 0);
  std::get<wire::Announce>(far.body).steps_removed = 300;
  EXPECT_EQ(After(Rules(), {far}).sentence,
            "master 020000fffe00000a/1 is 300 steps from its grandmaster, which is too far");
}

TEST(Unfollowed, OneThatMayStillQualifyIsToldFirst) {
  wire::Message far = AnnounceOf(kMasterA, 0);
  std::get<wire::Announce>(far.body).steps_removed = 300;
  const Explanation why = After(Rules(), {far, AnnounceOf(kMasterB, 0)});
  EXPECT_EQ(why.sentence,
            "master 020000fffe00000b/1 announced itself, and is believed after the second time");
}

}  // namespace
}  // namespace ptpcore::protocol
