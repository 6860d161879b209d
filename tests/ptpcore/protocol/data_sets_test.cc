#include "ptpcore/protocol/data_sets.h"

#include "gtest/gtest.h"
#include "messages.h"

namespace ptpcore::protocol {
namespace {

// Table 30.
TEST(DataSetsTest, AGrandmasterIsItsOwnParent) {
  DefaultDataSet own;
  own.clock_identity = kUs;
  own.quality = {6, 0x21, 0x4E5D};
  own.priority1 = 10;
  own.priority2 = 20;

  const ParentDataSet parent = OwnParent(own);
  EXPECT_EQ(parent.port, (wire::PortIdentity{kUs, 0}));
  EXPECT_EQ(parent.grandmaster, kUs);
  EXPECT_EQ(parent.grandmaster_quality, (wire::ClockQuality{6, 0x21, 0x4E5D}));
  EXPECT_EQ(parent.grandmaster_priority1, 10);
  EXPECT_EQ(parent.grandmaster_priority2, 20);
}

// Table 33.
TEST(DataSetsTest, AClientTakesItsParentFromTheAnnounce) {
  wire::Message message = AnnounceOf(kMasterA, 7, 11);
  message.header.source = {kMasterB, 3};
  auto& announce = std::get<wire::Announce>(message.body);
  announce.quality = {7, 0x22, 0x1234};
  announce.priority2 = 12;
  announce.steps_removed = 4;

  const ParentDataSet parent = ParentFromAnnounce(message.header, announce);
  EXPECT_EQ(parent.port, (wire::PortIdentity{kMasterB, 3}));
  EXPECT_EQ(parent.grandmaster, kMasterA);
  EXPECT_EQ(parent.grandmaster_quality, (wire::ClockQuality{7, 0x22, 0x1234}));
  EXPECT_EQ(parent.grandmaster_priority1, 11);
  EXPECT_EQ(parent.grandmaster_priority2, 12);
  EXPECT_EQ(StepsRemovedFrom(announce), 5);
}

TEST(DataSetsTest, ParentsDifferByEachMember) {
  const ParentDataSet same = ParentFromAnnounce(AnnounceOf(kMasterA, 0).header, {});
  EXPECT_EQ(same, same);
  ParentDataSet other = same;
  other.port.port = 2;
  EXPECT_NE(same, other);
  other = same;
  other.grandmaster_quality.clock_class = 7;
  EXPECT_NE(same, other);
  other = same;
  other.grandmaster_priority2 = 1;
  EXPECT_NE(same, other);
}

TEST(DataSetsTest, StepsRemovedDoesNotWrapAround) {
  wire::Announce announce;
  announce.steps_removed = 0xFFFF;
  EXPECT_EQ(StepsRemovedFrom(announce), 0xFFFF);
}

}  // namespace
}  // namespace ptpcore::protocol
