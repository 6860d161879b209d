#include "ptpcore/wire/tlv_rate_ratio.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(CumulativeRateRatioTest, IsSigned) {
  const Octets octets = FromHex("8007 0004 fffffffe");
  const auto tlv = FromOctets<CumulativeRateRatio>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->scaled_cumulative_rate_ratio, -2);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

}  // namespace
}  // namespace ptpcore::wire
