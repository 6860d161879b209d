#include "firewall/catalogue.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace hostctl::firewall {
namespace {

using ::testing::ElementsAre;

TEST(Catalogue, HasPtpdWithItsTwoPortsInBothDirections) {
  const RulesetDefinition* const ptpd = FindRuleset(Catalogue(), "ptpd");
  ASSERT_NE(ptpd, nullptr);
  EXPECT_EQ(ptpd->owner_service, "ptpd");
  EXPECT_FALSE(ptpd->enable_disable_configurable) << "its service opens and closes it";
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

// Protocol and port of each rule, `in udp 123`.
std::vector<std::string> RulesOf(const std::string& id) {
  std::vector<std::string> rules;
  for (const Rule& rule : FindRuleset(Catalogue(), id)->rules) {
    EXPECT_EQ(rule.port_type, PortType::kDst);
    EXPECT_EQ(rule.port_begin, rule.port_end);
    rules.push_back(std::string(rule.direction == Direction::kInbound ? "in" : "out") +
                    (rule.protocol == Protocol::kUdp ? " udp " : " tcp ") +
                    std::to_string(rule.port_begin));
  }
  return rules;
}

TEST(Catalogue, HasWhatAHostThatKeepsTimeIsReachedBy) {
  EXPECT_THAT(RulesOf("chronyd"), ElementsAre("in udp 123", "in tcp 4460"));
  EXPECT_THAT(RulesOf("hostd"), ElementsAre("in tcp 7319"));
  EXPECT_THAT(RulesOf("ntpClient"), ElementsAre("out udp 123", "out tcp 4460"));
  EXPECT_THAT(RulesOf("prometheus"), ElementsAre("in tcp 9100"));
  EXPECT_THAT(RulesOf("sshServer"), ElementsAre("in tcp 22"));
  EXPECT_EQ(Catalogue().size(), 6U);
}

// A system-owned ruleset that nobody has opened is closed: another owner here
// shuts ports on every host at its next update.
TEST(Catalogue, OnlyPtpdIsSystemOwned) {
  for (const RulesetDefinition& ruleset : Catalogue()) {
    EXPECT_EQ(ruleset.owner_service, ruleset.id == "ptpd" ? "ptpd" : "") << ruleset.id;
    EXPECT_EQ(ruleset.enable_disable_configurable, ruleset.owner_service.empty()) << ruleset.id;
    EXPECT_EQ(ruleset.source, "") << ruleset.id;
  }
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
  for (const char* id : {"", "PTPD", "ptp", "zzz"}) {
    EXPECT_EQ(FindRuleset(Catalogue(), id), nullptr) << id;
  }
  for (const RulesetDefinition& ruleset : Catalogue()) {
    EXPECT_EQ(FindRuleset(Catalogue(), ruleset.id), &ruleset);
  }
}

}  // namespace
}  // namespace hostctl::firewall
