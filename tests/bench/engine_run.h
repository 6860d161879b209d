// Drives the real engine, an OrdinaryClock with its port, servo and codec, through a
// simulated world: octets in, octets out, in simulated time. What the daemon adds to
// it are sockets and a real clock.
//
//   EngineRun run(sim::FindWorld("lan"), /*seed=*/1);
//   run.RunUntil(2'000);
//   double rms = Rms(run.track(), 1'000);
#pragma once

#include <cstdint>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "ptpcore/engine/ordinary_clock.h"
#include "ptpcore/engine/steered_clock.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/sim/disciplined_clock.h"
#include "ptpcore/sim/worlds.h"
#include "stability.h"

namespace ptpcore::bench {

class EngineRun {
 public:
  // The interval of `world` must be a power of two. Announces come every second.
  EngineRun(const sim::World& world, uint64_t seed);

  // Goes on until this much true time has passed since the start.
  void RunUntil(double seconds);

  const engine::OrdinaryClock& engine() const { return *engine_; }
  // Four looks at the truth per Sync interval.
  const Track& track() const { return track_; }
  // In how many of 100 looks from `from_s` on the truth lay within the stated 95 % bound,
  // and within the stated greatest error, which takes no path for symmetric.
  double BoundHeld(double from_s) const { return Held(bound_held_, from_s); }
  double MaximumHeld(double from_s) const { return Held(maximum_held_, from_s); }

 private:
  // The simulated clock as the engine sees it.
  class Clock : public clock::Clock {
   public:
    explicit Clock(sim::DisciplinedClock& clock) : clock_(clock) {}
    int64_t NowNs() override { return kEpochNs + clock_.Read(); }
    // Packets are stamped by the very clock that is disciplined.
    int64_t AtKernelTimestamp(int64_t realtime_ns) override { return realtime_ns; }
    absl::Status Step(int64_t delta_ns) override;
    absl::Status SetFrequency(double ppb) override;
    absl::StatusOr<double> Frequency() override { return frequency_ppb_; }
    double max_frequency_ppb() const override { return 500'000; }
    std::string name() const override { return "simulated"; }

   private:
    sim::DisciplinedClock& clock_;
    double frequency_ppb_ = 0;
  };

  enum class Kind { kAnnounce, kSync, kArrival, kDelayReqArrival, kIncident, kLieEnds, kLook };
  struct Event {
    int64_t at_ns = 0;
    uint64_t order = 0;  // equal times happen in the order they were planned
    Kind kind = Kind::kLook;
    net::Packet::Kind packet = net::Packet::Kind::kGeneral;
    std::vector<uint8_t> octets;
  };
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at_ns != b.at_ns ? a.at_ns > b.at_ns : a.order > b.order;
    }
  };
  static constexpr int64_t kEpochNs = 1'700'000'000'000'000'000;

  void Plan(double in_ns, Event event);
  void Handle(const Event& event);
  void Deliver(net::Packet::Kind kind, const std::vector<uint8_t>& octets);
  absl::Status SendEvent(absl::Span<const uint8_t> octets);
  void AnswerDelayReq(const std::vector<uint8_t>& octets);
  void Look();
  void Happen(const sim::Incident& incident);
  int64_t MasterTime() const;
  protocol::MonoTime Now() const;
  double Held(const std::vector<bool>& held, double from_s) const;

  sim::World world_;
  int8_t log_interval_;
  sim::Random random_;
  sim::DisciplinedClock truth_;
  Clock clock_;
  engine::SteeredClock steered_;
  std::unique_ptr<protocol::PtpClock> protocol_;
  std::unique_ptr<engine::OrdinaryClock> engine_;
  std::priority_queue<Event, std::vector<Event>, Later> events_;
  uint64_t planned_ = 0;
  uint16_t announce_id_ = 0;
  uint16_t sync_id_ = 0;
  std::vector<std::vector<uint8_t>> sent_;  // to come back with their transmit timestamp
  double ramp_ppb_ = 0;
  int64_t ramp_since_ns_ = 0;
  size_t next_incident_ = 0;
  Track track_;
  std::vector<bool> bound_held_;  // of each look
  std::vector<bool> maximum_held_;
};

}  // namespace ptpcore::bench
