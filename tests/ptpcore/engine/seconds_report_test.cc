#include "ptpcore/engine/seconds_report.h"

#include <limits>

#include "gtest/gtest.h"
#include "simulated_engine.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

constexpr uint64_t kSecondNs = 1'000'000'000;

TEST(SecondsReport, TellsWhatWasMeasuredInEachSecond) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(60);
  const auto seconds = MakeSeconds(*sim.engine, 0).seconds();
  ASSERT_EQ(seconds.size(), 15);
  const uint64_t running = static_cast<uint64_t>(sim.time.monotonic_ns()) / kSecondNs;
  EXPECT_EQ(seconds[14].number(), running - 1);
  for (const v1::PtpSecond& second : seconds) {
    EXPECT_EQ(second.port_state(), v1::PORT_STATE_SLAVE);
    EXPECT_EQ(second.clock_state(), v1::CLOCK_STATE_LOCKED);
    EXPECT_GT(second.bound_95_ns(), 0);
    const v1::MeasuredValue& offset = second.values().offset_from_master_ns();
    EXPECT_GE(offset.samples(), 1U);
    EXPECT_LE(offset.minimum(), offset.mean());
    EXPECT_LE(offset.mean(), offset.maximum());
    EXPECT_LT(std::abs(offset.mean()), 100e3);
  }
  // The clock's time of a second is CLOCK_MONOTONIC's, moved.
  const int64_t ahead_ns = sim.engine->clock()->NowNs() - sim.time.monotonic_ns();
  EXPECT_EQ(seconds[3].time().seconds() * 1'000'000'000 + seconds[3].time().nanos(),
            static_cast<int64_t>(seconds[3].number() * kSecondNs) + ahead_ns);
}

TEST(SecondsReport, OnlyWhatIsNotKnownYet) {
  SimulatedEngine sim;
  ASSERT_TRUE(sim.engine->Configure(SimulatedEngine::Config()).ok());
  sim.Run(30);
  const auto newest = MakeSeconds(*sim.engine, 0).seconds().rbegin()->number();
  EXPECT_TRUE(MakeSeconds(*sim.engine, newest).seconds().empty());
  EXPECT_TRUE(MakeSeconds(*sim.engine, std::numeric_limits<uint64_t>::max()).seconds().empty());
  sim.Run(2);
  const auto more = MakeSeconds(*sim.engine, newest).seconds();
  ASSERT_EQ(more.size(), 2);
  EXPECT_EQ(more[0].number(), newest + 1);
}

TEST(SecondsReport, AnEngineWithoutConfigurationTellsNothing) {
  SimulatedEngine sim;
  sim.Run(5);
  EXPECT_TRUE(MakeSeconds(*sim.engine, 0).seconds().empty());
}

}  // namespace
}  // namespace ptpcore::engine
