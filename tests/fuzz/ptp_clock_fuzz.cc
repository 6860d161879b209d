// A whole clock, ordinary or boundary, client, server or whatever the best master
// algorithm makes of it, in a hostile network: packets, timestamps, timers, steps and
// faults in any order. It stays bounded, its data sets agree with the states of its
// ports, and it sends nothing that its state does not allow.
//
// The input is the configuration (6 octets, and one for each port), then records: what happens (one
// octet), on which port (one), after how many milliseconds (two), and for a packet either its
// length (two) and the octets, or 10 octets that shape a valid one (fuzz_packet.h).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <optional>
#include <variant>
#include <vector>

#include "fuzz_packet.h"
#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/wire/codec.h"

namespace {

using namespace ptpcore::protocol;  // NOLINT(google-build-using-namespace): as in its tests
namespace wire = ptpcore::wire;

constexpr int64_t kStartUtcNs = 1'795'348'053'000'000'000;
// What one event may have a clock do, and how often timers may be due at one instant.
constexpr size_t kMostActions = 64;
constexpr int kMostTimersAtOnce = 64;
constexpr size_t kMostPorts = 4;
constexpr size_t kMostUnderWay = 16;
constexpr uint32_t kMostClients = 6;

enum Event : uint8_t {
  kPacket,
  kPacketWithoutTimestamp,
  kShapedPacket,
  kTransmitTimestamp,
  kLateTransmitTimestamp,
  kTimers,
  kCalibrated,
  kUncalibrated,
  kClockStep,
  kFault,
  kInitialized,
  kOtherTransport,
  kEvents,
};

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Follows(PortState state) {
  return state == PortState::kUncalibrated || state == PortState::kSlave;
}

class World {
 public:
  explicit World(fuzz::Input& input) : clock_(Config(input)) {
    const size_t ports = 1 + input.U8() % kMostPorts;
    const bool master_only = role_ == kServer;
    for (size_t i = 0; i < ports; ++i) {
      PortConfig config;
      config.port_number = static_cast<uint16_t>(i + 1);
      config.master_only = master_only;
      const uint8_t bits = input.U8();
      config.delay_mechanism = (bits & 1) != 0 ? DelayMechanism::kP2p : DelayMechanism::kE2e;
      config.hybrid_e2e = (bits & 2) != 0;
      if ((bits & 4) != 0) config.unicast = Unicast();
      config.announce_receipt_timeout = static_cast<uint8_t>(2 + (bits >> 4));
      Require(clock_.AddPort(config) == i);
      states_.push_back(PortState::kInitializing);
      under_way_.emplace_back();
    }
    for (size_t i = 0; i < ports; ++i) Check(i, clock_.Initialized(i, now_));
  }

