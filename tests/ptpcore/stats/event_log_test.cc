#include "ptpcore/stats/event_log.h"

#include "gtest/gtest.h"

namespace ptpcore::stats {
namespace {

TEST(EventLogTest, KeepsEventsInOrder) {
  EventLog log;
  const Event& first = log.Add(5, "STATE_CHANGED", "INITIALIZING to LISTENING");
  EXPECT_EQ(first.sequence, 1U);
  log.Add(9, "CLOCK_STEPPED", "by -0.5 s");
  ASSERT_EQ(log.events().size(), 2U);
  EXPECT_EQ(log.events()[0].kind, "STATE_CHANGED");
  EXPECT_EQ(log.events()[1].sequence, 2U);
  EXPECT_EQ(log.events()[1].time_ns, 9);
  EXPECT_EQ(log.events()[1].text, "by -0.5 s");
}

TEST(EventLogTest, ForgetsTheOldestAndCountsOn) {
  EventLog log;
  for (int i = 1; i <= 100; ++i) log.Add(i, "TEST", "");
  ASSERT_EQ(log.events().size(), EventLog::kCapacity);
  EXPECT_EQ(log.events().front().sequence, 100 - EventLog::kCapacity + 1);
  EXPECT_EQ(log.events().back().sequence, 100U);
}

}  // namespace
}  // namespace ptpcore::stats
