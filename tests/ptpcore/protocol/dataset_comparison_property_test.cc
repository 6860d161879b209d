// What must hold of the comparison whatever the data sets: tried out on every pair,
// and every triple, of a small domain that holds each case of the figures.
#include <tuple>
#include <vector>

#include "gtest/gtest.h"
#include "ptpcore/protocol/dataset_comparison.h"

namespace ptpcore::protocol {
namespace {

using Order = Comparison::Order;

wire::ClockIdentity Clock(int number) {
  return {{0, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(number)}};
}

// What a grandmaster says of itself is the same on every path.
DataSet From(int grandmaster, int kind) {
  DataSet set;
  set.grandmaster = Clock(grandmaster);
  set.priority1 = kind == 1 ? 127 : 128;
  set.quality.clock_class = kind == 2 ? 6 : 248;
  set.quality.clock_accuracy = kind == 3 ? 0x21 : 0xFE;
  set.quality.offset_scaled_log_variance = kind == 4 ? 0x4E5D : 0xFFFF;
  set.priority2 = kind == 5 ? 127 : 128;
  set.local_priority = kind == 6 ? 127 : 128;
  return set;
}

// Every path at which one can be heard: 0..3 steps, two senders, two receivers, one of
// which stands between the senders.
std::vector<DataSet> Domain(const std::vector<std::pair<int, int>>& grandmasters) {
  std::vector<DataSet> sets;
  for (const auto& [grandmaster, kind] : grandmasters) {
    for (uint16_t steps = 0; steps < 4; ++steps) {
      for (const int sender : {3, 7}) {
        for (const uint16_t port : {uint16_t{1}, uint16_t{2}}) {
          DataSet set = From(grandmaster, kind);
          set.steps_removed = steps;
          set.sender = {Clock(sender), 1};
          set.receiver = {Clock(5), port};
          sets.push_back(set);
        }
      }
    }
  }
  return sets;
}

// A port hears one grandmaster from one sender at a time.
bool Together(const DataSet& a, const DataSet& b) {
  return a.grandmaster == b.grandmaster || a.steps_removed != b.steps_removed ||
         a.sender != b.sender || a.receiver != b.receiver;
}

class PropertyTest : public ::testing::TestWithParam<BestMasterAlgorithm> {
 protected:
  Comparison Of(const DataSet& a, const DataSet& b) const { return Compare(a, b, GetParam()); }
};
INSTANTIATE_TEST_SUITE_P(Both, PropertyTest,
                         ::testing::Values(BestMasterAlgorithm::kDefault,
                                           BestMasterAlgorithm::kG8275));

const std::vector<std::pair<int, int>> kEveryKind = {{1, 0}, {2, 0}, {3, 1}, {4, 2}, {5, 3},
                                                     {6, 4}, {7, 5}, {8, 6}, {9, 2}};

TEST_P(PropertyTest, OneOfTwoDifferentOnesIsBetterAndTheOtherIsNot) {
  const std::vector<DataSet> domain = Domain(kEveryKind);
  for (size_t i = 0; i < domain.size(); ++i) {
    for (size_t j = 0; j < domain.size(); ++j) {
      if (!Together(domain[i], domain[j])) continue;
      const Comparison forth = Of(domain[i], domain[j]);
      const Comparison back = Of(domain[j], domain[i]);
      ASSERT_EQ(forth.a_better(), back.b_better()) << i << ' ' << j;
      ASSERT_EQ(forth.b_better(), back.a_better()) << i << ' ' << j;
      ASSERT_EQ(forth.decided_by, back.decided_by) << i << ' ' << j;
      ASSERT_EQ(forth.a_better() || forth.b_better(), i != j) << i << ' ' << j;
      ASSERT_EQ(forth.decided_by == ComparisonStep::kNone, i == j) << i << ' ' << j;
    }
  }
}

// Else the best of a list would depend on who was heard first.
TEST_P(PropertyTest, BetterThanTheBetterIsBetter) {
  const std::vector<DataSet> domain = Domain({{1, 0}, {3, 1}, {4, 2}, {9, 2}});
  for (const DataSet& a : domain) {
    for (const DataSet& b : domain) {
      if (!Of(a, b).a_better()) continue;
      for (const DataSet& c : domain) {
        if (Of(b, c).a_better()) {
          ASSERT_TRUE(Of(a, c).a_better());
        }
      }
    }
  }
}

// A boundary clock would otherwise fall silent towards a clock that knows nothing better.
TEST_P(PropertyTest, ByTopologyMeansTheSameStandingOfTheGrandmaster) {
  const std::vector<DataSet> domain = Domain(kEveryKind);
  for (const DataSet& a : domain) {
    for (const DataSet& b : domain) {
      const Order order = Of(a, b).order;
      if (order != Order::kABetterByTopology && order != Order::kBBetterByTopology) continue;
      ASSERT_EQ(a.quality, b.quality);
      const bool traceable_g8275 =
          GetParam() == BestMasterAlgorithm::kG8275 && a.quality.clock_class <= 127;
      if (!traceable_g8275) {
        ASSERT_EQ(a.grandmaster, b.grandmaster);
      }
    }
  }
}

// The figures as one sentence: of the members in this order the first that differs decides,
// the lower wins.
TEST(DefaultComparisonTest, IsTheLexicographicOrderOfItsMembers) {
  const auto key = [](const DataSet& s) {
    return std::make_tuple(s.priority1, s.quality.clock_class, s.quality.clock_accuracy,
                           s.quality.offset_scaled_log_variance, s.priority2, s.grandmaster,
                           s.steps_removed, s.sender, s.receiver.port);
  };
  const std::vector<DataSet> domain = Domain(kEveryKind);
  for (const DataSet& a : domain) {
    for (const DataSet& b : domain) ASSERT_EQ(IsBetter(a, b), key(a) < key(b));
  }
}

TEST(G8275ComparisonTest, IsTheLexicographicOrderOfItsMembers) {
  const auto key = [](const DataSet& s) {
    const bool traceable = s.quality.clock_class <= 127;
    return std::make_tuple(s.quality.clock_class, s.quality.clock_accuracy,
                           s.quality.offset_scaled_log_variance, s.priority2, s.local_priority,
                           traceable ? wire::ClockIdentity{} : s.grandmaster, s.steps_removed,
                           s.sender, s.receiver.port);
  };
  const std::vector<DataSet> domain = Domain(kEveryKind);
  for (const DataSet& a : domain) {
    for (const DataSet& b : domain) {
      if (!Together(a, b)) continue;
      ASSERT_EQ(IsBetter(a, b, BestMasterAlgorithm::kG8275), key(a) < key(b));
    }
  }
}

}  // namespace
}  // namespace ptpcore::protocol
