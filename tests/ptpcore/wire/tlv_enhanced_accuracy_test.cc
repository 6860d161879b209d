#include "ptpcore/wire/tlv_enhanced_accuracy.h"

#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

TEST(EnhancedAccuracyMetricsTest, EveryFieldHasItsPlace) {
  const Octets octets = FromHex(
      "4001 0054 01 02 0000"
      "0000000000010000 3ff0000000000000 0000000000020000 4000000000000000"
      "0000000000030000 4008000000000000 0000000000040000 4010000000000000"
      "0000000000050000 4014000000000000");
  const auto tlv = FromOctets<EnhancedAccuracyMetrics>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(tlv->boundary_clock_hops, 1);
  EXPECT_EQ(tlv->transparent_clock_hops, 2);
  double n = 1;
  for (const AccuracyMetric& metric :
       {tlv->grandmaster, tlv->transient, tlv->dynamic, tlv->static_instance, tlv->static_medium}) {
    EXPECT_EQ(metric.maximum.nanoseconds(), n);
    EXPECT_EQ(metric.variance_s2, n);
    ++n;
  }
  EXPECT_EQ(ToOctets(*tlv), octets);
}

TEST(EnhancedAccuracyMetricsTest, AVarianceThatIsNoNumberComesBackAsItWas) {
  Octets octets = FromHex("4001 0054 00 00 0000");
  octets.resize(4 + 84);
  for (size_t i = 16; i < 24; ++i) octets[i] = 0xFF;  // a NaN
  const auto tlv = FromOctets<EnhancedAccuracyMetrics>(octets);
  ASSERT_TRUE(tlv);
  EXPECT_EQ(ToOctets(*tlv), octets);
}

}  // namespace
}  // namespace ptpcore::wire
