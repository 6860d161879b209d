// A packet on the engine's control socket: any configuration is either refused with a reason,
// and then leaves the engine as it was, or taken, and then the engine lives with it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../ptpcore/engine/simulated_engine.h"
#include "google/protobuf/stubs/logging.h"
#include "hostctl/engine/v1/control.pb.h"

namespace {

namespace v1 = hostctl::engine::v1;

// An engine of the fuzzer's touches neither files nor sockets.
v1::EngineConfig WithoutTheHost(v1::EngineConfig config) {
  config.set_transport(v1::TRANSPORT_KIND_SIMULATED);
  config.set_clock(v1::CLOCK_KIND_VIRTUAL);
  config.mutable_virtual_clock()->clear_state_file();
  config.clear_stats_log();
  config.clear_frequency_file();
  config.clear_management_socket();
  config.clear_leap_seconds_file();
  return config;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using ptpcore::engine::SimulatedEngine;
  // Protobuf would say of each text that is not UTF-8.
  static auto* const silent = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(silent);
  v1::ControlRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size)) || !request.has_configure()) return 0;
  SimulatedEngine simulated;
  simulated.network = [&](const v1::EngineConfig& config) {
    return ptpcore::engine::SimulatedAccess(simulated.time.kernel_time(),
                                            static_cast<uint8_t>(config.domain_number()));
  };
  ptpcore::engine::PtpEngine& engine = *simulated.engine;
  if (!engine.Configure(SimulatedEngine::Config()).ok()) std::abort();
  simulated.Run(1);
  const std::string before = engine.config()->SerializeAsString();
  const absl::StatusOr<bool> changed =
      engine.Configure(WithoutTheHost(request.configure().config()));
  if (!changed.ok()) {
    if (changed.status().message().empty()) std::abort();
    if (engine.config()->SerializeAsString() != before) std::abort();
  }
  simulated.Run(1);
  return 0;
}
