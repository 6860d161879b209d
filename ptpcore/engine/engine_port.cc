#include "ptpcore/engine/engine_port.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ptpcore/engine/simulated_transport.h"

namespace ptpcore::engine {
namespace {

using protocol::MonoTime;

// A seed that differs between clients, so that their delay requests spread.
uint32_t SeedFrom(const std::array<uint8_t, 6>& mac, int64_t time_ns) {
  auto seed = static_cast<uint32_t>(time_ns ^ (time_ns >> 32));
  for (uint8_t octet : mac) seed = seed * 31 + octet;
  return seed | 1;
}

}  // namespace

EnginePort::EnginePort(std::string interface, const std::string& device, NetworkAccess access,
                       OrdinaryClockConfig config, bool steering, PortContext context)
    : interface_(std::move(interface)),
      network_(device, std::move(access)),
      config_(std::move(config)),
      steering_(steering),
      context_(std::move(context)) {}

MonoTime EnginePort::Now() const {
  return MonoTime(protocol::Duration(context_.time.monotonic_ns()));
}

void EnginePort::AppendPollFds(std::vector<pollfd>& fds) const {
  if (network_.transport() != nullptr) network_.transport()->AppendPollFds(fds);
}

void EnginePort::HandleReady(absl::Span<const pollfd> fds) {
  if (network_.transport() == nullptr) return;
  CheckTransport(network_.transport()->Dispatch(fds, [this](const net::Packet& packet) {
    network_.Heard(Now());
    ordinary_clock_->HandlePacket(packet, Now());
  }));
}

void EnginePort::CheckTransport(const absl::Status& status) {
  if (status.ok()) return;
  network_.Fail(std::string(status.message()));
  OnNetworkDown();
}

void EnginePort::HandleTimers() {
  switch (network_.HandleTimers(Now())) {
    case Network::Change::kUp:
      OnNetworkUp();
      break;
    case Network::Change::kDown:
      OnNetworkDown();
      break;
    case Network::Change::kNone:
      break;
  }
  if (ordinary_clock_ == nullptr) return;
  ordinary_clock_->HandleTimers(Now());
  if (!std::exchange(stamp_expected_, false) || network_.transport() == nullptr) return;
  CheckTransport(network_.transport()->CollectTransmitTimestamps(
      [this](const net::Packet& packet) { ordinary_clock_->HandlePacket(packet, Now()); }));
}

int64_t EnginePort::NextDeadlineNs() const {
  MonoTime next = network_.NextDeadline();
  if (ordinary_clock_ != nullptr) next = std::min(next, ordinary_clock_->NextDeadline());
  const int64_t next_ns = next.time_since_epoch().count();
  return network_.transport() == nullptr ? next_ns
                                         : std::min(next_ns, network_.transport()->next_wake_ns());
}

void EnginePort::Reconfigure(const OrdinaryClockConfig& config) {
  config_ = config;
  if (ordinary_clock_ != nullptr) ordinary_clock_->Reconfigure(config);
}

void EnginePort::SetSteering(bool steering) {
  steering_ = steering;
  if (ordinary_clock_ != nullptr) ordinary_clock_->SetSteering(steering, Now());
}

void EnginePort::ClockStepped() {
  if (ordinary_clock_ != nullptr) ordinary_clock_->ClockStepped();
}

void EnginePort::SetPacketsPass(bool pass) {
  packets_pass_ = pass;
  ApplyPacketsPass();
}

void EnginePort::ApplyPacketsPass() {
  if (auto* simulated = dynamic_cast<SimulatedTransport*>(network_.transport())) {
    simulated->SetPacketsPass(packets_pass_);
  }
}

void EnginePort::OnNetworkUp() {
  ApplyPacketsPass();
  const wire::PortIdentity identity{wire::ClockIdentityFromMac(network_.mac()), 1};
  if (ordinary_clock_ != nullptr && ordinary_clock_->port().config().identity != identity) {
    ordinary_clock_.reset();
  }
  if (ordinary_clock_ == nullptr) {
    OrdinaryClockConfig config = config_;
    config.port.identity = identity;
    config.port.random_seed = SeedFrom(network_.mac(), context_.time.monotonic_ns());
    Surroundings surroundings;
    surroundings.send_event = [this](absl::Span<const uint8_t> message,
                                     const wire::PortAddress* to) {
      stamp_expected_ = true;
      return network_.transport()->SendEvent(message, to);
    };
    surroundings.send_general = [this](absl::Span<const uint8_t> message,
                                       const wire::PortAddress* to) {
      return network_.transport()->SendGeneral(message, to);
    };
    surroundings.on_event = context_.on_event;
    surroundings.on_stats_line = context_.on_stats_line;
    surroundings.on_measured = context_.on_measured;
    surroundings.on_step = context_.on_step;
    ordinary_clock_ =
        std::make_unique<OrdinaryClock>(config, context_.clock, std::move(surroundings));
    ordinary_clock_->SetSteering(steering_, Now());
  } else {
    context_.on_event("RECOVERED", "the network is back");
  }
  ordinary_clock_->NetworkUp(Now());
}

void EnginePort::OnNetworkDown() {
  context_.on_event("FAULT", network_.reason());
  if (ordinary_clock_ != nullptr) ordinary_clock_->NetworkDown(network_.reason(), Now());
}

}  // namespace ptpcore::engine
