#include "ptpcore/servo/packet_selector.h"

#include <cstdint>
#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace ptpcore::servo {
namespace {

constexpr int64_t kMs = 1'000'000;

// A Sync that arrives `at_ms` after `flight_ns`, by clocks that agree.
OneWay Sync(int64_t at_ms, int64_t flight_ns, double correction_ns = 0) {
  return {at_ms * kMs - flight_ns, at_ms * kMs, correction_ns};
}

// Which of the flights are believed, by the time of each.
std::vector<int64_t> Believed(PacketSelector& selector, const std::vector<OneWay>& flights,
                              double gain_ppb = 0) {
  std::vector<int64_t> at_ms;
  for (const OneWay& flight : flights) {
    if (const auto fastest = selector.See(flight, gain_ppb)) {
      at_ms.push_back(fastest->local_ns / kMs);
    }
  }
  return at_ms;
}

// At this interval, all of them equally fast.
size_t BelievedOfAHundred(int64_t interval_ms) {
  PacketSelector selector(Direction::kFromMaster);
  std::vector<OneWay> flights;
  for (int64_t i = 0; i < 100; ++i) flights.push_back(Sync(i * interval_ms, 1'000));
  return Believed(selector, flights).size();
}

TEST(PacketSelector, BelievesEveryFlightUpToEightASecond) {
  EXPECT_EQ(BelievedOfAHundred(16'000), 100U);
  EXPECT_EQ(BelievedOfAHundred(1'000), 100U);
  EXPECT_EQ(BelievedOfAHundred(125), 100U);
  EXPECT_EQ(BelievedOfAHundred(101), 100U) << "they never come at exact intervals";
}

TEST(PacketSelector, BelievesSomeTenASecondOfMore) {
  // The first is believed at once, as nothing is known of the interval.
  EXPECT_EQ(BelievedOfAHundred(62), 1U + 99 / 2);
  EXPECT_EQ(BelievedOfAHundred(31), 1U + 99 / 4);
  EXPECT_EQ(BelievedOfAHundred(8), 1U + 99 / 13);
}

TEST(PacketSelector, BelievesTheFastestOfAGroup) {
  PacketSelector selector(Direction::kFromMaster);
  EXPECT_EQ(Believed(selector, {Sync(0, 1'000), Sync(30, 5'000), Sync(60, 3'000), Sync(90, 4'000),
                                Sync(120, 9'000), Sync(150, 5'000), Sync(180, 8'000),
                                Sync(210, 6'000), Sync(240, 7'000)}),
            (std::vector<int64_t>{0, 60, 150}));
}

TEST(PacketSelector, TakesResidenceTimesOff) {
  PacketSelector selector(Direction::kFromMaster);
  EXPECT_EQ(Believed(selector, {Sync(0, 1'000), Sync(30, 5'000), Sync(60, 90'000, 88'000),
                                Sync(90, 4'000), Sync(120, 4'000)}),
            (std::vector<int64_t>{0, 60}));
}

TEST(PacketSelector, TakesAccountOfAClockThatRunsAway) {
  // 20 ppm fast: 600 ns more in each 30 ms, which hides that flights get shorter.
  const auto sync = [](int64_t at_ms, int64_t flight_ns) {
    return OneWay{at_ms * kMs - flight_ns, at_ms * kMs + at_ms * 20, 0};
  };
  const std::vector<OneWay> flights = {sync(0, 1'000), sync(30, 1'300), sync(60, 1'200),
                                       sync(90, 1'100), sync(120, 1'400)};
  PacketSelector knows(Direction::kFromMaster);
  EXPECT_EQ(Believed(knows, flights, 20'000), (std::vector<int64_t>{0, 90}));
  PacketSelector does_not(Direction::kFromMaster);
  EXPECT_EQ(Believed(does_not, flights, 0), (std::vector<int64_t>{0, 30}));
}

TEST(PacketSelector, MeasuresTheWayToTheMasterTheOtherWayRound) {
  PacketSelector selector(Direction::kToMaster);
  const auto delay_req = [](int64_t at_ms, int64_t flight_ns) {
    return OneWay{at_ms * kMs + flight_ns, at_ms * kMs, 0};
  };
  EXPECT_EQ(Believed(selector, {delay_req(0, 1'000), delay_req(30, 5'000), delay_req(60, 3'000),
                                delay_req(90, 4'000), delay_req(120, 9'000)}),
            (std::vector<int64_t>{0, 60}));
}

TEST(PacketSelector, ForgetsAGroupThatBrokeOff) {
  PacketSelector selector(Direction::kFromMaster);
  EXPECT_EQ(Believed(selector, {Sync(0, 9'000), Sync(30, 1'000), Sync(3'000, 8'000)}),
            (std::vector<int64_t>{0, 3'000}));
}

TEST(PacketSelector, LetsPassWhatIsOutOfOrder) {
  PacketSelector selector(Direction::kFromMaster);
  EXPECT_EQ(Believed(selector, {Sync(10'000, 1'000), Sync(10'030, 3'000), Sync(20, 1'000),
                                Sync(10'060, 2'000), Sync(10'090, 2'500), Sync(10'120, 2'700)}),
            (std::vector<int64_t>{10'000, 20, 10'060}));
}

TEST(PacketSelector, StartsAnewAfterAStep) {
  PacketSelector selector(Direction::kFromMaster);
  EXPECT_EQ(Believed(selector, {Sync(0, 9'000), Sync(30, 1'000)}), (std::vector<int64_t>{0}));
  selector.Reset();
  EXPECT_EQ(Believed(selector, {Sync(60, 9'000)}), (std::vector<int64_t>{60}));
}

}  // namespace
}  // namespace ptpcore::servo
