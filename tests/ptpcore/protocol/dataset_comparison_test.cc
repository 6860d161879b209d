#include "ptpcore/protocol/dataset_comparison.h"

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

constexpr wire::ClockIdentity kLow = {{0, 0, 0, 0, 0, 0, 0, 1}};
constexpr wire::ClockIdentity kMiddle = {{0, 0, 0, 0, 0, 0, 0, 5}};
constexpr wire::ClockIdentity kHigh = {{0, 0, 0, 0, 0, 0, 0, 9}};

Comparison Mirrored(Comparison c) {
  switch (c) {
    case Comparison::kABetter:
      return Comparison::kBBetter;
    case Comparison::kBBetter:
      return Comparison::kABetter;
    case Comparison::kABetterByTopology:
      return Comparison::kBBetterByTopology;
    case Comparison::kBBetterByTopology:
      return Comparison::kABetterByTopology;
    default:
      return c;
  }
}

// The answer must not depend on which of the two is asked about first.
void ExpectBothWays(const DataSet& a, const DataSet& b, Comparison expected) {
  EXPECT_EQ(Compare(a, b), expected);
  EXPECT_EQ(Compare(b, a), Mirrored(expected));
  const bool a_wins =
      expected == Comparison::kABetter || expected == Comparison::kABetterByTopology;
  const bool b_wins =
      expected == Comparison::kBBetter || expected == Comparison::kBBetterByTopology;
  EXPECT_EQ(IsBetter(a, b), a_wins);
  EXPECT_EQ(IsBetter(b, a), b_wins);
}

// Two grandmasters that differ in nothing but their identity.
DataSet Of(const wire::ClockIdentity& grandmaster) {
  DataSet set;
  set.grandmaster = grandmaster;
  set.sender = {grandmaster, 1};
  set.receiver = {kMiddle, 1};
  return set;
}

TEST(Figure34Test, TheLowerPriorityWins) {
  DataSet a = Of(kHigh);
  a.priority1 = 127;
  ExpectBothWays(a, Of(kLow), Comparison::kABetter);
}

// From the last question of the figure to the first: at each step the side that
// lost so far gets the better value, and so must win.
TEST(Figure34Test, EachPropertyOverrulesAllBelowIt) {
  DataSet a = Of(kLow);
  DataSet b = Of(kHigh);
  {
    SCOPED_TRACE("GM identity");
    ExpectBothWays(a, b, Comparison::kABetter);
  }
  {
    SCOPED_TRACE("GM priority2");
    b.priority2 = 127;
    ExpectBothWays(a, b, Comparison::kBBetter);
  }
  {
    SCOPED_TRACE("GM offsetScaledLogVariance");
    a.quality.offset_scaled_log_variance = 0x4000;
    ExpectBothWays(a, b, Comparison::kABetter);
  }
  {
    SCOPED_TRACE("GM accuracy");
    b.quality.clock_accuracy = 0x21;
    ExpectBothWays(a, b, Comparison::kBBetter);
  }
  {
    SCOPED_TRACE("GM class");
    a.quality.clock_class = 6;
    ExpectBothWays(a, b, Comparison::kABetter);
  }
  {
    SCOPED_TRACE("GM priority1");
    b.priority1 = 127;
    ExpectBothWays(a, b, Comparison::kBBetter);
  }
  {
    SCOPED_TRACE("GM identity equal: nothing of the above counts, only the path");
    a.grandmaster = b.grandmaster;
    b.steps_removed = 2;
    ExpectBothWays(a, b, Comparison::kABetter);
  }
}

TEST(Figure34Test, DifferentGrandmastersAreNotComparedByPath) {
  DataSet a = Of(kLow);
  a.steps_removed = 200;
  ExpectBothWays(a, Of(kHigh), Comparison::kABetter);
}

