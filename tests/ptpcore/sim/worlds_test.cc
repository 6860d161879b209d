#include "ptpcore/sim/worlds.h"

#include <set>

#include "gtest/gtest.h"

namespace ptpcore::sim {
namespace {

TEST(Worlds, AreSixWithNamesAndGoals) {
  std::set<std::string> names;
  for (const World& world : Worlds()) {
    names.insert(world.name);
    EXPECT_GT(world.goal_ns, 0) << world.name;
    EXPECT_GT(world.near_ns, world.goal_ns) << world.name;
    EXPECT_EQ(FindWorld(world.name).goal_ns, world.goal_ns);
  }
  EXPECT_EQ(names, (std::set<std::string>{"hw", "lan", "busy", "burst", "asym", "vm"}));
}

TEST(Worlds, OnlyAsymIsAsymmetric) {
  for (const World& world : Worlds()) {
    EXPECT_EQ(world.from_master.extra_ns != world.to_master.extra_ns, world.name == "asym");
  }
}

TEST(Worlds, HaveTheLanUnderOtherConditions) {
  std::set<std::string> names;
  for (const World& world : ConditionWorlds(1'000)) {
    names.insert(world.name);
    EXPECT_EQ(world.from_master.queue_ns, FindWorld("lan").from_master.queue_ns);
    for (const Incident& incident : world.incidents) EXPECT_EQ(incident.at_s, 600) << world.name;
  }
  EXPECT_EQ(names, (std::set<std::string>{"fast", "slow", "loss", "warm", "jump", "route", "skew",
                                          "liar"}));
}

}  // namespace
}  // namespace ptpcore::sim
