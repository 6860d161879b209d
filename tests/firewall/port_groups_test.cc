#include "firewall/port_groups.h"

#include <algorithm>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(PortGroups, RulesOfDifferentPortsAreGroupsOfTheirOwn) {
  const std::vector<PortGroup> groups = GroupPorts({{319, 320}, {22, 22}});
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].ranges, ElementsAre(PortRange{22, 22}));
  EXPECT_THAT(groups[0].rules, ElementsAre(1));
  EXPECT_THAT(groups[1].ranges, ElementsAre(PortRange{319, 320}));
  EXPECT_THAT(groups[1].rules, ElementsAre(0));
}

TEST(PortGroups, RulesOfTheSamePortsShareAGroup) {
  const std::vector<PortGroup> groups = GroupPorts({{22, 22}, {22, 22}});
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_THAT(groups[0].rules, ElementsAre(0, 1));
}

TEST(PortGroups, ARuleAroundAnotherOneIsOneGroupOfTwoRanges) {
  const std::vector<PortGroup> groups = GroupPorts({{1, 65535}, {100, 200}});
  ASSERT_THAT(groups, SizeIs(2));
  EXPECT_THAT(groups[0].ranges, ElementsAre(PortRange{1, 99}, PortRange{201, 65535}));
  EXPECT_THAT(groups[0].rules, ElementsAre(0));
  EXPECT_THAT(groups[1].ranges, ElementsAre(PortRange{100, 200}));
  EXPECT_THAT(groups[1].rules, ElementsAre(0, 1));
}

TEST(PortGroups, WithoutRulesThereIsNone) {
  EXPECT_THAT(GroupPorts({}), IsEmpty());
}

// Each port alone, asked directly and through the groups.
TEST(PortGroups, EveryPortIsInTheGroupOfExactlyItsRules) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> port(0, 65535);
  std::vector<PortRange> rules;
  for (int i = 0; i < 12; ++i) {
    const auto [begin, end] = std::minmax({port(random), port(random)});
    rules.push_back({static_cast<uint16_t>(begin), static_cast<uint16_t>(end)});
  }
  const std::vector<PortGroup> groups = GroupPorts(rules);
  for (int p = 0; p <= 65535; ++p) {
    const auto contains = [p](const PortRange& range) {
      return range.begin <= p && p <= range.end;
    };
    std::vector<size_t> expected;
    for (size_t i = 0; i < rules.size(); ++i) {
      if (contains(rules[i])) expected.push_back(i);
    }
    std::vector<size_t> found;
    for (const PortGroup& group : groups) {
      if (std::any_of(group.ranges.begin(), group.ranges.end(), contains)) {
        ASSERT_THAT(found, IsEmpty()) << "in two groups: " << p;
        found = group.rules;
      }
    }
    ASSERT_EQ(found, expected) << p;
  }
}

}  // namespace
}  // namespace hostctl::firewall
