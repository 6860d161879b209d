#include "ptpcore/sim/worlds.h"

namespace ptpcore::sim {
namespace {

World Symmetric(const std::string& name, const LinkModel& link, double goal_ns, double near_ns) {
  World world;
  world.name = name;
  world.from_master = link;
  world.to_master = link;
  world.goal_ns = goal_ns;
  world.near_ns = near_ns;
  return world;
}

LinkModel Queue(double constant_ns, double queue_ns) {
  LinkModel link;
  link.constant_ns = constant_ns;
  link.queue_ns = queue_ns;
  return link;
}

}  // namespace

std::vector<World> Worlds() {
  const World hw = Symmetric("hw", Queue(1'000, 10), 6, 1'000);
  const World lan = Symmetric("lan", Queue(50'000, 2'000), 130, 10'000);
  const World busy = Symmetric("busy", Queue(50'000, 20'000), 650, 100'000);

  World burst = lan;
  burst.name = "burst";
  burst.goal_ns = 145;
  burst.near_ns = 100'000;
  for (LinkModel* link : {&burst.from_master, &burst.to_master}) {
    link->burst_chance = 0.1;
    link->burst_ns = 500'000;
  }

  World asym = lan;
  asym.name = "asym";
  asym.goal_ns = 210;
  asym.near_ns = 100'000;
  asym.from_master.extra_chance = 0.5;
  asym.from_master.extra_ns = 50'000;

  World vm = Symmetric("vm", Queue(80'000, 30'000), 1'500, 100'000);
  vm.wander_ppb = 10;
  for (LinkModel* link : {&vm.from_master, &vm.to_master}) {
    link->spike_chance = 0.01;
    link->spike_ns = 200'000;
  }
  return {hw, lan, busy, burst, asym, vm};
}

std::vector<World> ConditionWorlds(double seconds) {
  World lan = FindWorld("lan");
  lan.goal_ns = 0;
  lan.near_ns = 100'000;
  const auto make = [&](const std::string& name) {
    World world = lan;
    world.name = name;
    return world;
  };
  World fast = make("fast");
  fast.interval_s = 0.125;
  World slow = make("slow");
  slow.interval_s = 16;
  World loss = make("loss");
  loss.from_master.loss = loss.to_master.loss = 0.2;
  World warm = make("warm");
  warm.temperature_ppb = 500;
  warm.temperature_period_s = 7'200;

  Incident incident;
  incident.at_s = 0.6 * seconds;
  World jump = make("jump");
  jump.incidents = {incident};
  jump.incidents[0].frequency_ppb = 5'000;
  World route = make("route");
  route.incidents = {incident};
  route.incidents[0].from_master_ns = route.incidents[0].to_master_ns = 100'000;
  World skew = make("skew");
  skew.incidents = {incident};
  skew.incidents[0].from_master_ns = 100'000;
  World liar = make("liar");
  liar.incidents = {incident};
  liar.incidents[0].master_ramp_ppb = 10'000;
  liar.incidents[0].master_ramp_for_s = 60;
  return {fast, slow, loss, warm, jump, route, skew, liar};
}

World FindWorld(const std::string& name) {
  const std::vector<World> worlds = Worlds();
  for (const World& world : worlds) {
    if (world.name == name) return world;
  }
  return worlds.front();
}

}  // namespace ptpcore::sim
