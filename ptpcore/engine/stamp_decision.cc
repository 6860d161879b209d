#include "ptpcore/engine/stamp_decision.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ptpcore/engine/transport_config.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::v1;

std::vector<std::string> DevicesOf(const EngineConfig& config) {
  std::vector<std::string> devices = {config.device()};
  for (const auto& further : config.further_ports()) devices.push_back(further.device());
  return devices;
}

StampDecision Software(std::string why, bool demanded) {
  StampDecision decision;
  decision.why = std::move(why);
  decision.demanded = demanded;
  return decision;
}

EngineConfig WithStamps(EngineConfig config, bool hardware) {
  config.mutable_protocol()->set_timestamping(hardware ? v1::TIMESTAMPING_HARDWARE
                                                       : v1::TIMESTAMPING_SOFTWARE);
  return config;
}

}  // namespace

StampDecision DecideStamps(const EngineConfig& config, const net::DeviceIoctl& ioctl,
                           const std::function<absl::Status(int phc_index)>& open_phc) {
  const v1::PtpProtocol& protocol = config.protocol();
  const bool demanded = protocol.timestamping() == v1::TIMESTAMPING_HARDWARE;
  if (protocol.timestamping() == v1::TIMESTAMPING_SOFTWARE) return Software("asked for", false);
  if (config.transport() == hostctl::engine::v1::TRANSPORT_KIND_SIMULATED) {
    return Software("the network is simulated", false);
  }
  if (config.clock() == hostctl::engine::v1::CLOCK_KIND_VIRTUAL) {
    return Software("the virtual clock is no network device's", demanded);
  }
  StampDecision decision;
  decision.demanded = demanded;
  for (const std::string& device : DevicesOf(config)) {
    const auto plan =
        net::PlanTimestamping(device, net::WantedStamps::kHardware, ProtocolOf(protocol), ioctl);
    if (!plan.ok()) {
      decision = Software(std::string(plan.status().message()), demanded);
      decision.provisional = absl::IsNotFound(plan.status());
      return decision;
    }
    if (decision.source == net::StampSource::kHardware && decision.phc_index != plan->phc_index) {
      return Software(
          absl::StrCat(device, " stamps with /dev/ptp", plan->phc_index, ", and ", config.device(),
                       " with /dev/ptp", decision.phc_index, ": one clock serves all ports"),
          demanded);
    }
    decision.source = net::StampSource::kHardware;
    decision.phc_index = plan->phc_index;
    decision.why = plan->why;
  }
  if (const absl::Status usable = open_phc(decision.phc_index); !usable.ok()) {
    return Software(std::string(usable.message()), demanded);
  }
  return decision;
}

EngineConfig ForClock(EngineConfig config, const StampDecision& decision) {
  return WithStamps(std::move(config), decision.source == net::StampSource::kHardware);
}

EngineConfig ForNetwork(EngineConfig config, const StampDecision& decision) {
  return WithStamps(std::move(config),
                    decision.demanded || decision.source == net::StampSource::kHardware);
}

NetworkAccess HardwareStampedAccess(wire::NetworkProtocol protocol, net::TransportOptions options,
                                    int phc_index, const net::DeviceIoctl& ioctl) {
  options.stamps = net::StampSource::kHardware;
  NetworkAccess access = SocketAccess(protocol, options);
  const auto stamping = std::make_shared<std::optional<net::HardwareStamping>>();
  access.open = [open = access.open, protocol, phc_index, ioctl, stamping](
                    const std::string& name,
                    const net::Device& device) -> absl::StatusOr<std::unique_ptr<net::Transport>> {
    stamping->reset();
    const auto plan = net::PlanTimestamping(name, net::WantedStamps::kHardware, protocol, ioctl);
    if (!plan.ok()) return plan.status();
    if (plan->phc_index != phc_index) {
      return absl::FailedPreconditionError(absl::StrCat(
          name, " stamps with /dev/ptp", plan->phc_index, ", which is not the clock in use"));
    }
    auto enabled = net::HardwareStamping::Enable(*plan, ioctl);
    if (!enabled.ok()) return enabled.status();
    stamping->emplace(*std::move(enabled));
    return open(name, device);
  };
  access.check_stamps =
      [stamping](const std::string& name) -> absl::StatusOr<std::optional<std::string>> {
    return stamping->has_value() ? (*stamping)->Check(name) : std::nullopt;
  };
  return access;
}

}  // namespace ptpcore::engine
