#include "ptpcore/engine/lent_frequency.h"

#include "gtest/gtest.h"

namespace ptpcore::engine {
namespace {

protocol::MonoTime At(double seconds) {
  return protocol::MonoTime(protocol::Duration(static_cast<int64_t>(seconds * 1e9)));
}

TEST(LentFrequency, WhatIsSteadyIsKnown) {
  LentFrequency frequency;
  EXPECT_FALSE(frequency.Take().has_value());
  frequency.See(-40'000, At(1));
  EXPECT_EQ(frequency.Take()->ppb, -40'000);
  frequency.See(-40'000, At(2));
  const auto mean = frequency.Take();
  EXPECT_EQ(mean->ppb, -40'000);
  EXPECT_EQ(mean->doubt_ns, 0);
}

TEST(LentFrequency, AChangeBetweenTwoLooksIsInDoubtByHowLongItMayHaveLasted) {
  LentFrequency frequency;
  frequency.See(0, At(0));
  frequency.See(0, At(3));
  frequency.See(10'000, At(4));  // ppb: within a second it moved by 0 to 10000 ns
  const auto mean = frequency.Take();
  EXPECT_DOUBLE_EQ(mean->ppb * 4, 5'000);
  EXPECT_DOUBLE_EQ(mean->doubt_ns, 5'000);
  EXPECT_EQ(frequency.Take()->doubt_ns, 0) << "told once";
}

}  // namespace
}  // namespace ptpcore::engine
