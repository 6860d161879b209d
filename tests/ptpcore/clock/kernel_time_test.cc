#include "ptpcore/clock/kernel_time.h"

#include <cstdlib>
#include <vector>

#include "gtest/gtest.h"

namespace ptpcore::clock {
namespace {

TEST(RealKernelTimeTest, ClocksRunForward) {
  const KernelTime time = RealKernelTime();
  EXPECT_GT(time.realtime_ns(), 1'600'000'000'000'000'000);  // after 2020
  const int64_t monotonic = time.monotonic_ns();
  const int64_t raw = time.monotonic_raw_ns();
  EXPECT_GE(time.monotonic_ns(), monotonic);
  EXPECT_GE(time.monotonic_raw_ns(), raw);
}

// Of five attempts the third takes 10 ns and the others a thousand: an
// interruption between two readings must not become an error of the pair.
TEST(ReadPairTest, TheAttemptThatWasInterruptedLeastCounts) {
  const std::vector<int64_t> raw = {0, 1000, 2000, 2010, 3010, 4010};
  const std::vector<int64_t> realtime = {100'500, 101'900, 102'005, 102'100, 103'900};
  size_t next_raw = 0;
  size_t next_realtime = 0;
  KernelTime time;
  time.monotonic_raw_ns = [&] { return raw.at(next_raw++); };
  time.realtime_ns = [&] { return realtime.at(next_realtime++); };
  const TimePair pair = ReadPair(time);
  EXPECT_EQ(pair.realtime_ns, 102'005);
  EXPECT_EQ(pair.monotonic_raw_ns, 2005);
}

}  // namespace
}  // namespace ptpcore::clock
