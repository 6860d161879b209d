// One port of the engine: a network device and the port of a clock that lives on it. The
// latter is made when the network first comes up, and kept while the network is away.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "ptpcore/clock/kernel_time.h"
#include "ptpcore/engine/announce_scout.h"
#include "ptpcore/engine/network.h"
#include "ptpcore/engine/ordinary_clock.h"
#include "ptpcore/engine/protocol_clock.h"
#include "ptpcore/engine/steered_clock.h"

namespace ptpcore::engine {

// What a port shares with the others.
struct PortContext {
  const clock::KernelTime& time;
  SteeredClock& clock;
  SteeredClock::OnEvent on_event;
  std::function<void(const stats::StatsLine&)> on_stats_line;
  std::function<void(stats::Quantity, double value, protocol::MonoTime now)> on_measured;
  std::function<void()> on_step;
  std::function<void(const wire::Message&, const wire::PortAddress& from)> on_management;
};

class EnginePort {
 public:
  // `interface`: the device's name for users. `index`: of this port in `protocol`.
  // `steering`: see OrdinaryClock.
  EnginePort(std::string interface, std::string device, NetworkAccess access,
             std::shared_ptr<ProtocolClock> protocol, size_t index, OrdinaryClockConfig config,
             bool steering, PortContext context);

  void AppendPollFds(std::vector<pollfd>& fds) const;
  void HandleReady(absl::Span<const pollfd> fds);
  void HandleTimers();
  // CLOCK_MONOTONIC nanoseconds at which HandleTimers() wants to be called.
  int64_t NextDeadlineNs() const;

  void Reconfigure(const OrdinaryClockConfig& config);
  void SetSteering(bool steering);
  void ClockStepped();
  // To one port address, or to all (null). Lost while the network is down.
  void SendManagement(absl::Span<const uint8_t> octets, const wire::PortAddress* to);
  // Simulated network only: whether anything arrives.
  void SetPacketsPass(bool pass);

  const std::string& interface() const { return interface_; }
  const std::string& device() const { return device_; }
  const Network& network() const { return network_; }
  // The protocol's clock that this is a port of; null until it is made.
  protocol::PtpClock* protocol() const { return protocol_->get(); }
  // Null before the network was up for the first time.
  const OrdinaryClock* ordinary_clock() const { return ordinary_clock_.get(); }

 private:
  protocol::MonoTime Now() const;
  void OnNetworkUp();
  void OnNetworkDown();
  void CheckTransport(const absl::Status& status);
  void ApplyPacketsPass();
  void ScoutForAnnounce(absl::Span<const pollfd> fds);

  std::string interface_;
  std::string device_;
  Network network_;
  std::shared_ptr<ProtocolClock> protocol_;
  size_t index_;
  OrdinaryClockConfig config_;
  bool steering_;
  bool packets_pass_ = true;
  bool stamp_expected_ = false;  // an event message was sent just now
  AnnounceScout scout_;
  PortContext context_;
  std::unique_ptr<OrdinaryClock> ordinary_clock_;
};

}  // namespace ptpcore::engine