  void Wait(uint16_t milliseconds) {
    const MonoTime end = now_ + std::chrono::milliseconds(milliseconds);
    // Timers are served in time, as the event loop does; not each of a long wait's.
    if (milliseconds < 4'000) ServeTimersUntil(end);
    now_ = end;
  }

  // As the event loop does after each round: what an event on one port gave another to
  // do is not left to pile up.
  void ServeDue() {
    for (size_t i = 0; i < ports(); ++i) {
      if (clock_.NextDeadline(i) <= now_) Check(i, clock_.HandleTimers(i, now_));
    }
  }

  void Happens(Event event, size_t port) {
    switch (event) {
      case kTransmitTimestamp:
      case kLateTransmitTimestamp:
        return Transmitted(port, event == kTransmitTimestamp);
      case kTimers:
        return ServeTimersUntil(now_);
      case kCalibrated:
      case kUncalibrated:
        return Check(port, clock_.SetCalibrated(port, event == kCalibrated, now_));
      case kClockStep:
        local_offset_ns_ += 1'500'000'000;
        return clock_.ClockStepped();
      case kFault:
        return Check(port, clock_.Fault(port, {Reason::kFault, "fuzzed"}, now_));
      case kOtherTransport:
        return clock_.HeardElsewhere(port, {Reason::kOtherTransport, "elsewhere"}, {}, now_);
      default:
        return Check(port, clock_.Initialized(port, now_));
    }
  }

  void Arrives(absl::Span<const uint8_t> packet, size_t port, bool timestamped) {
    const auto decoded = wire::Decode(packet);
    const auto* message = std::get_if<wire::Message>(&decoded);
    if (message == nullptr) return;
    Received received{*message, {}, std::nullopt};
    received.from = fuzz::AddressOf(message->header.source);
    if (timestamped) received.timestamp = Local();
    Check(port, clock_.Handle(port, received, now_));
  }

  size_t ports() const { return clock_.size(); }
  fuzz::Surroundings surroundings(size_t port) const {
    fuzz::Surroundings is;
    is.us = clock_.port(port).identity();
    is.domain_number = clock_.data_sets().own.domain_number;
    is.sdo_id = clock_.data_sets().own.sdo_id;
    is.time_ns = Local().ns;
    if (const ForeignMaster* parent = clock_.port(port).parent()) is.parent = parent->port;
    if (!under_way_[port].empty())
      is.last_sent = under_way_[port].back().message.header.sequence_id;
    return is;
  }

 private:
  enum Role : uint8_t { kClient, kServer, kAuto, kRoles };

  ClockConfig Config(fuzz::Input& input) {
    role_ = static_cast<Role>(input.U8() % kRoles);
    ClockConfig config;
    config.own.clock_identity = fuzz::kOurs;
    config.own.slave_only = role_ == kClient;
    const uint8_t clock_class = input.U8();
    config.own.quality.clock_class = role_ == kClient ? kSlaveOnlyClass : clock_class;
    config.own.priority1 = input.U8();
    config.own.domain_number = input.U8() % 2 == 0 ? 0 : 42;
    const uint8_t bits = input.U8();
    config.path_trace = (bits & 1) != 0;
    config.algorithm =
        (bits & 2) != 0 ? BestMasterAlgorithm::kG8275 : BestMasterAlgorithm::kDefault;
    config.own.sdo_id = (bits & 4) != 0 ? 0x100 : 0;
    config.time_properties.ptp_timescale = (bits & 8) != 0;
    return config;
  }

  static UnicastConfig Unicast() {
    constexpr uint8_t kMasters = 3;
    UnicastConfig unicast;
    for (uint8_t i = 0; i < kMasters; ++i) {
      wire::PortIdentity master = {fuzz::kOurs, 1};
      master.clock.octets[7] = static_cast<uint8_t>(fuzz::kFirstOther + i);
      unicast.client.masters.push_back({"fuzzed", fuzz::AddressOf(master)});
    }
    unicast.server.maximum_clients = kMostClients;
    return unicast;
  }

  LocalTime Local() const {
    return {kStartUtcNs + local_offset_ns_ + now_.time_since_epoch().count()};
  }

  // Every timer that is due until `end`, in the order of time.
  void ServeTimersUntil(MonoTime end) {
    int at_once = 0;
    while (true) {
      size_t next = 0;
      for (size_t i = 1; i < ports(); ++i) {
        if (clock_.NextDeadline(i) < clock_.NextDeadline(next)) next = i;
      }
      const MonoTime due = clock_.NextDeadline(next);
      if (due > end || due == kNever) return;
      at_once = due > now_ ? 0 : at_once + 1;
      // A timer that is due again and again would keep the engine from all else.
      Require(at_once < kMostTimersAtOnce);
      now_ = std::max(now_, due);
      Check(next, clock_.HandleTimers(next, now_));
    }
  }

  void Transmitted(size_t port, bool newest) {
    std::deque<SendEvent>& sent = under_way_[port];
    if (sent.empty()) return;
    const SendEvent event = newest ? sent.back() : sent.front();
    newest ? sent.pop_back() : sent.pop_front();
    Check(port, clock_.HandleTransmitted(port, event.message, Local(), now_,
                                         event.to.value_or(wire::PortAddress())));
  }

  void Check(size_t port, const Actions& actions) {
    Require(actions.size() <= kMostActions);
    for (const Action& action : actions)
      std::visit([&](const auto& a) { this->CheckOne(port, a); }, action);
    // States that a decision for this port gave to others are told at their next event.
    Require(clock_.port(port).state() == states_[port]);
    CheckDataSets();
  }

  void CheckDataSets() const {
    const ClockDataSets& sets = clock_.data_sets();
    std::optional<size_t> follower;
    for (size_t i = 0; i < ports(); ++i) {
      const Port& port = clock_.port(i);
      const PortState state = port.state();
      Require(Follows(state) == (port.parent() != nullptr));
      if (Follows(state)) {
        Require(!follower);  // 9.3.3: one port at most is S1
        follower = i;
      }
      if (role_ == kClient) {
        Require(state != PortState::kPreMaster && state != PortState::kMaster &&
                state != PortState::kPassive);
      }
      if (role_ == kServer) Require(!Follows(state));
      Require(port.foreign_masters().size() <= ForeignMasters::kCapacity);
      Require(!port.Explain(now_).sentence.empty());
      const UnicastNegotiation* unicast = port.unicast();
      if (unicast != nullptr && unicast->server() != nullptr)
        Require(unicast->server()->clients() <= kMostClients);
    }
    Require(clock_.slave_port() == follower);
    Require(sets.path_trace.path.size() <= wire::kMaxMessageSize / sizeof(wire::ClockIdentity));
    if (!follower) {
      Require(sets.IsGrandmaster() && sets.current.steps_removed == 0);
      Require(sets.parent.port.clock == sets.own.clock_identity);
      return;
    }
    const ForeignMaster& parent = *clock_.port(*follower).parent();
    Require(sets.parent.port == parent.port);
    Require(parent.port.clock != sets.own.clock_identity);
    Require(!sets.IsGrandmaster());
    Require(sets.current.steps_removed == parent.announce.steps_removed + 1);
    Require(sets.current.steps_removed <= 255);
  }

  void CheckSent(size_t port, const wire::Message& message, const TlvOctets& tlvs) const {
    wire::Message whole = message;
    whole.tlvs = tlvs;
    std::vector<uint8_t> octets(wire::kMaxMessageSize);
    octets.resize(wire::Encode(whole, absl::MakeSpan(octets)));
    Require(!octets.empty());
    const auto again = wire::Decode(octets);
    Require(std::holds_alternative<wire::Message>(again));
    const wire::Header& header = message.header;
    Require(header.source == clock_.port(port).identity());
    Require(header.domain_number == clock_.data_sets().own.domain_number);
    // States as they were when it was sent: the actions come in their order.
    const PortState state = states_[port];
    switch (header.type) {
      case wire::MessageType::kSync:
      case wire::MessageType::kFollowUp:
      case wire::MessageType::kDelayResp:
        return Require(state == PortState::kMaster);
      case wire::MessageType::kAnnounce:
        Require(std::get<wire::Announce>(message.body).steps_removed < 255);
        return Require(state == PortState::kMaster);
      case wire::MessageType::kDelayReq:
        return Require(Follows(state));
      case wire::MessageType::kPdelayReq:
      case wire::MessageType::kPdelayResp:
      case wire::MessageType::kPdelayRespFollowUp:
        return Require(state != PortState::kInitializing && state != PortState::kFaulty);
      default:
        return;
    }
  }

  void CheckOne(size_t port, const SendEvent& send) {
    Require(wire::IsEvent(send.message.header.type));
    CheckSent(port, send.message, send.tlvs);
    under_way_[port].push_back(send);
    under_way_[port].back().message.tlvs = {};
    if (under_way_[port].size() > kMostUnderWay) under_way_[port].pop_front();
  }
  void CheckOne(size_t port, const SendGeneral& send) const {
    Require(!wire::IsEvent(send.message.header.type));
    CheckSent(port, send.message, send.tlvs);
  }
  void CheckOne(size_t port, const StateChanged& change) {
    Require(change.from == states_[port] && change.to != change.from && !change.reason.empty());
    states_[port] = change.to;
  }
  static void CheckOne(size_t /*port*/, const MasterChanged& change) {
    Require(!change.master || change.master->port.clock != fuzz::kOurs);
  }
  static void CheckOne(size_t /*port*/, const UtcDecisionChanged& change) {
    Require(!change.explanation.empty());
  }
  template <typename Measured>
  void CheckOne(size_t port, const Measured& /*unused*/) const {
    Require(Follows(states_[port]));
  }

  Role role_ = kClient;
  PtpClock clock_;
  MonoTime now_{};
  int64_t local_offset_ns_ = 0;
  std::vector<PortState> states_;                 // as the actions tell them
  std::vector<std::deque<SendEvent>> under_way_;  // event messages, by port
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input({data, size});
  World world(input);
  while (!input.empty()) {
    const auto event = static_cast<Event>(input.U8() % kEvents);
    const size_t port = input.U8() % world.ports();
    world.Wait(input.U16());
    if (event == kShapedPacket) {
      world.Arrives(fuzz::ShapePacket(input, world.surroundings(port)), port, true);
    } else if (event == kPacket || event == kPacketWithoutTimestamp) {
      world.Arrives(input.Octets(input.U16()), port, event == kPacket);
    } else {
      world.Happens(event, port);
    }
    world.ServeDue();
  }
  return 0;
}
