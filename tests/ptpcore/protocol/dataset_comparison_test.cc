#include "ptpcore/protocol/dataset_comparison.h"

#include "gtest/gtest.h"

namespace ptpcore::protocol {
namespace {

constexpr wire::ClockIdentity kLow = {{0, 0, 0, 0, 0, 0, 0, 1}};
constexpr wire::ClockIdentity kMiddle = {{0, 0, 0, 0, 0, 0, 0, 5}};
constexpr wire::ClockIdentity kHigh = {{0, 0, 0, 0, 0, 0, 0, 9}};

using Order = Comparison::Order;
using Step = ComparisonStep;

Order Mirrored(Order order) {
  switch (order) {
    case Order::kABetter:
      return Order::kBBetter;
    case Order::kBBetter:
      return Order::kABetter;
    case Order::kABetterByTopology:
      return Order::kBBetterByTopology;
    case Order::kBBetterByTopology:
      return Order::kABetterByTopology;
    default:
      return order;
  }
}

// The answer must not depend on which of the two is asked about first.
void ExpectBothWays(const DataSet& a, const DataSet& b, Order order, Step decided_by,
                    BestMasterAlgorithm algorithm = BestMasterAlgorithm::kDefault) {
  EXPECT_EQ(Compare(a, b, algorithm).order, order);
  EXPECT_EQ(Compare(b, a, algorithm).order, Mirrored(order));
  EXPECT_EQ(Compare(a, b, algorithm).decided_by, decided_by);
  EXPECT_EQ(Compare(b, a, algorithm).decided_by, decided_by);
  EXPECT_EQ(IsBetter(a, b, algorithm),
            order == Order::kABetter || order == Order::kABetterByTopology);
  EXPECT_EQ(IsBetter(b, a, algorithm),
            order == Order::kBBetter || order == Order::kBBetterByTopology);
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
  ExpectBothWays(a, Of(kLow), Order::kABetter, Step::kPriority1);
}

// From the last question of the figure to the first: at each step the side that
// lost so far gets the better value, and so must win.
TEST(Figure34Test, EachPropertyOverrulesAllBelowIt) {
  DataSet a = Of(kLow);
  DataSet b = Of(kHigh);
  {
    SCOPED_TRACE("GM identity");
    ExpectBothWays(a, b, Order::kABetter, Step::kGrandmasterIdentity);
  }
  {
    SCOPED_TRACE("GM priority2");
    b.priority2 = 127;
    ExpectBothWays(a, b, Order::kBBetter, Step::kPriority2);
  }
  {
    SCOPED_TRACE("GM offsetScaledLogVariance");
    a.quality.offset_scaled_log_variance = 0x4000;
    ExpectBothWays(a, b, Order::kABetter, Step::kOffsetScaledLogVariance);
  }
  {
    SCOPED_TRACE("GM accuracy");
    b.quality.clock_accuracy = 0x21;
    ExpectBothWays(a, b, Order::kBBetter, Step::kClockAccuracy);
  }
  {
    SCOPED_TRACE("GM class");
    a.quality.clock_class = 6;
    ExpectBothWays(a, b, Order::kABetter, Step::kClockClass);
  }
  {
    SCOPED_TRACE("GM priority1");
    b.priority1 = 127;
    ExpectBothWays(a, b, Order::kBBetter, Step::kPriority1);
  }
  {
    SCOPED_TRACE("GM identity equal: nothing of the above counts, only the path");
    a.grandmaster = b.grandmaster;
    b.steps_removed = 2;
    ExpectBothWays(a, b, Order::kABetter, Step::kStepsRemoved);
  }
}

TEST(Figure34Test, DifferentGrandmastersAreNotComparedByPath) {
  DataSet a = Of(kLow);
  a.steps_removed = 200;
  ExpectBothWays(a, Of(kHigh), Order::kABetter, Step::kGrandmasterIdentity);
}

TEST(Figure34Test, ValuesAreUnsigned) {
  DataSet a = Of(kHigh);
  a.priority1 = 0x7F;
  DataSet b = Of(kLow);
  b.priority1 = 0x80;
  ExpectBothWays(a, b, Order::kABetter, Step::kPriority1);
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
    ExpectBothWays(a, b, Order::kError2, Step::kNone);
  }
  {
    SCOPED_TRACE("port numbers of the receivers");
    b.receiver.port = 2;
    ExpectBothWays(a, b, Order::kABetterByTopology, Step::kPortNumber);
  }
  {
    SCOPED_TRACE("identities of the senders");
    b.sender = {kLow, 1};
    ExpectBothWays(a, b, Order::kBBetterByTopology, Step::kSenderIdentity);
  }
  {
    SCOPED_TRACE("one step more at B, B's receiver above its sender");
    b.steps_removed = 2;
    ExpectBothWays(a, b, Order::kABetterByTopology, Step::kStepsRemoved);
  }
  {
    SCOPED_TRACE("one step more at A, A's receiver below its sender");
    a.steps_removed = 3;
    ExpectBothWays(a, b, Order::kBBetter, Step::kStepsRemoved);
  }
  {
    SCOPED_TRACE("two steps more at B");
    b.steps_removed = 5;
    ExpectBothWays(a, b, Order::kABetter, Step::kStepsRemoved);
  }
}

TEST(Figure35Test, OneStepMoreIsWorseByTopologyOrOutright) {
  const DataSet near = Path(1, {kHigh, 1}, {kMiddle, 1});
  ExpectBothWays(Path(2, {kLow, 1}, {kMiddle, 1}), near, Order::kBBetterByTopology,
                 Step::kStepsRemoved);
  ExpectBothWays(Path(2, {kHigh, 1}, {kMiddle, 1}), near, Order::kBBetter, Step::kStepsRemoved);
}

TEST(Figure35Test, AMessageThatCameBackToItsSenderIsAnError) {
  const DataSet near = Path(1, {kHigh, 1}, {kMiddle, 1});
  ExpectBothWays(Path(2, {kMiddle, 1}, {kMiddle, 1}), near, Order::kError1, Step::kNone);
}

TEST(Figure35Test, TwoPortsOfOneMasterDifferByPortNumber) {
  ExpectBothWays(Path(1, {kLow, 1}, {kMiddle, 1}), Path(1, {kLow, 2}, {kMiddle, 1}),
                 Order::kABetterByTopology, Step::kSenderIdentity);
}

// D0 against what comes back from the network: our own grandmaster, one step away.
TEST(Figure35Test, OurOwnClockIsBetterThanItsEcho) {
  DefaultDataSet own;
  own.clock_identity = kLow;
  const DataSet d0 = OwnDataSet(own);
  ExpectBothWays(d0, Path(1, {kMiddle, 1}, {kLow, 1}), Order::kABetter, Step::kStepsRemoved);
  ExpectBothWays(d0, Path(2, {kMiddle, 1}, {kLow, 1}), Order::kABetter, Step::kStepsRemoved);
}

TEST(OwnDataSetTest, IsTheDefaultDataSetAtNoDistance) {
  DefaultDataSet own;
  own.clock_identity = kMiddle;
  own.quality = {6, 0x21, 0x4E5D};
  own.priority1 = 1;
  own.priority2 = 2;
  own.local_priority = 3;

  const DataSet d0 = OwnDataSet(own);
  EXPECT_EQ(d0.priority1, 1);
  EXPECT_EQ(d0.quality, (wire::ClockQuality{6, 0x21, 0x4E5D}));
  EXPECT_EQ(d0.priority2, 2);
  EXPECT_EQ(d0.local_priority, 3);
  EXPECT_EQ(d0.grandmaster, kMiddle);
  EXPECT_EQ(d0.steps_removed, 0);
  EXPECT_EQ(d0.sender, (wire::PortIdentity{kMiddle, 0}));
  EXPECT_EQ(d0.receiver, (wire::PortIdentity{kMiddle, 0}));
}

constexpr auto kG8275 = BestMasterAlgorithm::kG8275;

// G.8275.1 6.3, from the bottom up, the winner flipped at each step.
TEST(G8275ComparisonTest, EachPropertyOverrulesAllBelowIt) {
  DataSet a = Of(kLow);
  DataSet b = Of(kHigh);
  {
    SCOPED_TRACE("priority1 counts for nothing");
    b.priority1 = 1;
    ExpectBothWays(a, b, Order::kABetter, Step::kGrandmasterIdentity, kG8275);
  }
  {
    SCOPED_TRACE("localPriority");
    b.local_priority = 127;
    ExpectBothWays(a, b, Order::kBBetter, Step::kLocalPriority, kG8275);
  }
  {
    SCOPED_TRACE("priority2");
    a.priority2 = 127;
    ExpectBothWays(a, b, Order::kABetter, Step::kPriority2, kG8275);
  }
  {
    SCOPED_TRACE("offsetScaledLogVariance");
    b.quality.offset_scaled_log_variance = 0x4E5D;
    ExpectBothWays(a, b, Order::kBBetter, Step::kOffsetScaledLogVariance, kG8275);
  }
  {
    SCOPED_TRACE("clockAccuracy");
    a.quality.clock_accuracy = 0x21;
    ExpectBothWays(a, b, Order::kABetter, Step::kClockAccuracy, kG8275);
  }
  {
    SCOPED_TRACE("clockClass");
    b.quality.clock_class = 165;
    ExpectBothWays(a, b, Order::kBBetter, Step::kClockClass, kG8275);
  }
}

TEST(G8275ComparisonTest, TheNearestOfSeveralTraceableGrandmastersIsTaken) {
  DataSet a = Of(kLow);
  DataSet b = Of(kHigh);
  a.steps_removed = 3;
  b.steps_removed = 1;
  a.quality.clock_class = b.quality.clock_class = 6;
  ExpectBothWays(a, b, Order::kBBetter, Step::kStepsRemoved, kG8275);
  a.quality.clock_class = b.quality.clock_class = 127;
  ExpectBothWays(a, b, Order::kBBetter, Step::kStepsRemoved, kG8275);
  a.quality.clock_class = b.quality.clock_class = 128;
  ExpectBothWays(a, b, Order::kABetter, Step::kGrandmasterIdentity, kG8275);
}

TEST(G8275ComparisonTest, OneGrandmasterOverTwoPathsIsComparedByPath) {
  DataSet a = Path(3, {kLow, 1}, {kMiddle, 1});
  const DataSet b = Path(1, {kHigh, 1}, {kMiddle, 1});
  ExpectBothWays(a, b, Order::kBBetter, Step::kStepsRemoved, kG8275);
  a.local_priority = 1;  // unless the operator prefers that port
  ExpectBothWays(a, b, Order::kABetter, Step::kLocalPriority, kG8275);
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
