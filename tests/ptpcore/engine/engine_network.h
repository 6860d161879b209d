// Several engines on network segments of this process, in one simulated time: what one
// port sends, all others of its segment receive 50 us and some queueing later.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ptpcore/sim/link.h"
#include "ptpcore/sim/random.h"
#include "simulated_engine.h"

namespace ptpcore::engine {

class EngineNetwork {
 public:
  // An engine whose devices eth0, eth1, ... are on these segments. Configure it with a
  // transport of kind TRANSPORT_KIND_NETWORK.
  SimulatedEngine& Add(std::vector<std::string> segments) {
    engines_.push_back(std::make_unique<SimulatedEngine>(time_));
    SimulatedEngine& added = *engines_.back();
    const auto number = static_cast<uint8_t>(engines_.size());
    added.network = [this, segments, number](const EngineConfig&) {
      return NetworkAccess{[number](const std::string& device) -> absl::StatusOr<net::Device> {
                             const auto index = static_cast<uint8_t>(device.back() - '0');
                             net::Device d;
                             d.index = index + 1;
                             d.up = d.running = true;
                             d.mac = {2, 0, 0, 0, number, index};
                             d.ipv4 = {192, 0, 2, number};
                             return d;
                           },
                           [this, segments, number](const std::string& device, const net::Device&)
                               -> absl::StatusOr<std::unique_ptr<net::Transport>> {
                             const auto index = static_cast<size_t>(device.back() - '0');
                             return std::unique_ptr<net::Transport>(
                                 std::make_unique<Port>(*this, segments.at(index), number));
                           }};
    };
    return added;
  }

  // What travels; default: everything.
  std::function<bool(wire::MessageType)> passes = [](wire::MessageType) { return true; };
  // Somebody listens to all that is sent.
  std::function<void(net::Packet::Kind, const std::vector<uint8_t>&)> overheard;
  // Somebody with the address 192.0.2.`number` sends this to all on the segment.
  void Inject(const std::string& segment, net::Packet::Kind kind,
              const std::vector<uint8_t>& octets, uint8_t number) {
    for (Port* port : ports_) {
      if (port->segment() == segment) {
        port->Receive(kind, octets, 0, {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, number}});
      }
    }
  }
  // Nothing travels on this segment from now on; or again.
  void Cut(const std::string& segment, bool cut) { cut_[segment] = cut; }

  void Run(double seconds) {
    const int64_t end_ns = time_.monotonic_ns() + static_cast<int64_t>(seconds * 1e9);
    for (;;) {
      int64_t next_ns = end_ns + 1;
      for (const auto& e : engines_) next_ns = std::min(next_ns, e->engine->NextDeadlineNs());
      if (next_ns > end_ns) break;
      time_.AdvanceTo(std::max(time_.monotonic_ns(), next_ns));
      for (const auto& e : engines_) {
        if (e->engine->NextDeadlineNs() > time_.monotonic_ns()) continue;
        e->engine->HandleReady({});
        e->engine->HandleTimers();
      }
    }
    time_.AdvanceTo(end_ns);
  }

 private:
  struct Arrival {
    net::Packet::Kind kind;
    std::vector<uint8_t> octets;
    int64_t realtime_ns;
    wire::PortAddress from;
  };

  class Port : public net::Transport {
   public:
    Port(EngineNetwork& network, std::string segment, uint8_t number)
        : network_(network),
          segment_(std::move(segment)),
          address_{wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, number}} {
      network_.ports_.push_back(this);
    }
    ~Port() override {
      auto& ports = network_.ports_;
      ports.erase(std::remove(ports.begin(), ports.end(), this), ports.end());
    }
    void AppendPollFds(std::vector<pollfd>&) const override {}
    int64_t next_wake_ns() const override {
      return arrivals_.empty() ? Transport::next_wake_ns() : arrivals_.begin()->first;
    }
    absl::Status Dispatch(absl::Span<const pollfd>, Sink sink) override {
      while (!arrivals_.empty() && arrivals_.begin()->first <= network_.time_.monotonic_ns()) {
        const Arrival arrival = std::move(arrivals_.extract(arrivals_.begin()).mapped());
        net::Packet packet;
        packet.kind = arrival.kind;
        packet.octets = arrival.octets;
        packet.realtime_ns = arrival.realtime_ns;
        packet.from = arrival.from;
        sink(packet);
      }
      return absl::OkStatus();
    }
    absl::Status SendEvent(absl::Span<const uint8_t> message,
                           const wire::PortAddress* to) override {
      arrivals_.emplace(network_.time_.monotonic_ns(),
                        Arrival{net::Packet::Kind::kTransmitted,
                                {message.begin(), message.end()},
                                network_.time_.realtime_ns(),
                                to != nullptr ? *to : wire::PortAddress{}});
      return Send(net::Packet::Kind::kEvent, message, to);
    }
    absl::Status SendGeneral(absl::Span<const uint8_t> message,
                             const wire::PortAddress* to) override {
      return Send(net::Packet::Kind::kGeneral, message, to);
    }
    absl::Status RefreshMembership() override { return absl::OkStatus(); }

    const std::string& segment() const { return segment_; }
    void Receive(net::Packet::Kind kind, std::vector<uint8_t> octets, int64_t travel_ns,
                 const wire::PortAddress& from) {
      arrivals_.emplace(
          network_.time_.monotonic_ns() + travel_ns,
          Arrival{kind, std::move(octets), network_.time_.realtime_ns() + travel_ns, from});
    }

   private:
    absl::Status Send(net::Packet::Kind kind, absl::Span<const uint8_t> message,
                      const wire::PortAddress* to) {
      if (network_.overheard) network_.overheard(kind, {message.begin(), message.end()});
      for (Port* other : network_.ports_) {
        const bool reached = other != this && other->segment_ == segment_ &&
                             (to == nullptr || *to == other->address_) &&
                             !network_.cut_[segment_] &&
                             network_.passes(static_cast<wire::MessageType>(message[0] & 0xF));
        const auto delay_ns = sim::Travel({50'000, 5'000}, network_.random_);
        if (!reached || !delay_ns) continue;
        other->Receive(kind, {message.begin(), message.end()}, static_cast<int64_t>(*delay_ns),
                       address_);
      }
      return absl::OkStatus();
    }

    EngineNetwork& network_;
    std::string segment_;
    wire::PortAddress address_;
    std::multimap<int64_t, Arrival> arrivals_;  // by CLOCK_MONOTONIC
  };

  FakeTime time_;
  sim::Random random_{1};
  std::map<std::string, bool> cut_;
  std::vector<Port*> ports_;
  std::vector<std::unique_ptr<SimulatedEngine>> engines_;  // end before what they use
};

}  // namespace ptpcore::engine