TEST(Figure34Test, ValuesAreUnsigned) {
  DataSet a = Of(kHigh);
  a.priority1 = 0x7F;
  DataSet b = Of(kLow);
  b.priority1 = 0x80;
  ExpectBothWays(a, b, Comparison::kABetter);
}

// The same grandmaster, heard from two senders at one receiver.
DataSet Path(uint16_t steps, const wire::PortIdentity& sender, const wire::PortIdentity& receiver) {
  DataSet set;
  set.grandmaster = kLow;
  set.steps_removed = steps;
  set.sender = sender;
  set.receiver = receiver;
  return set;
}

// From the bottom of the figure up, the winner flipped at each step.
TEST(Figure35Test, EachQuestionOverrulesAllBelowIt) {
  DataSet a = Path(1, {kHigh, 1}, {kMiddle, 1});
  DataSet b = a;
  {
    SCOPED_TRACE("the same message twice");
    ExpectBothWays(a, b, Comparison::kError2);
  }
  {
    SCOPED_TRACE("port numbers of the receivers");
    b.receiver.port = 2;
    ExpectBothWays(a, b, Comparison::kABetterByTopology);
  }
  {
    SCOPED_TRACE("identities of the senders");
    b.sender = {kLow, 1};
    ExpectBothWays(a, b, Comparison::kBBetterByTopology);
  }
  {
    SCOPED_TRACE("one step more at B, B's receiver above its sender");
    b.steps_removed = 2;
    ExpectBothWays(a, b, Comparison::kABetterByTopology);
  }
  {
    SCOPED_TRACE("one step more at A, A's receiver below its sender");
    a.steps_removed = 3;
    ExpectBothWays(a, b, Comparison::kBBetter);
  }
  {
    SCOPED_TRACE("two steps more at B");
    b.steps_removed = 5;
    ExpectBothWays(a, b, Comparison::kABetter);
  }
}

TEST(Figure35Test, OneStepMoreIsWorseByTopologyOrOutright) {
  const DataSet near = Path(1, {kHigh, 1}, {kMiddle, 1});
  ExpectBothWays(Path(2, {kLow, 1}, {kMiddle, 1}), near, Comparison::kBBetterByTopology);
  ExpectBothWays(Path(2, {kHigh, 1}, {kMiddle, 1}), near, Comparison::kBBetter);
}

TEST(Figure35Test, AMessageThatCameBackToItsSenderIsAnError) {
  const DataSet near = Path(1, {kHigh, 1}, {kMiddle, 1});
  ExpectBothWays(Path(2, {kMiddle, 1}, {kMiddle, 1}), near, Comparison::kError1);
}

TEST(Figure35Test, TwoPortsOfOneMasterDifferByPortNumber) {
  ExpectBothWays(Path(1, {kLow, 1}, {kMiddle, 1}), Path(1, {kLow, 2}, {kMiddle, 1}),
                 Comparison::kABetterByTopology);
}

TEST(DataSetFromAnnounceTest, TakesEachPropertyFromItsField) {
  wire::Header header;
  header.source = {kHigh, 3};
  wire::Announce announce;
  announce.priority1 = 1;
  announce.quality = {6, 0x21, 0x4E5D};
  announce.priority2 = 2;
  announce.grandmaster = kLow;
  announce.steps_removed = 4;

  const DataSet set = DataSetFromAnnounce(header, announce, {kMiddle, 7});
  EXPECT_EQ(set.priority1, 1);
  EXPECT_EQ(set.quality, (wire::ClockQuality{6, 0x21, 0x4E5D}));
  EXPECT_EQ(set.priority2, 2);
  EXPECT_EQ(set.grandmaster, kLow);
  EXPECT_EQ(set.steps_removed, 4);
  EXPECT_EQ(set.sender, (wire::PortIdentity{kHigh, 3}));
  EXPECT_EQ(set.receiver, (wire::PortIdentity{kMiddle, 7}));
}

}  // namespace
}  // namespace ptpcore::protocol
