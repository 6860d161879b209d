// How well the clock is kept in each simulated world: the true offset's RMS, and
// how long the start takes, of our servo and of a model of ptp4l's default on the
// same network.
//
//   accuracy_bench [SECONDS [SEEDS]]     default: 8000 seconds, 3 seeds
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

#include "ptp4l_servo.h"
#include "ptpcore/sim/servo_run.h"

namespace {

using ptpcore::servo::Ptp4lServo;
using ptpcore::servo::Servo;
using ptpcore::sim::ServoRun;
using ptpcore::sim::World;

struct Result {
  double rms_ns = 0;       // mean over the seeds, second half of the run
  double converged_s = 0;  // the slowest seed
};

Result Measure(const World& world, double seconds, int seeds,
               const std::function<std::unique_ptr<Servo>()>& make) {
  Result result;
  for (int seed = 1; seed <= seeds; ++seed) {
    const std::unique_ptr<Servo> servo = make();
    ServoRun run(world, *servo, static_cast<uint64_t>(seed));
    run.RunUntil(seconds);
    result.rms_ns += run.Rms(seconds / 2) / seeds;
    result.converged_s = std::max(result.converged_s, run.ConvergedAfter(world.near_ns));
  }
  return result;
}

// Nanoseconds of processor time for one measurement taken in by the default servo.
double Cost() {
  constexpr int kCount = 100'000;
  const std::unique_ptr<Servo> servo = ptpcore::servo::NewServo({});
  ptpcore::sim::Random random(1);
  constexpr int64_t kSecond = 1'000'000'000;
  const auto start = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < kCount; i += 2) {
    const auto excess = [&] { return 50'000 + static_cast<int64_t>(random.Exponential(2'000)); };
    servo->OnSync({i * kSecond, i * kSecond + excess(), 0});
    servo->OnDelay({(i + 1) * kSecond + excess(), (i + 1) * kSecond, 0});
  }
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / kCount;
}

}  // namespace

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 8'000;
  const int seeds = argc > 2 ? std::max(1, std::atoi(argv[2])) : 3;
  std::printf("True offset, RMS in ns, second half of %.0f s, mean of %d seeds;\n", seconds, seeds);
  std::printf("converged: seconds until it stays near, slowest seed\n\n");
  std::printf("%-6s %10s %10s %8s   %10s %10s\n", "world", "ours", "ptp4l", "goal", "converged",
              "ptp4l");
  bool met = true;
  for (const World& world : ptpcore::sim::Worlds()) {
    const Result ours = Measure(world, seconds, seeds, [] { return ptpcore::servo::NewServo({}); });
    const bool hardware = world.name == "hw";
    const Result ptp4l =
        Measure(world, seconds, seeds, [&] { return std::make_unique<Ptp4lServo>(hardware); });
    met = met && ours.rms_ns <= world.goal_ns && ours.converged_s <= 10;
    std::printf("%-6s %10.1f %10.1f %8.0f   %10.1f %10.1f\n", world.name.c_str(), ours.rms_ns,
                ptp4l.rms_ns, world.goal_ns, ours.converged_s, ptp4l.converged_s);
  }
  std::printf("\none measurement: %.0f ns of processor time\n", Cost());
  std::printf(met ? "all goals met\n" : "NOT all goals met\n");
  return met ? EXIT_SUCCESS : EXIT_FAILURE;
}
