#include "firewall/catalogue.h"

#include <algorithm>

#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

TEST(Catalogue, HasPtpdWithItsTwoPortsInBothDirections) {
  const RulesetDefinition* const ptpd = FindRuleset("ptpd");
  ASSERT_NE(ptpd, nullptr);
  EXPECT_TRUE(ptpd->enable_disable_configurable);
  EXPECT_TRUE(ptpd->allowed_ip_configurable);
  ASSERT_EQ(ptpd->rules.size(), 2U);
  EXPECT_EQ(ptpd->rules[0].direction, Direction::kInbound);
  EXPECT_EQ(ptpd->rules[1].direction, Direction::kOutbound);
  for (const Rule& rule : ptpd->rules) {
    EXPECT_EQ(rule.protocol, Protocol::kUdp);
    EXPECT_EQ(rule.port_type, PortType::kDst);
    EXPECT_EQ(rule.port_begin, 319);
    EXPECT_EQ(rule.port_end, 320);
  }
}

// A listed ruleset is closed until someone opens it, so another name here shuts
// ports on every host at its next update.
TEST(Catalogue, HasNothingElse) {
  EXPECT_EQ(Catalogue().size(), 1U);
}

TEST(Catalogue, IsSortedSoundAndExplained) {
  EXPECT_TRUE(std::is_sorted(
      Catalogue().begin(), Catalogue().end(),
      [](const RulesetDefinition& a, const RulesetDefinition& b) { return a.id < b.id; }));
  for (const RulesetDefinition& ruleset : Catalogue()) {
    EXPECT_FALSE(ruleset.description.empty()) << ruleset.id;
    EXPECT_FALSE(ruleset.rules.empty()) << ruleset.id;
    for (const Rule& rule : ruleset.rules) {
      EXPECT_GT(rule.port_begin, 0) << ruleset.id;
      EXPECT_LE(rule.port_begin, rule.port_end) << ruleset.id;
    }
  }
}

TEST(Catalogue, FindsOnlyWhatItHas) {
  EXPECT_EQ(FindRuleset(""), nullptr);
  EXPECT_EQ(FindRuleset("PTPD"), nullptr);
  EXPECT_EQ(FindRuleset("ptp"), nullptr);
}

}  // namespace
}  // namespace hostctl::firewall
