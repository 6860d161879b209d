#include "ptpcore/protocol/peer_delay.h"

#include <limits>
#include <optional>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

constexpr wire::PortIdentity kNeighbor{kMasterA, 1};
constexpr wire::PortIdentity kStranger{kMasterB, 1};

// A neighbour whose clock is 37 s ahead, 700 ns away, and answers after 40 us.
constexpr int64_t kAhead = 37 * kSecond;
constexpr int64_t kLink = 700;
constexpr int64_t kTurnaround = 40'000;
constexpr LocalTime kT1{5 * kSecond};
constexpr int64_t kT2 = kT1.ns + kLink + kAhead;
constexpr int64_t kT3 = kT2 + kTurnaround;
constexpr LocalTime kT4{kT1.ns + 2 * kLink + kTurnaround};

PeerResponse ResponseTo(uint16_t id, const wire::PortIdentity& from = kNeighbor) {
  return {id, from, /*two_step=*/true, kT2, {}, kT4};
}

PeerFollowUp FollowUpTo(uint16_t id, const wire::PortIdentity& from = kNeighbor) {
  return {id, from, kT3, {}};
}

PeerDelay Started() {
  PeerDelay delay(0);
  delay.Start(At(seconds(1)));
  return delay;
}

// A whole exchange; whether it was taken for valid.
bool Exchange(PeerDelay& delay, MonoTime now) {
  const uint16_t id = delay.BeginRequest(now);
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse(ResponseTo(id));
  return delay.OnFollowUp(FollowUpTo(id)).has_value();
}

TEST(PeerDelayTest, FourTimesMakeTheDelayOfTheLink) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  EXPECT_FALSE(delay.OnTransmitTimestamp(id, kT1));
  EXPECT_FALSE(delay.OnResponse(ResponseTo(id)));
  const std::optional<CompletePeerDelay> exchange = delay.OnFollowUp(FollowUpTo(id));
  ASSERT_TRUE(exchange);
  EXPECT_EQ(exchange->sequence_id, id);
  EXPECT_EQ(exchange->responder, kNeighbor);
  EXPECT_EQ(exchange->t1.ns, kT1.ns);
  EXPECT_EQ(exchange->neighbor->t2_ns, kT2);
  EXPECT_EQ(exchange->neighbor->t3_ns, kT3);
  EXPECT_EQ(exchange->t4.ns, kT4.ns);
  EXPECT_DOUBLE_EQ(exchange->turnaround_ns(), kTurnaround);
  EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), kLink);
}

TEST(PeerDelayTest, TheyMayComeInAnyOrder) {
  for (int order = 0; order < 6; ++order) {
    PeerDelay delay = Started();
    const uint16_t id = delay.BeginRequest(At(seconds(1)));
    const int first = order / 2;
    const int second = (first + 1 + order % 2) % 3;
    const int third = 3 - first - second;
    std::optional<CompletePeerDelay> exchange;
    for (int what : {first, second, third}) {
      EXPECT_FALSE(exchange) << order;
      if (what == 0) exchange = delay.OnTransmitTimestamp(id, kT1);
      if (what == 1) exchange = delay.OnResponse(ResponseTo(id));
      if (what == 2) exchange = delay.OnFollowUp(FollowUpTo(id));
    }
    ASSERT_TRUE(exchange) << order;
    EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), kLink) << order;
  }
}

// 11.4.2: the response of a one-step neighbour has no times, only the turnaround.
TEST(PeerDelayTest, AOneStepResponseTellsTheTurnaroundInItsCorrection) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  const auto exchange = delay.OnResponse({id, kNeighbor, false, 0, {kTurnaround << 16}, kT4});
  ASSERT_TRUE(exchange);
  EXPECT_FALSE(exchange->neighbor);
  EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), kLink);
}

TEST(PeerDelayTest, ATwoStepNeighborMayTellOnlyTheTurnaroundToo) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse({id, kNeighbor, true, 0, {}, kT4});
  const auto exchange = delay.OnFollowUp({id, kNeighbor, 0, {kTurnaround << 16}});
  ASSERT_TRUE(exchange);
  EXPECT_FALSE(exchange->neighbor);
  EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), kLink);
}

TEST(PeerDelayTest, BothCorrectionsAreTakenOffToTheFractionOfANanosecond) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse({id, kNeighbor, true, kT2, {100 << 16}, kT4});
  const auto exchange = delay.OnFollowUp({id, kNeighbor, kT3, {1 << 15}});
  ASSERT_TRUE(exchange);
  EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), kLink - 50.25);
}

