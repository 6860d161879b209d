#include "service/reconcile/hardware_stamps.h"

#include <string>
#include <vector>

#include "ptpcore/net/timestamping.h"

namespace hostctl::reconcile {
namespace {

using ptpcore::wire::NetworkProtocol;

// What matters to a device's filter is only whether packets are Ethernet's or UDP's.
NetworkProtocol ProtocolOf(const v1::PtpProtocol& protocol) {
  return protocol.network_protocol() == v1::NETWORK_PROTOCOL_ETHERNET ? NetworkProtocol::kIeee8023
                                                                      : NetworkProtocol::kUdpIpv4;
}

}  // namespace

void SwitchStampsOn(const engine::v1::EngineConfig& config,
                    const ptpcore::net::DeviceIoctl& ioctl) {
  const v1::PtpProtocol& protocol = config.protocol();
  const bool kernel_stamps = protocol.timestamping() == v1::TIMESTAMPING_SOFTWARE ||
                             config.transport() == engine::v1::TRANSPORT_KIND_SIMULATED ||
                             config.clock() == engine::v1::CLOCK_KIND_VIRTUAL;
  if (kernel_stamps) return;
  std::vector<std::string> devices = {config.device()};
  for (const auto& further : config.further_ports()) devices.push_back(further.device());
  for (const std::string& device : devices) {
    const auto plan = ptpcore::net::PlanTimestamping(device, ptpcore::net::WantedStamps::kHardware,
                                                     ProtocolOf(protocol), ioctl);
    if (plan.ok()) ptpcore::net::HardwareStamping::Enable(*plan, ioctl).status().IgnoreError();
  }
}

}  // namespace hostctl::reconcile
