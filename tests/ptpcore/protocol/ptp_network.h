// A few PTP clocks on a few network segments, in simulated time: what one port sends all
// others of its segment hear, as octets, 10 us later. Each clock's own time is off the
// true time by a constant, as nobody steers it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "gtest/gtest.h"
#include "messages.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::protocol {

class PtpNetwork {
 public:
  static constexpr int64_t kTravelNs = 10'000;
  static constexpr int64_t kStartUtcNs = 1'795'348'053 * kSecond;

  // A clock and what it said.
  struct Node {
    std::unique_ptr<PtpClock> clock;
    int64_t error_ns = 0;
    std::vector<int> segments;  // of each port
    std::vector<SyncMeasured> syncs;
    std::vector<DelayMeasured> delays;
    std::vector<StateChanged> states;
    bool stamps_transmissions = true;

    PortState state(size_t port = 0) const { return clock->port(port).state(); }
    const ForeignMaster* parent(size_t port = 0) const { return clock->port(port).parent(); }
    const ClockDataSets& sets() const { return clock->data_sets(); }
    Explanation why(MonoTime now, size_t port = 0) const { return clock->port(port).Explain(now); }
  };
  // A message on its way.
  struct Flight {
    int segment;
    size_t from_node;
    size_t from_port;
    std::vector<uint8_t> octets;
    wire::Message Decoded() const { return std::get<wire::Message>(wire::Decode(octets)); }
  };

  // Adds a clock with a port on each of `segments`.
  Node& Add(ClockConfig config, const std::vector<int>& segments, PortConfig port = {}) {
    auto node = std::make_unique<Node>();
    node->clock = std::make_unique<PtpClock>(config);
    node->segments = segments;
    for (size_t i = 0; i < segments.size(); ++i) {
      port.port_number = static_cast<uint16_t>(i + 1);
      port.random_seed = static_cast<uint32_t>(nodes_.size() * 8 + i + 1);
      node->clock->AddPort(port);
    }
    nodes_.push_back(std::move(node));
    const size_t index = nodes_.size() - 1;
    for (size_t i = 0; i < segments.size(); ++i) {
      Carry(index, i, nodes_[index]->clock->Initialized(i, Now()));
    }
    return *nodes_[index];
  }

  // What is not passed on; default: everything is.
  std::function<bool(const Flight&)> passes = [](const Flight&) { return true; };
  // Sees everything that is sent.
  std::function<void(const Flight&)> tap = [](const Flight&) {};

  MonoTime Now() const { return MonoTime(Duration(now_ns_)); }

  void Run(Duration time) {
    const int64_t end_ns = now_ns_ + time.count();
    for (;;) {
      const int64_t next_ns = NextEvent();
      if (next_ns > end_ns) break;
      now_ns_ = std::max(now_ns_, next_ns);
      while (!arrivals_.empty() && arrivals_.begin()->first <= now_ns_) {
        const Flight flight = std::move(arrivals_.extract(arrivals_.begin()).mapped());
        Deliver(flight);
      }
      for (size_t n = 0; n < nodes_.size(); ++n) {
        for (size_t p = 0; p < nodes_[n]->segments.size(); ++p) {
          if (nodes_[n]->clock->NextDeadline(p) <= Now()) {
            Carry(n, p, nodes_[n]->clock->HandleTimers(p, Now()));
          }
        }
      }
    }
    now_ns_ = end_ns;
  }

  void Fail(Node& node, size_t port) {
    Carry(IndexOf(node), port, node.clock->Fault(port, {Reason::kInterfaceDown, "down"}, Now()));
  }
  void Repair(Node& node, size_t port) {
    Carry(IndexOf(node), port, node.clock->Initialized(port, Now()));
  }
  void Calibrate(Node& node, size_t port = 0) {
    Carry(IndexOf(node), port, node.clock->SetCalibrated(port, true, Now()));
  }

 private:
  size_t IndexOf(const Node& node) const {
    for (size_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].get() == &node) return n;
    }
    ADD_FAILURE() << "no such node";
    return 0;
  }
  LocalTime LocalOf(const Node& node) const { return {kStartUtcNs + now_ns_ + node.error_ns}; }

  int64_t NextEvent() const {
    int64_t next = arrivals_.empty() ? kNever.time_since_epoch().count() : arrivals_.begin()->first;
    for (const auto& node : nodes_) {
      for (size_t p = 0; p < node->segments.size(); ++p) {
        next = std::min(next, node->clock->NextDeadline(p).time_since_epoch().count());
      }
    }
    return next;
  }

  void Carry(size_t n, size_t port, const Actions& actions) {
    for (const Action& action : actions) {
      std::visit([&](const auto& a) { Do(n, port, a); }, action);
    }
  }
  void Do(size_t n, size_t port, const SendEvent& send) {
    const Flight flight = Send(n, port, send.message, send.tlvs);
    Node& node = *nodes_[n];
    if (!node.stamps_transmissions) return;
    Carry(n, port, node.clock->HandleTransmitted(port, flight.Decoded(), LocalOf(node), Now()));
  }
  void Do(size_t n, size_t port, const SendGeneral& send) {
    Send(n, port, send.message, send.tlvs);
  }
  void Do(size_t n, size_t, const StateChanged& a) { nodes_[n]->states.push_back(a); }
  void Do(size_t n, size_t, const SyncMeasured& a) { nodes_[n]->syncs.push_back(a); }
  void Do(size_t n, size_t, const DelayMeasured& a) { nodes_[n]->delays.push_back(a); }
  template <typename Other>
  void Do(size_t, size_t, const Other&) {}

  Flight Send(size_t n, size_t port, wire::Message message, const TlvOctets& tlvs) {
    message.tlvs = tlvs;
    Flight flight{nodes_[n]->segments[port], n, port, std::vector<uint8_t>(wire::kMaxMessageSize)};
    flight.octets.resize(wire::Encode(message, absl::MakeSpan(flight.octets)));
    EXPECT_GT(flight.octets.size(), 0U);
    tap(flight);
    if (passes(flight)) arrivals_.emplace(now_ns_ + kTravelNs, flight);
    return flight;
  }

  void Deliver(const Flight& flight) {
    const wire::Message message = flight.Decoded();
    for (size_t n = 0; n < nodes_.size(); ++n) {
      Node& node = *nodes_[n];
      for (size_t p = 0; p < node.segments.size(); ++p) {
        const bool own = n == flight.from_node && p == flight.from_port;
        if (own || node.segments[p] != flight.segment) continue;
        Received received{message, AddressOf(static_cast<uint8_t>(flight.from_node + 1)),
                          std::nullopt};
        if (wire::IsEvent(message.header.type)) received.timestamp = LocalOf(node);
        Carry(n, p, node.clock->Handle(p, received, Now()));
      }
    }
  }

  std::vector<std::unique_ptr<Node>> nodes_;
  std::multimap<int64_t, Flight> arrivals_;
  int64_t now_ns_ = 0;
};

}  // namespace ptpcore::protocol
