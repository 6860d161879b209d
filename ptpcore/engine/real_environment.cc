// What the engine gets from this host: its clocks and its network.
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/clock/hardware_clock.h"
#include "ptpcore/clock/kernel_phc.h"
#include "ptpcore/clock/system_clock.h"
#include "ptpcore/clock/virtual_clock.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/engine/simulated_transport.h"
#include "ptpcore/engine/transport_config.h"
#include "ptpcore/net/timestamping.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;

std::string PhcPath(int index) {
  return absl::StrCat("/dev/ptp", index);
}

absl::Status ProveAdjustable(clock::Clock& clock, const EngineConfig& config) {
  return config.read_only() || config.clock_lent() ? absl::OkStatus()
                                                   : clock::ProveAdjustable(clock);
}

absl::StatusOr<std::unique_ptr<clock::Clock>> OpenSystemClock(const EngineConfig& config) {
  auto clock =
      std::make_unique<clock::SystemClock>(clock::RealKernelTime(), clock::KernelAdjustTime());
  if (absl::Status s = ProveAdjustable(*clock, config); !s.ok()) return s;
  return std::unique_ptr<clock::Clock>(std::move(clock));
}

absl::StatusOr<std::unique_ptr<clock::Clock>> OpenVirtualClock(const EngineConfig& config) {
  const auto& wanted = config.virtual_clock();
  auto clock = clock::VirtualClock::Open(
      {wanted.state_file(), wanted.initial_offset_ns(), wanted.frequency_error_ppb()},
      clock::RealKernelTime());
  if (!clock.ok()) return clock.status();
  return std::unique_ptr<clock::Clock>(*std::move(clock));
}

// The clock by which the network device stamps.
absl::StatusOr<net::StampPlan> PlanOf(const EngineConfig& config) {
  return net::PlanTimestamping(config.device(), net::WantedStamps::kHardware,
                               ProtocolOf(config.protocol()), net::KernelDeviceIoctl());
}

absl::StatusOr<std::unique_ptr<clock::Clock>> OpenHardwareClock(const EngineConfig& config) {
  const absl::StatusOr<net::StampPlan> plan = PlanOf(config);
  if (!plan.ok()) return plan.status();
  auto device = clock::KernelPhc::Open(PhcPath(plan->phc_index));
  if (!device.ok()) return device.status();
  auto system = OpenSystemClock(config);
  if (!system.ok()) return system.status();
  auto clock =
      clock::HardwareClock::Open(*std::move(device), *std::move(system), clock::RealKernelTime(),
                                 config.protocol().current_utc_offset_s());
  if (!clock.ok()) return clock.status();
  if (absl::Status s = ProveAdjustable(**clock, config); !s.ok()) return s;
  return std::unique_ptr<clock::Clock>(*std::move(clock));
}

bool StampsInHardware(const EngineConfig& config) {
  return config.protocol().timestamping() == hostctl::v1::TIMESTAMPING_HARDWARE;
}

absl::StatusOr<std::unique_ptr<clock::Clock>> OpenClock(const EngineConfig& config) {
  if (config.clock() == v1::CLOCK_KIND_VIRTUAL) return OpenVirtualClock(config);
  return StampsInHardware(config) ? OpenHardwareClock(config) : OpenSystemClock(config);
}

NetworkAccess NetworkOf(const EngineConfig& config) {
  if (config.transport() == v1::TRANSPORT_KIND_SIMULATED) {
    return SimulatedAccess(clock::RealKernelTime(), static_cast<uint8_t>(config.domain_number()));
  }
  const wire::NetworkProtocol protocol = ProtocolOf(config.protocol());
  const net::TransportOptions options = TransportOptionsOf(config.protocol());
  if (!StampsInHardware(config)) return SocketAccess(protocol, options);
  const absl::StatusOr<net::StampPlan> plan = PlanOf(config);
  return HardwareStampedAccess(protocol, options, plan.ok() ? plan->phc_index : -1,
                               net::KernelDeviceIoctl());
}

// Good enough for a hash table where the kernel gives no random number.
uint64_t RandomSeed() {
  uint64_t seed = 0;
  std::FILE* const source = std::fopen("/dev/urandom", "re");
  if (source != nullptr) {
    std::setvbuf(source, nullptr, _IONBF, 0);
    if (std::fread(&seed, sizeof(seed), 1, source) != 1) seed = 0;
    std::fclose(source);
  }
  return seed ^ static_cast<uint64_t>(clock::RealKernelTime().monotonic_ns());
}

}  // namespace

EngineEnvironment RealEnvironment(const std::string& revision) {
  EngineEnvironment environment;
  environment.time = clock::RealKernelTime();
  environment.open_clock = OpenClock;
  environment.network = NetworkOf;
  environment.log = [](const std::string& line) {
    std::fprintf(stderr, "ptpd: %s\n", line.c_str());
  };
  environment.revision = revision;
  environment.random_seed = RandomSeed();
  environment.decide_stamps = [](const EngineConfig& config) {
    return DecideStamps(config, net::KernelDeviceIoctl(), [&config](int phc_index) {
      if (auto phc = clock::KernelPhc::Open(PhcPath(phc_index)); !phc.ok()) return phc.status();
      // Whether we may: it takes CAP_NET_ADMIN, unless somebody has switched it on before.
      const absl::StatusOr<net::StampPlan> plan = PlanOf(config);
      if (!plan.ok()) return plan.status();
      const absl::Status enabled =
          net::HardwareStamping::Enable(*plan, net::KernelDeviceIoctl()).status();
      return absl::IsPermissionDenied(enabled) ? enabled : absl::OkStatus();
    });
  };
  return environment;
}

}  // namespace ptpcore::engine
