// A whole engine on the simulated network in simulated time, with a virtual
// clock whose true error is known.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fake_time.h"
#include "ptpcore/clock/virtual_clock.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/engine/simulated_transport.h"

namespace ptpcore::engine {

class SimulatedEngine {
 public:
  // Engines that are to meet share their time.
  explicit SimulatedEngine(FakeTime shared = FakeTime()) : time(std::move(shared)) {
    EngineEnvironment environment;
    environment.time = time.kernel_time();
    environment.open_clock =
        [this](const EngineConfig& config) -> absl::StatusOr<std::unique_ptr<clock::Clock>> {
      ++clocks_opened;
      if (!clock_error.ok()) return clock_error;
      auto clock = clock::VirtualClock::Open({"", config.virtual_clock().initial_offset_ns(),
                                              config.virtual_clock().frequency_error_ppb()},
                                             time.kernel_time());
      if (!clock.ok()) return clock.status();
      return std::unique_ptr<clock::Clock>(*std::move(clock));
    };
    environment.network = [this](const EngineConfig& config) { return network(config); };
    environment.log = [this](const std::string& line) { log.push_back(line); };
    engine = std::make_unique<PtpEngine>(std::move(environment));
  }

  static EngineConfig Config() {
    EngineConfig config;
    config.set_interface("vmk0");
    config.set_device("eth0");
    config.set_transport(hostctl::engine::v1::TRANSPORT_KIND_SIMULATED);
    config.set_clock(hostctl::engine::v1::CLOCK_KIND_VIRTUAL);
    config.mutable_virtual_clock()->set_initial_offset_ns(500'000'000);
    config.mutable_virtual_clock()->set_frequency_error_ppb(50'000);
    return config;
  }

  // Lives through `seconds` as the event loop would, but at once.
  void Run(double seconds) {
    const int64_t end_ns = time.monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
    while (engine->NextDeadlineNs() <= end_ns) {
      time.AdvanceTo(std::max(time.monotonic_ns(), engine->NextDeadlineNs()));
      engine->HandleReady({});
      engine->HandleTimers();
    }
    time.AdvanceTo(end_ns);
  }

  // Local clock minus true time.
  int64_t TrueErrorNs() { return engine->clock()->NowNs() - time.realtime_ns(); }
  protocol::PortState State() const { return engine->ordinary_clock()->port().state(); }

  FakeTime time;
  // May be replaced before Configure().
  std::function<NetworkAccess(const EngineConfig&)> network = [this](const EngineConfig& config) {
    return config.transport() == hostctl::engine::v1::TRANSPORT_KIND_SIMULATED
               ? SimulatedAccess(time.kernel_time(), static_cast<uint8_t>(config.domain_number()))
               : SocketAccess(wire::NetworkProtocol::kUdpIpv4, {});
  };
  absl::Status clock_error;
  int clocks_opened = 0;
  std::vector<std::string> log;
  std::unique_ptr<PtpEngine> engine;
};

}  // namespace ptpcore::engine
