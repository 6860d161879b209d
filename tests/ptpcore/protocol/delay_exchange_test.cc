#include "ptpcore/protocol/delay_exchange.h"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

DelayExchange Started() {
  DelayExchange exchange(1);
  exchange.Start(At(seconds(0)));
  return exchange;
}

TEST(DelayExchangeTest, ARequestItsTimestampAndItsResponseMakeAnExchange) {
  DelayExchange exchange = Started();
  const uint16_t id = exchange.BeginRequest(At(seconds(1)));
  EXPECT_FALSE(exchange.OnTransmitTimestamp(id, {3'000}));
  const std::optional<CompleteDelay> delay = exchange.OnResponse(id, 4'000, {65536});
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->sequence_id, id);
  EXPECT_EQ(delay->t3.ns, 3'000);
  EXPECT_EQ(delay->t4_ns, 4'000);
  EXPECT_EQ(delay->correction.scaled_ns, 65536);
}

TEST(DelayExchangeTest, TheResponseMayOvertakeTheTimestamp) {
  DelayExchange exchange = Started();
  const uint16_t id = exchange.BeginRequest(At(seconds(1)));
  EXPECT_FALSE(exchange.OnResponse(id, 4'000, {65536}));
  const std::optional<CompleteDelay> delay = exchange.OnTransmitTimestamp(id, {3'000});
  ASSERT_TRUE(delay);
  EXPECT_EQ(delay->t3.ns, 3'000);
  EXPECT_EQ(delay->t4_ns, 4'000);
  EXPECT_EQ(delay->correction.scaled_ns, 65536);
}

TEST(DelayExchangeTest, SequenceIdsAreConsecutiveAndWrap) {
  DelayExchange exchange = Started();
  uint16_t last = exchange.BeginRequest(At(seconds(1)));
  bool wrapped = false;
  for (int i = 0; i < 65536; ++i) {
    const uint16_t id = exchange.BeginRequest(At(seconds(1)));
    ASSERT_EQ(id, static_cast<uint16_t>(last + 1));
    wrapped |= id < last;
    last = id;
  }
  EXPECT_TRUE(wrapped);
}

TEST(DelayExchangeTest, SeveralRequestsMayBeUnderWay) {
  DelayExchange exchange = Started();
  const uint16_t first = exchange.BeginRequest(At(seconds(1)));
  const uint16_t second = exchange.BeginRequest(At(seconds(1)));
  exchange.OnTransmitTimestamp(first, {3'000});
  exchange.OnTransmitTimestamp(second, {3'500});
  EXPECT_EQ(exchange.OnResponse(second, 4'500, {})->t3.ns, 3'500);
  EXPECT_EQ(exchange.OnResponse(first, 4'000, {})->t3.ns, 3'000);
}

TEST(DelayExchangeTest, AResponseCountsOnce) {
  DelayExchange exchange = Started();
  const uint16_t id = exchange.BeginRequest(At(seconds(1)));
  EXPECT_TRUE(exchange.Expects(id));
  exchange.OnResponse(id, 4'000, {});
  EXPECT_FALSE(exchange.Expects(id));
  // A second one, with another time, is not taken for it.
  EXPECT_FALSE(exchange.OnResponse(id, 9'000, {}));
  EXPECT_EQ(exchange.OnTransmitTimestamp(id, {3'000})->t4_ns, 4'000);
  EXPECT_FALSE(exchange.Expects(id));
  EXPECT_FALSE(exchange.OnTransmitTimestamp(id, {3'000}));
}

TEST(DelayExchangeTest, AnAnswerToNoRequestIsIgnored) {
  DelayExchange exchange = Started();
  const uint16_t id = exchange.BeginRequest(At(seconds(1)));
  for (int stranger : {id + 1, id + 4, id - 4, id + 32768}) {
    const auto sequence = static_cast<uint16_t>(stranger);
    EXPECT_FALSE(exchange.Expects(sequence));
    EXPECT_FALSE(exchange.OnResponse(sequence, 4'000, {}));
    EXPECT_FALSE(exchange.OnTransmitTimestamp(sequence, {3'000}));
  }
  exchange.OnTransmitTimestamp(id, {3'000});
  EXPECT_TRUE(exchange.OnResponse(id, 4'000, {}));
}

TEST(DelayExchangeTest, UnansweredRequestsAreCounted) {
  DelayExchange exchange = Started();
  for (int i = 0; i < 10; ++i) {
    exchange.OnTransmitTimestamp(exchange.BeginRequest(At(seconds(i))), {3'000});
  }
  EXPECT_EQ(exchange.unanswered(), 6U);  // the last four may still be answered
  EXPECT_EQ(exchange.lost_transmit_timestamps(), 0U);
}

TEST(DelayExchangeTest, LostTransmitTimestampsAreCountedAndSurvived) {
  DelayExchange exchange = Started();
  for (int i = 0; i < 10; ++i) {
    exchange.OnResponse(exchange.BeginRequest(At(seconds(i))), 4'000, {});
  }
  EXPECT_EQ(exchange.lost_transmit_timestamps(), 6U);
  EXPECT_EQ(exchange.unanswered(), 0U);
  const uint16_t id = exchange.BeginRequest(At(seconds(20)));
  exchange.OnTransmitTimestamp(id, {3'000});
  EXPECT_TRUE(exchange.OnResponse(id, 4'000, {}));
}

TEST(DelayExchangeTest, AbandonForgetsWhatIsUnderWay) {
  DelayExchange exchange = Started();
  const uint16_t id = exchange.BeginRequest(At(seconds(1)));
  exchange.OnTransmitTimestamp(id, {3'000});
  const MonoTime next = exchange.next_request();
  exchange.Abandon();
  EXPECT_FALSE(exchange.Expects(id));
  EXPECT_FALSE(exchange.OnResponse(id, 4'000, {}));
  EXPECT_EQ(exchange.next_request(), next);  // requests go on
}

TEST(DelayExchangeTest, StoppedItWantsNothing) {
  DelayExchange exchange(1);
  EXPECT_FALSE(exchange.running());
  EXPECT_EQ(exchange.next_request(), kNever);
  exchange.Start(At(seconds(5)));
  EXPECT_TRUE(exchange.running());
  const uint16_t id = exchange.BeginRequest(At(seconds(6)));
  exchange.Stop();
  EXPECT_EQ(exchange.next_request(), kNever);
  EXPECT_FALSE(exchange.Expects(id));
}

// 9.5.11.2: evenly from 0 to twice the mean interval.
TEST(DelayExchangeTest, IntervalsAreDrawnEvenlyUpToTwiceTheMean) {
  DelayExchange exchange = Started();
  constexpr int kDraws = 20'000;
  constexpr int kBins = 10;
  std::vector<int> bins(kBins);
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    exchange.BeginRequest(At(seconds(0)));
    const double drawn = std::chrono::duration<double>(exchange.next_request() - At({})).count();
    ASSERT_GE(drawn, 0.0);
    ASSERT_LE(drawn, 2.0);
    sum += drawn;
    ++bins[static_cast<size_t>(std::min(kBins - 1.0, drawn / 2.0 * kBins))];
  }
  EXPECT_NEAR(sum / kDraws, 1.0, 0.02);
  for (int bin : bins) EXPECT_NEAR(bin, kDraws / kBins, kDraws / kBins / 10);
}

TEST(DelayExchangeTest, TheFirstRequestFollowsWithinOneInterval) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    DelayExchange exchange(seed);
    exchange.Start(At(seconds(5)));
    EXPECT_GE(exchange.next_request(), At(seconds(5)));
    EXPECT_LE(exchange.next_request(), At(seconds(6)));
  }
}

// A rack of clients that start together, with neighbouring addresses as seeds.
TEST(DelayExchangeTest, ClientsWithNeighbouringSeedsDoNotAskTogether) {
  std::set<int64_t> tenths;
  for (uint32_t seed = 1000; seed < 1100; ++seed) {
    DelayExchange exchange(seed);
    exchange.Start(At(seconds(0)));
    tenths.insert((exchange.next_request() - At({})) / milliseconds(100));
  }
  EXPECT_GE(tenths.size(), 9U);
}

TEST(DelayExchangeTest, TheIntervalFollowsTheMaster) {
  for (int log : {-7, -3, 0, 2, 7}) {
    DelayExchange exchange = Started();
    exchange.SetLogInterval(static_cast<int8_t>(log));
    EXPECT_EQ(exchange.log_interval(), log);
    constexpr int kDraws = 2'000;
    double sum = 0;
    Duration longest{};
    for (int i = 0; i < kDraws; ++i) {
      exchange.BeginRequest(At(seconds(0)));
      const Duration drawn = exchange.next_request() - At({});
      longest = std::max(longest, drawn);
      sum += std::chrono::duration<double>(drawn).count();
    }
    const double mean = std::chrono::duration<double>(IntervalFromLog(log)).count();
    EXPECT_NEAR(sum / kDraws, mean, mean * 0.06) << log;
    EXPECT_LE(longest, 2 * IntervalFromLog(log)) << log;
    EXPECT_GE(longest, 1.9 * IntervalFromLog(log)) << log;
  }
}

TEST(DelayExchangeTest, AnIntervalOutOfRangeIsIgnored) {
  DelayExchange exchange = Started();
  exchange.SetLogInterval(2);
  for (int log : {127, 8, -8, -128}) {
    exchange.SetLogInterval(static_cast<int8_t>(log));
    EXPECT_EQ(exchange.log_interval(), 2) << log;
  }
}

TEST(DelayExchangeTest, ANewMasterStartsFromTheDefaultInterval) {
  DelayExchange exchange = Started();
  exchange.SetLogInterval(5);
  exchange.Start(At(seconds(9)));
  EXPECT_EQ(exchange.log_interval(), 0);
}

}  // namespace
}  // namespace ptpcore::protocol
