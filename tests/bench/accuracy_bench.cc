// How well the clock is kept in each simulated world: ours (the real engine, packet by
// packet, in simulated time), models of its peers on the same network, and the limit.
//
//   accuracy_bench [--quick] [--seconds N] [--seeds N] [--world NAME] [--svg FOLDER]
//
// README.md says what each figure is. Fails when a goal is missed.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "accuracy_plots.h"
#include "chrony_servo.h"
#include "count_allocations.h"
#include "engine_run.h"
#include "follow_up_race.h"
#include "linreg_servo.h"
#include "particle_limit.h"
#include "ptp4l_servo.h"
#include "ptpcore/sim/servo_run.h"
#include "ptpd_servo.h"
#include "stability.h"

namespace {

using namespace ptpcore::bench;  // NOLINT(google-build-using-namespace): this is its program
using ptpcore::servo::Servo;
using ptpcore::sim::ServoRun;
using ptpcore::sim::World;

struct Options {
  double seconds = 8'000;
  int seeds = 3;
  int particles = 3'000;
  std::string world;
  std::string svg;
};

struct Peer {
  std::string name;
  std::string color;
  std::function<std::unique_ptr<Servo>(const World&)> make;
};

// Fitted: with timestamps this precise the model meets chronyd's known figure in `hw`,
// where nothing else matters; with 1 ns it reaches 7 ns. The other worlds hardly feel it.
constexpr double kChronyPrecision_ns = 190;

constexpr double kConvergedGoal_s = 10;
constexpr double kBoundGoal = 95;  // of 100 looks

std::vector<Peer> Peers() {
  return {
      {"ptp4l", "#e0861a",
       [](const World& world) -> std::unique_ptr<Servo> {
         return std::make_unique<Ptp4lServo>(world.name == "hw", world.interval_s);
       }},
      {"linreg", "#c2559d",
       [](const World& world) -> std::unique_ptr<Servo> {
         return std::make_unique<LinregServo>(world.interval_s);
       }},
      {"ptpd", "#9aa3ad",
       [](const World& world) -> std::unique_ptr<Servo> {
         return std::make_unique<PtpdServo>(world.interval_s);
       }},
      {"chrony", "#2a9d6f",
       [](const World&) -> std::unique_ptr<Servo> {
         return std::make_unique<ChronyServo>(kChronyPrecision_ns);
       }},
  };
}

// Measured with the real programs in the same worlds; 0: not measured.
struct Known {
  std::string world;
  std::array<double, 4> rms_ns;  // in the order of Peers()
  double debian_ptpd_ns;         // Debian 12's ptpd in simulated time, 12 seeds (burst: 40)
};

std::vector<Known> KnownFigures() {
  return {{"hw", {10, 8, 0, 34}, 538},
          {"lan", {537, 514, 513, 236}, 518},
          {"busy", {5'244, 5'090, 6'837, 2'225}, 6'704},
          {"burst", {3'793, 3'963, 1'310, 264}, 1'704},
          {"asym", {9'374, 0, 5'525, 1'264}, 5'427},
          {"vm", {9'176, 9'607, 10'579, 3'225}, 10'643}};
}

struct Row {
  World world;
  double ours = 0;
  double servo_alone = 0;
  std::vector<double> peers;
  double limit = 0;
  double converged_s = 0;  // the slowest seed
  double bound_held = 0;   // of 100
  double maximum_held = 0;
};

// Long enough for a thousand Syncs, however rare they are.
double Length(const World& world, double seconds) {
  return world.interval_s > 4 ? 4 * seconds : seconds;
}

Track TrackOf(const ServoRun& run) {
  Track track;
  track.reserve(run.truth().size());
  for (const ServoRun::Truth& look : run.truth()) track.push_back({look.at_s, look.offset_ns});
  return track;
}

// Incidents and temperature count as known to the limit, which makes it the lan's.
using Limits = std::map<std::string, double>;
double LimitOf(const World& world, const Options& options, Limits& known) {
  const bool lan = !world.incidents.empty() || world.temperature_ppb > 0;
  const auto [place, is_new] = known.try_emplace(lan ? "lan" : world.name, 0);
  for (int seed = 1; is_new && seed <= options.seeds; ++seed) {
    place->second += LimitRms(world, Length(world, options.seconds), static_cast<uint64_t>(seed),
                              options.particles) /
                     options.seeds;
  }
  return place->second;
}

Row Measure(const World& world, const Options& options, Limits& limits) {
  const double seconds = Length(world, options.seconds);
  const std::vector<Peer> peers = Peers();
  Row row;
  row.world = world;
  row.peers.resize(peers.size());
  std::vector<Contestant> contestants;
  for (int number = 1; number <= options.seeds; ++number) {
    const auto seed = static_cast<uint64_t>(number);
    const double share = 1.0 / options.seeds;
    for (size_t i = 0; i < peers.size(); ++i) {
      const std::unique_ptr<Servo> servo = peers[i].make(world);
      World met = world;
      met.paired_requests = peers[i].name == "chrony";
      ServoRun run(met, *servo, seed);
      if (peers[i].name == "ptpd") run.SetSyncFilter(FollowUpRace(seed));
      run.RunUntil(seconds);
      row.peers[i] += run.Rms(seconds / 2) * share;
      if (seed == 1) contestants.push_back({peers[i].name, peers[i].color, TrackOf(run)});
    }
    const std::unique_ptr<Servo> servo = ptpcore::servo::NewServo({});
    ServoRun alone(world, *servo, seed);
    alone.RunUntil(seconds);
    row.servo_alone += alone.Rms(seconds / 2) * share;

    EngineRun ours(world, seed);
    ours.RunUntil(seconds);
    row.ours += Rms(ours.track(), seconds / 2) * share;
    row.bound_held += ours.BoundHeld(seconds / 2) * share;
    row.maximum_held += ours.MaximumHeld(seconds / 2) * share;
    const double calm_s = world.incidents.empty() ? seconds : world.incidents[0].at_s;
    row.converged_s =
        std::max(row.converged_s, ConvergedAfter(ours.track(), world.near_ns, calm_s));
    if (seed == 1) contestants.push_back({"ours", "#1f5fbf", ours.track()});
  }
  row.limit = LimitOf(world, options, limits);
  if (!options.svg.empty()) {
    const std::string file = options.svg + "/" + world.name + ".svg";
    std::ofstream out(file);
    out << DrawWorld(world, seconds, contestants);
    if (!out) std::fprintf(stderr, "cannot write %s: does the folder exist?\n", file.c_str());
  }
  return row;
}

void PrintRow(const Row& row) {
  std::printf("%-6s %9.1f", row.world.name.c_str(), row.ours);
  for (const double peer : row.peers) std::printf(" %9.*f", peer < 1e6 ? 1 : 0, peer);
  // Against a lie that is known to be one, there is nothing to compare.
  if (row.world.name == "liar") {
    std::printf(" %9s %6s", "-", "-");
  } else {
    std::printf(" %9.1f %6.2f", row.limit, row.ours / row.limit);
  }
  if (row.world.goal_ns > 0) {
    std::printf(" %7.0f %s", row.world.goal_ns,
                row.ours <= row.world.goal_ns ? "met   " : "MISSED");
  } else {
    std::printf(" %7s %6s", "-", "");
  }
  std::printf(" %8.1f %6.1f %6.1f\n", row.converged_s, row.bound_held, row.maximum_held);
  std::fflush(stdout);
}

// Which goals a row does not reach, in words.
std::vector<std::string> Misses(const Row& row) {
  std::vector<std::string> misses;
  const std::string& name = row.world.name;
  if (row.world.goal_ns > 0 && row.ours > row.world.goal_ns) {
    misses.push_back(name + ": RMS above the goal");
  }
  if (row.world.goal_ns > 0 && row.converged_s > kConvergedGoal_s) {
    misses.push_back(name + ": converged too late");
  }
  // No bound of one master's client can hold while that master lies.
  if (name != "liar" && row.bound_held < kBoundGoal) {
    misses.push_back(name + ": the 95 % bound does not hold");
  }
  return misses;
}

void PrintDeviation(double model_ns, double real_ns) {
  if (real_ns == 0) {
    std::printf(" %18s", "-");
    return;
  }
  const double deviation = 100 * (model_ns / real_ns - 1);
  std::printf(" %7.0f %+6.1f %% %s", real_ns, deviation, std::abs(deviation) > 10 ? "!" : " ");
}

// How far the models are from the programs they stand for.
void PrintModels(const std::vector<Row>& rows) {
  constexpr size_t kPtpd = 2;
  std::printf(
      "\nThe models against the real programs' known figures (deviation; aim 10 %%; chrony in\n"
      "hw is fitted, so no proof), and against what Debian's ptpd itself did in simulated time:\n");
  std::printf("%-6s", "world");
  for (const Peer& peer : Peers()) std::printf(" %18s", peer.name.c_str());
  std::printf(" %18s\n", "Debian's ptpd");
  for (const Known& known : KnownFigures()) {
    for (const Row& row : rows) {
      if (row.world.name != known.world) continue;
      std::printf("%-6s", known.world.c_str());
      for (size_t i = 0; i < known.rms_ns.size(); ++i)
        PrintDeviation(row.peers[i], known.rms_ns[i]);
      PrintDeviation(row.peers[kPtpd], known.debian_ptpd_ns);
      std::printf("\n");
    }
  }
}

void PrintEngineCheck(const std::vector<Row>& rows) {
  std::printf(
      "\nThe engine against its servo alone (other random numbers, so alike, not equal):\n");
  for (const Row& row : rows) {
    std::printf("  %s %+.0f %%", row.world.name.c_str(), 100 * (row.ours / row.servo_alone - 1));
  }
  std::printf("\n");
}

struct Cost {
  double ns_per_sample = 0;
  double allocations_per_sample = 0;
  size_t state_bytes = 0;
};

Cost CostOf(const std::function<std::unique_ptr<Servo>()>& make) {
  constexpr int kSamples = 100'000;
  constexpr int64_t kSecond = 1'000'000'000;
  Cost cost;
  const Allocations before = AllocationsSoFar();
  const std::unique_ptr<Servo> servo = make();
  cost.state_bytes = AllocationsSoFar().bytes - before.bytes;
  ptpcore::sim::Random random(1);
  std::vector<int64_t> delays;
  delays.reserve(kSamples);
  for (int i = 0; i < kSamples; ++i) {
    delays.push_back(50'000 + static_cast<int64_t>(random.Exponential(2'000)));
  }
  const size_t allocations_before = AllocationsSoFar().count;
  const auto start = std::chrono::steady_clock::now();
  for (size_t i = 0; i + 1 < delays.size(); i += 2) {
    const int64_t at = static_cast<int64_t>(i / 2) * kSecond;
    servo->OnSync({at, at + delays[i], 0});
    servo->OnDelay({at + kSecond / 2 + delays[i + 1], at + kSecond / 2, 0});
  }
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  cost.ns_per_sample = spent.count() / kSamples;
  cost.allocations_per_sample =
      static_cast<double>(AllocationsSoFar().count - allocations_before) / kSamples;
  return cost;
}

void PrintCost() {
  std::printf("\nCost of one sample:\n");
  const auto print = [](const std::string& name, const Cost& cost) {
    std::printf("  %-7s %6.0f ns, %5zu bytes of state, %.2f allocations\n", name.c_str(),
                cost.ns_per_sample, cost.state_bytes, cost.allocations_per_sample);
  };
  print("ours", CostOf([] { return ptpcore::servo::NewServo({}); }));
  const World lan = ptpcore::sim::FindWorld("lan");
  for (const Peer& peer : Peers()) {
    print(peer.name, CostOf([&] { return peer.make(lan); }));
  }
}

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--quick") {
      options.seconds = 2'000;
      options.seeds = 1;
      options.particles = 300;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::string value = argv[++i];
    if (option == "--seconds") {
      options.seconds = std::atof(value.c_str());
    } else if (option == "--seeds") {
      options.seeds = std::atoi(value.c_str());
    } else if (option == "--world") {
      options.world = value;
    } else if (option == "--svg") {
      options.svg = value;
    } else {
      return false;
    }
  }
  return options.seconds >= 500 && options.seeds > 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: %s [--quick] [--seconds N] [--seeds N] [--world NAME] [--svg FOLDER]\n"
                 "  N seconds: at least 500\n",
                 argv[0]);
    return 2;
  }
  std::printf("True offset, RMS in ns, second half of %.0f s, mean of %d seeds.\n", options.seconds,
              options.seeds);
  std::printf(
      "conv: seconds until ours stays near; bound, max: of 100 looks, those within its 95 %% "
      "bound\n"
      "and within its greatest error.\n\n");
  std::printf("%-6s %9s", "world", "ours");
  for (const Peer& peer : Peers()) std::printf(" %9s", peer.name.c_str());
  std::printf(" %9s %6s %7s %6s %8s %6s %6s\n", "limit", "/limit", "goal", "", "conv", "bound",
              "max");

  std::vector<World> worlds = ptpcore::sim::Worlds();
  for (const World& world : ptpcore::sim::ConditionWorlds(options.seconds)) {
    worlds.push_back(world);
  }
  std::vector<Row> rows;
  Limits limits;
  std::vector<std::string> misses;
  for (const World& world : worlds) {
    if (!options.world.empty() && options.world != world.name) continue;
    rows.push_back(Measure(world, options, limits));
    PrintRow(rows.back());
    for (const std::string& miss : Misses(rows.back())) misses.push_back(miss);
  }
  if (rows.empty()) {
    std::fprintf(stderr, "no world is called %s\n", options.world.c_str());
    return 2;
  }
  PrintModels(rows);
  PrintEngineCheck(rows);
  PrintCost();
  std::printf("\n");
  for (const std::string& miss : misses) std::printf("MISSED: %s\n", miss.c_str());
  if (misses.empty()) std::printf("all goals met\n");
  return misses.empty() ? EXIT_SUCCESS : EXIT_FAILURE;
}
