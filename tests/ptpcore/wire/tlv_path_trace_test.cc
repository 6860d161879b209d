#include "ptpcore/wire/tlv_path_trace.h"

#include "gmock/gmock.h"
#include "tlv_value.h"

namespace ptpcore::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr ClockIdentity kGrandmaster = {{2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0A}};
constexpr ClockIdentity kBoundary = {{2, 0, 0, 0xFF, 0xFE, 0, 0, 0x0B}};

TEST(PathTraceTest, ListsTheClocksOnTheWay) {
  const Octets octets = FromHex("0008 0010 020000fffe00000a 020000fffe00000b");
  const auto trace = FromOctets<PathTrace>(octets);
  ASSERT_TRUE(trace);
  EXPECT_THAT(trace->path, ElementsAre(kGrandmaster, kBoundary));
  EXPECT_EQ(ToOctets(*trace), octets);
}

TEST(PathTraceTest, MayBeEmpty) {
  const auto trace = FromOctets<PathTrace>(FromHex("0008 0000"));
  ASSERT_TRUE(trace);
  EXPECT_THAT(trace->path, IsEmpty());
}

TEST(PathTraceTest, HalfAnIdentityIsRefused) {
  EXPECT_FALSE(FromOctets<PathTrace>(FromHex("0008 000c 020000fffe00000a 020000ff")));
}

}  // namespace
}  // namespace ptpcore::wire