TEST(PeerDelayTest, ANeighborOfAnotherPaceIsTakenIntoAccount) {
  // It answers after 10 ms of our time; its clock runs 100 ppm fast: 1 us too much.
  CompletePeerDelay exchange;
  exchange.t1 = {0};
  exchange.t4 = {10'000'000 + 2 * kLink};
  exchange.neighbor = {{kAhead, kAhead + 10'001'000}};
  EXPECT_NEAR(exchange.mean_link_delay_ns(), kLink - 500, 1e-3);
  EXPECT_NEAR(exchange.mean_link_delay_ns(1.0001), kLink, 0.1);
}

TEST(PeerDelayTest, RequestsLeaveAtTheInterval) {
  PeerDelay delay(-3);
  EXPECT_FALSE(delay.running());
  EXPECT_EQ(delay.next_request(), kNever);
  delay.Start(At(seconds(5)));
  EXPECT_EQ(delay.next_request(), At(seconds(5)));
  const uint16_t first = delay.BeginRequest(At(seconds(5)));
  EXPECT_EQ(delay.next_request(), At(milliseconds(5125)));
  // A late timer does not shift those after it; one that is later than an interval does.
  EXPECT_EQ(delay.BeginRequest(At(milliseconds(5130))), static_cast<uint16_t>(first + 1));
  EXPECT_EQ(delay.next_request(), At(milliseconds(5250)));
  delay.BeginRequest(At(seconds(9)));
  EXPECT_EQ(delay.next_request(), At(milliseconds(9125)));
  delay.Stop();
  EXPECT_EQ(delay.next_request(), kNever);
}

TEST(PeerDelayTest, AnIntervalOutOfRangeIsTheNearestInRange) {
  for (const auto& [wanted, taken] : {std::pair{127, 7}, {-128, -7}, {3, 3}}) {
    EXPECT_EQ(PeerDelay(static_cast<int8_t>(wanted)).log_interval(), taken);
  }
}

TEST(PeerDelayTest, LostAnswersAreCountedInARow) {
  PeerDelay delay = Started();
  delay.BeginRequest(At(seconds(1)));
  EXPECT_EQ(delay.lost_in_a_row(), 0);  // it may still be answered
  delay.BeginRequest(At(seconds(2)));
  EXPECT_EQ(delay.lost_in_a_row(), 1);
  const uint16_t id = delay.BeginRequest(At(seconds(3)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse(ResponseTo(id));  // its follow-up is lost
  delay.BeginRequest(At(seconds(4)));
  EXPECT_EQ(delay.lost_in_a_row(), 3);
  EXPECT_TRUE(Exchange(delay, At(seconds(5))));
  delay.BeginRequest(At(seconds(6)));
  EXPECT_EQ(delay.lost_in_a_row(), 0);
  EXPECT_EQ(delay.counters().unanswered, 4U);
  EXPECT_EQ(delay.counters().lost_transmit_timestamps, 0U);
}

TEST(PeerDelayTest, ALostTransmitTimestampIsNoLostAnswer) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnResponse(ResponseTo(id));
  EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(id)));
  const uint16_t next = delay.BeginRequest(At(seconds(2)));
  EXPECT_EQ(delay.counters().lost_transmit_timestamps, 1U);
  EXPECT_EQ(delay.counters().unanswered, 0U);
  EXPECT_EQ(delay.lost_in_a_row(), 0);
  // Too late: it is not taken for that of the next request.
  EXPECT_FALSE(delay.OnTransmitTimestamp(id, kT1));
  delay.OnResponse(ResponseTo(next));
  EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(next)));
}

TEST(PeerDelayTest, AnswersToAnotherRequestAreNotTaken) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  for (const int off : {-1, 1, 256, 32768}) {
    const auto other = static_cast<uint16_t>(id + off);
    EXPECT_FALSE(delay.OnResponse(ResponseTo(other)));
    EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(other)));
  }
  EXPECT_EQ(delay.counters().unexpected, 8U);
  delay.OnResponse(ResponseTo(id));
  EXPECT_TRUE(delay.OnFollowUp(FollowUpTo(id)));
}

TEST(PeerDelayTest, CopiesOfAnAnswerChangeNothing) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse(ResponseTo(id));
  PeerResponse copy = ResponseTo(id);
  copy.t4 = {kT4.ns + 5'000};
  EXPECT_FALSE(delay.OnResponse(copy));
  const auto exchange = delay.OnFollowUp(FollowUpTo(id));
  ASSERT_TRUE(exchange);
  EXPECT_EQ(exchange->t4.ns, kT4.ns);
  EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(id)));
  EXPECT_EQ(delay.counters().unexpected, 2U);
  EXPECT_FALSE(delay.ambiguous());
}

