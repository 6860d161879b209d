#include "ptpcore/engine/protocol_clock.h"

#include <utility>

namespace ptpcore::engine {
namespace {

// A seed that differs between clients, so that their delay requests spread.
uint32_t SeedFrom(const std::array<uint8_t, 6>& mac, int64_t time_ns) {
  auto seed = static_cast<uint32_t>(time_ns ^ (time_ns >> 32));
  for (uint8_t octet : mac) seed = seed * 31 + octet;
  return seed | 1;
}

}  // namespace

ProtocolClock::ProtocolClock(protocol::ClockConfig clock, std::vector<protocol::PortConfig> ports)
    : config_(std::move(clock)), ports_(std::move(ports)) {}

bool ProtocolClock::Make(const std::array<uint8_t, 6>& mac, int64_t now_ns) {
  const wire::ClockIdentity identity = wire::ClockIdentityFromMac(mac);
  const bool replaced = ports_.size() == 1 && config_.own.clock_identity != identity;
  if (clock_ != nullptr && !replaced) return false;
  config_.own.clock_identity = identity;
  clock_ = std::make_unique<protocol::PtpClock>(config_);
  for (protocol::PortConfig port : ports_) {
    port.random_seed = SeedFrom(mac, now_ns);
    clock_->AddPort(port);
  }
  return true;
}

}  // namespace ptpcore::engine
