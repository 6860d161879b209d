#include "ptpcore/protocol/path_trace.h"

#include "gmock/gmock.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<uint8_t> TlvOf(const wire::PathTrace& from_parent, const wire::ClockIdentity& own) {
  std::vector<uint8_t> tlvs;
  AppendPathTrace(from_parent, own, tlvs);
  return tlvs;
}

TEST(PathTraceTest, EachClockAppendsItself) {
  const std::vector<uint8_t> from_grandmaster = TlvOf({}, kMasterA);
  EXPECT_THAT(from_grandmaster, ElementsAre(0, 8, 0, 8, 2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A));
  const wire::PathTrace at_us = PathTraceFrom(from_grandmaster);
  EXPECT_THAT(at_us.path, ElementsAre(kMasterA));
  EXPECT_THAT(PathTraceFrom(TlvOf(at_us, kUs)).path, ElementsAre(kMasterA, kUs));
}

TEST(PathTraceTest, StandsBehindWhatIsThere) {
  std::vector<uint8_t> tlvs = {0, 9, 0, 2, 0xAA, 0xBB};
  AppendPathTrace({}, kUs, tlvs);
  EXPECT_EQ(tlvs.size(), 18U);
  EXPECT_THAT(PathTraceFrom(tlvs).path, ElementsAre(kUs));
}

TEST(PathTraceTest, NoTlvNoTrace) {
  EXPECT_THAT(PathTraceFrom({}).path, IsEmpty());
  EXPECT_THAT(PathTraceFrom({{0, 9, 0, 2, 0xAA, 0xBB}}).path, IsEmpty());
  EXPECT_THAT(PathTraceFrom({{0, 8, 0, 0}}).path, IsEmpty());
}

TEST(PathTraceTest, ALengthThatIsNoWholeNumberOfIdentitiesIsNotBelieved) {
  std::vector<uint8_t> tlv = TlvOf({{kMasterA}}, kUs);
  tlv[3] = 14;
  tlv.resize(4 + 14);
  EXPECT_THAT(PathTraceFrom(tlv).path, IsEmpty());
}

TEST(PathTraceTest, IsNotSentWhereItWouldOutgrowTheFrame) {
  wire::PathTrace longest;
  longest.path.resize(kLongestPathTrace - 1, kMasterA);
  EXPECT_EQ(TlvOf(longest, kUs).size(), 4 + 8 * kLongestPathTrace);
  longest.path.push_back(kMasterB);
  EXPECT_THAT(TlvOf(longest, kUs), IsEmpty());
}

}  // namespace
}  // namespace ptpcore::protocol