// 11.4.4: behind a bridge that forwards peer delay messages, several ports answer.
TEST(PeerDelayTest, ASecondResponderMakesTheExchangeInvalid) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse(ResponseTo(id));
  EXPECT_FALSE(delay.OnResponse(ResponseTo(id, kStranger)));
  EXPECT_TRUE(delay.ambiguous());
  EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(id)));
  EXPECT_EQ(delay.counters().multiple_responses, 1U);
}

TEST(PeerDelayTest, WhileSeveralAnswerNothingIsValid) {
  PeerDelay delay = Started();
  int valid = 0;
  for (int i = 0; i < 5; ++i) {
    valid += Exchange(delay, At(seconds(i))) ? 1 : 0;
    // The second answer comes when the exchange is complete already.
    delay.OnResponse(ResponseTo(static_cast<uint16_t>(i + 1), kStranger));
  }
  EXPECT_EQ(valid, 1);  // the first one, before anything was known
  EXPECT_EQ(delay.multiple_in_a_row(), 5);
  EXPECT_EQ(delay.counters().multiple_responses, 5U);
  // Once a request had one responder only, the exchanges after it are valid again.
  EXPECT_FALSE(Exchange(delay, At(seconds(6))));
  EXPECT_TRUE(Exchange(delay, At(seconds(7))));
  EXPECT_EQ(delay.multiple_in_a_row(), 0);
}

TEST(PeerDelayTest, AFollowUpOfAStrangerIsNotTakenForTheResponders) {
  PeerDelay early = Started();
  uint16_t id = early.BeginRequest(At(seconds(1)));
  early.OnTransmitTimestamp(id, kT1);
  early.OnFollowUp(FollowUpTo(id, kStranger));
  EXPECT_FALSE(early.OnResponse(ResponseTo(id)));
  EXPECT_TRUE(early.ambiguous());

  PeerDelay late = Started();
  id = late.BeginRequest(At(seconds(1)));
  late.OnTransmitTimestamp(id, kT1);
  late.OnResponse(ResponseTo(id));
  EXPECT_FALSE(late.OnFollowUp(FollowUpTo(id, kStranger)));
  EXPECT_TRUE(late.ambiguous());
}

TEST(PeerDelayTest, TimesThatContradictEachOtherAreRefused) {
  struct Case {
    const char* what;
    int64_t t1, t2, t3, t4;
    int64_t correction;
  };
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const Case cases[] = {
      {"sent back before it came", 0, 50'000, 1'000, 100'000, 0},
      {"answered in longer than it took us", 0, 1'000, 901'000, 100'000, 0},
      {"a link of more than a second", 0, 1'000, 2'000, 3 * kSecond, 0},
      {"our clock went back", 5 * kSecond, 1'000, 2'000, 4 * kSecond, 0},
      {"a correction that cannot be", 0, 1'000, 2'000, 100'000, kMax},
      {"a negative one", 0, 1'000, 2'000, 100'000, std::numeric_limits<int64_t>::min()},
      {"the neighbour's clock leapt", 0, 1'000, kMax, 100'000, 0},
      {"ours did", std::numeric_limits<int64_t>::min(), 1'000, 2'000, kMax, 0}};
  for (const Case& c : cases) {
    PeerDelay delay = Started();
    const uint16_t id = delay.BeginRequest(At(seconds(1)));
    delay.OnTransmitTimestamp(id, {c.t1});
    delay.OnResponse({id, kNeighbor, true, c.t2, {c.correction}, {c.t4}});
    EXPECT_FALSE(delay.OnFollowUp({id, kNeighbor, c.t3, {}})) << c.what;
    EXPECT_EQ(delay.counters().implausible, 1U) << c.what;
  }
}

TEST(PeerDelayTest, HardwareStampsMayMakeALinkLookALittleNegative) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, {0});
  delay.OnResponse({id, kNeighbor, true, 1'000, {}, {40'000}});
  const auto exchange = delay.OnFollowUp({id, kNeighbor, 41'020, {}});
  ASSERT_TRUE(exchange);
  EXPECT_DOUBLE_EQ(exchange->mean_link_delay_ns(), -10);
}

TEST(PeerDelayTest, AbandonForgetsWhatIsUnderWay) {
  PeerDelay delay = Started();
  const uint16_t id = delay.BeginRequest(At(seconds(1)));
  delay.OnTransmitTimestamp(id, kT1);
  delay.OnResponse(ResponseTo(id));
  const MonoTime next = delay.next_request();
  delay.Abandon();
  EXPECT_FALSE(delay.OnFollowUp(FollowUpTo(id)));
  EXPECT_EQ(delay.next_request(), next);
  delay.BeginRequest(next);
  EXPECT_EQ(delay.counters().unanswered, 0U);
}

}  // namespace
}  // namespace ptpcore::protocol
