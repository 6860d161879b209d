// A simulated network of PTP clocks: pure PtpClocks on segments (a cable, or a hub that
// everybody hears) that delay, lose, reorder and double what is sent, and clocks that stop
// and start again. Driven by events, the same for the same seed. Every clock shows the
// right time: what is looked at here is who follows whom.
//
//   Network network(seed);
//   const size_t a = network.AddClock(config_a), b = network.AddClock(config_b);
//   const size_t cable = network.AddSegment({});
//   network.Attach(a, cable, port_config); network.Attach(b, cable, port_config);
//   network.Start(a); network.Start(b);
//   network.RunFor(std::chrono::seconds(10));
//   network.clock(a).port(0).state();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/sim/link.h"
#include "ptpcore/sim/random.h"

namespace ptpcore::sim {

struct SegmentModel {
  LinkModel link{/*constant_ns=*/10'000};
  double duplication = 0;  // probability that a packet arrives twice
};

class Network {
 public:
  explicit Network(uint64_t seed) : random_(seed) {}

  // All that is added is added before it runs. A clock's identity must be its own.
  size_t AddClock(const protocol::ClockConfig& config);
  size_t AddSegment(const SegmentModel& model);
  // A further port of `clock`, numbered from 1, on `segment`. Returns the port's index.
  size_t Attach(size_t clock, size_t segment, protocol::PortConfig port);

  void Start(size_t clock);
  // The clock falls silent and forgets everything.
  void Stop(size_t clock);
  void SetModel(size_t segment, const SegmentModel& model) { segments_[segment].model = model; }

  void RunFor(protocol::Duration duration);
  // Until `condition`, which is looked at every `step`, or for `limit`; whether it came true.
  bool RunUntil(const std::function<bool()>& condition, protocol::Duration limit,
                protocol::Duration step = std::chrono::milliseconds(250));

  protocol::MonoTime now() const { return now_; }
  size_t clocks() const { return nodes_.size(); }
  size_t segments() const { return segments_.size(); }
  // Valid while the clock runs.
  const protocol::PtpClock& clock(size_t index) const { return *nodes_[index].clock; }
  const protocol::ClockConfig& config(size_t index) const { return nodes_[index].config; }
  bool running(size_t index) const { return nodes_[index].clock != nullptr; }
  // The segment that a port is attached to.
  size_t segment_of(size_t clock, size_t port) const { return nodes_[clock].segments[port]; }
  // Who is attached to a segment: clock and port.
  struct Attachment {
    size_t clock;
    size_t port;
  };
  const std::vector<Attachment>& on(size_t segment) const { return segments_[segment].attached; }
  uint64_t delivered() const { return delivered_; }

 private:
  struct Node {
    protocol::ClockConfig config;
    std::vector<protocol::PortConfig> ports;
    std::vector<size_t> segments;  // of each port
    std::unique_ptr<protocol::PtpClock> clock;
    protocol::MonoTime deadline = protocol::kNever;
  };
  struct Segment {
    SegmentModel model;
    std::vector<Attachment> attached;
  };
  using Octets = std::shared_ptr<const std::vector<uint8_t>>;
  struct Delivery {
    protocol::MonoTime at;
    uint64_t order;  // of those at the same time, the one sent first
    Attachment to;
    wire::PortAddress from;
    Octets octets;
  };
  struct Later {
    bool operator()(const Delivery& a, const Delivery& b) const {
      return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
  };

  void Deliver(const Delivery& delivery);
  void HandleTimers(size_t clock);
  void Perform(size_t clock, size_t port, const protocol::Actions& actions);
  void Send(const Attachment& from, wire::Message message, const protocol::TlvOctets& tlvs,
            const wire::PortAddress* to);
  void NoteDeadline(size_t clock);
  protocol::LocalTime Local() const;
  static wire::PortAddress AddressOf(const Attachment& attachment);

  Random random_;
  protocol::MonoTime now_{};
  std::vector<Node> nodes_;
  std::vector<Segment> segments_;
  std::priority_queue<Delivery, std::vector<Delivery>, Later> deliveries_;
  uint64_t sent_ = 0;
  uint64_t delivered_ = 0;
};

}  // namespace ptpcore::sim
