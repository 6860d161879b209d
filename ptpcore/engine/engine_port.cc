#include "ptpcore/engine/engine_port.h"

#include <algorithm>
#include <array>
#include <utility>

#include "ptpcore/engine/simulated_transport.h"

namespace ptpcore::engine {
namespace {

using protocol::MonoTime;

}  // namespace

EnginePort::EnginePort(std::string interface, std::string device, NetworkAccess access,
                       std::shared_ptr<ProtocolClock> protocol, size_t index,
                       OrdinaryClockConfig config, bool steering, PortContext context)
    : interface_(std::move(interface)),
      device_(std::move(device)),
      network_(device_, std::move(access)),
      protocol_(std::move(protocol)),
      index_(index),
      config_(std::move(config)),
      steering_(steering),
      context_(std::move(context)) {}

MonoTime EnginePort::Now() const {
  return MonoTime(protocol::Duration(context_.time.monotonic_ns()));
}

void EnginePort::AppendPollFds(std::vector<pollfd>& fds) const {
  if (network_.transport() != nullptr) network_.transport()->AppendPollFds(fds);
  scout_.AppendPollFds(fds);
}

void EnginePort::HandleReady(absl::Span<const pollfd> fds) {
  if (network_.transport() == nullptr) return;
  CheckTransport(network_.transport()->Dispatch(fds, [this](const net::Packet& packet) {
    network_.Heard(Now());
    ordinary_clock_->HandlePacket(packet, Now());
  }));
  ScoutForAnnounce(fds);
}

void EnginePort::ScoutForAnnounce(absl::Span<const pollfd> fds) {
  const auto seen = scout_.Dispatch(fds, ordinary_clock_->packets().received);
  if (!seen) return;
  protocol_->get()->HeardElsewhere(index_, ExplainSeen(*seen, network_.listening(), device_),
                                   seen->sender, Now());
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
  if (const auto repaired = network_.TakeRepair()) context_.on_event("RECOVERED", *repaired);
  if (ordinary_clock_ == nullptr) return;
  ordinary_clock_->HandleTimers(Now());
  scout_.HandleTimers(ordinary_clock_->port().state() == protocol::PortState::kListening,
                      ordinary_clock_->packets().received, network_, Now());
  if (!std::exchange(stamp_expected_, false) || network_.transport() == nullptr) return;
  CheckTransport(network_.transport()->CollectTransmitTimestamps(
      [this](const net::Packet& packet) { ordinary_clock_->HandlePacket(packet, Now()); }));
}

int64_t EnginePort::NextDeadlineNs() const {
  MonoTime next = std::min(network_.NextDeadline(), scout_.NextDeadline());
  if (ordinary_clock_ != nullptr) next = std::min(next, ordinary_clock_->NextDeadline());
  const int64_t next_ns = next.time_since_epoch().count();
  return network_.transport() == nullptr ? next_ns
                                         : std::min(next_ns, network_.transport()->next_wake_ns());
}

void EnginePort::Reconfigure(const OrdinaryClockConfig& config) {
  config_ = config;
  if (ordinary_clock_ != nullptr) ordinary_clock_->Reconfigure(config, Now());
}

void EnginePort::SetSteering(bool steering) {
  steering_ = steering;
  if (ordinary_clock_ != nullptr) ordinary_clock_->SetSteering(steering, Now());
}

void EnginePort::ClockStepped() {
  if (ordinary_clock_ != nullptr) ordinary_clock_->ClockStepped();
}

void EnginePort::SendManagement(absl::Span<const uint8_t> octets, const wire::PortAddress* to) {
  if (ordinary_clock_ != nullptr) ordinary_clock_->SendGeneral(octets, to, Now());
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
  if (protocol_->Make(network_.mac(), context_.time.monotonic_ns())) ordinary_clock_.reset();
  if (ordinary_clock_ == nullptr) {
    Surroundings surroundings;
    surroundings.send_event = [this](absl::Span<const uint8_t> message,
                                     const wire::PortAddress* to) {
      if (network_.transport() == nullptr) return absl::UnavailableError(network_.reason());
      stamp_expected_ = true;
      return network_.transport()->SendEvent(message, to);
    };
    surroundings.send_general = [this](absl::Span<const uint8_t> message,
                                       const wire::PortAddress* to) {
      if (network_.transport() == nullptr) return absl::UnavailableError(network_.reason());
      return network_.transport()->SendGeneral(message, to);
    };
    surroundings.on_event = context_.on_event;
    surroundings.on_stats_line = context_.on_stats_line;
    surroundings.on_measured = context_.on_measured;
    surroundings.on_step = context_.on_step;
    surroundings.on_management = context_.on_management;
    ordinary_clock_ = std::make_unique<OrdinaryClock>(config_, *protocol_->get(), index_,
                                                      context_.clock, std::move(surroundings));
    ordinary_clock_->SetSteering(steering_, Now());
  } else {
    context_.on_event("RECOVERED", "the network is back");
  }
  ordinary_clock_->NetworkUp(Now());
}

void EnginePort::OnNetworkDown() {
  context_.on_event("FAULT", network_.reason());
  if (ordinary_clock_ != nullptr) {
    ordinary_clock_->NetworkDown(
        {network_.interface_down() ? protocol::Reason::kInterfaceDown : protocol::Reason::kFault,
         network_.reason()},
        Now());
  }
}

}  // namespace ptpcore::engine
