#include "ptpcore/protocol/path_trace.h"

#include "gmock/gmock.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PathTraceTest, EachClockAppendsItself) {
  const std::vector<uint8_t> from_grandmaster = PathTraceTlv({}, kMasterA);
  EXPECT_THAT(from_grandmaster, ElementsAre(0, 8, 0, 8, 2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A));
  const PathTrace at_us = PathTraceFrom(from_grandmaster);
  EXPECT_THAT(at_us, ElementsAre(kMasterA));
  EXPECT_THAT(PathTraceFrom(PathTraceTlv(at_us, kUs)), ElementsAre(kMasterA, kUs));
}

TEST(PathTraceTest, WhoIsInItHearsALoop) {
  const PathTrace trace = {kMasterA, kMasterB};
  EXPECT_TRUE(Contains(trace, kMasterA));
  EXPECT_TRUE(Contains(trace, kMasterB));
  EXPECT_FALSE(Contains(trace, kUs));
  EXPECT_FALSE(Contains({}, kUs));
}

TEST(PathTraceTest, IsFoundAmongOtherTlvs) {
  std::vector<uint8_t> tlvs = {0, 9, 0, 2, 0xAA, 0xBB};
  const std::vector<uint8_t> trace = PathTraceTlv({}, kUs);
  tlvs.insert(tlvs.end(), trace.begin(), trace.end());
  EXPECT_THAT(PathTraceFrom(tlvs), ElementsAre(kUs));
}

TEST(PathTraceTest, NoTlvNoTrace) {
  EXPECT_THAT(PathTraceFrom({}), IsEmpty());
  EXPECT_THAT(PathTraceFrom({{0, 9, 0, 2, 0xAA, 0xBB}}), IsEmpty());
  EXPECT_THAT(PathTraceFrom({{0, 8, 0, 0}}), IsEmpty());
}

TEST(PathTraceTest, ALengthThatIsNoWholeNumberOfIdentitiesIsNotBelieved) {
  std::vector<uint8_t> tlv = PathTraceTlv({kMasterA}, kUs);
  tlv[3] = 14;
  tlv.resize(4 + 14);
  EXPECT_THAT(PathTraceFrom(tlv), IsEmpty());
}

TEST(PathTraceTest, IsNotSentWhereItWouldOutgrowTheFrame) {
  PathTrace longest(kLongestPathTrace - 1, kMasterA);
  EXPECT_EQ(PathTraceTlv(longest, kUs).size(), 4 + 8 * kLongestPathTrace);
  longest.push_back(kMasterB);
  EXPECT_THAT(PathTraceTlv(longest, kUs), IsEmpty());
}

}  // namespace
}  // namespace ptpcore::protocol
