// A clock with two ports in a hostile network: packets, timestamps, timers, steps and
// faults in any order leave it bounded and consistent.
//
// The input is one octet: a time-out in announce intervals (the lower six bits) and what
// the clock may become (client, server, auto, or auto with a clockClass that never becomes
// a client). Then records: what happens, and on which port (one octet), milliseconds since
// the last record (two octets), and for a packet its length (two octets) and the packet.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <variant>
#include <vector>

#include "ptpcore/protocol/ptp_clock.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/codec.h"

namespace {

using namespace ptpcore::protocol;  // NOLINT(google-build-using-namespace): as in its tests
namespace wire = ptpcore::wire;

constexpr wire::ClockIdentity kUs = {{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0B}};
constexpr size_t kPorts = 2;
constexpr int64_t kStartUtcNs = 1'795'348'053'000'000'000;

enum Event : uint8_t {
  kPacket,
  kPacketWithoutTimestamp,
  kTransmitTimestamp,
  kTimers,
  kCalibrated,
  kUncalibrated,
  kClockStep,
  kFault,
  kInitialized,
  kEvents,
};

void Require(bool holds) {
  if (!holds) std::abort();
}

class World {
 public:
  explicit World(uint8_t kind) : clock_(ClockOf(kind)) {
    PortConfig config;
    config.announce_receipt_timeout = std::max<uint8_t>(2, kind & 0x3F);
    config.master_only = kind >> 6 == 1;
    for (size_t i = 0; i < kPorts; ++i) {
      config.port_number = static_cast<uint16_t>(i + 1);
      clock_.AddPort(config);
    }
    for (size_t i = 0; i < kPorts; ++i) Check(i, clock_.Initialized(i, now_));
  }

  void Wait(uint16_t milliseconds) { now_ += std::chrono::milliseconds(milliseconds); }

  void Happens(Event event, size_t port) {
    switch (event) {
      case kTransmitTimestamp:
        if (last_event_[port]) {
          Check(port, clock_.HandleTransmitted(port, *last_event_[port], Local(), now_));
        }
        return;
      case kTimers:
        // What one port decides, the other may have to do.
        for (int round = 0; round < 2; ++round) {
          for (size_t i = 0; i < kPorts; ++i) Check(i, clock_.HandleTimers(i, now_));
        }
        for (size_t i = 0; i < kPorts; ++i) Require(clock_.NextDeadline(i) >= now_);
        return CheckDataSets();
      case kCalibrated:
        return Check(port, clock_.SetCalibrated(port, true, now_));
      case kUncalibrated:
        return Check(port, clock_.SetCalibrated(port, false, now_));
      case kClockStep:
        return clock_.ClockStepped();
      case kFault:
        return Check(port, clock_.Fault(port, {Reason::kFault, "fuzzed"}, now_));
      default:
        return Check(port, clock_.Initialized(port, now_));
    }
  }

  void Arrives(absl::Span<const uint8_t> packet, bool timestamped, size_t port) {
    const auto decoded = wire::Decode(packet);
    const auto* message = std::get_if<wire::Message>(&decoded);
    if (message == nullptr) return;
    Received received{*message, {}, std::nullopt};
    if (timestamped) received.timestamp = Local();
    Check(port, clock_.Handle(port, received, now_));
  }

 private:
  static ClockConfig ClockOf(uint8_t kind) {
    ClockConfig config;
    config.own.clock_identity = kUs;
    config.own.slave_only = kind >> 6 == 0;
    if (kind >> 6 == 3) config.own.quality.clock_class = 6;
    config.path_trace = true;
    return config;
  }

  LocalTime Local() const { return {kStartUtcNs + now_.time_since_epoch().count()}; }

  void Check(size_t port, const Actions& actions) {
    for (const Action& action : actions)
      std::visit([&](const auto& a) { this->CheckOne(port, a); }, action);
    const Port& p = clock_.port(port);
    Require(p.state() == state_[port]);
    const bool follows = p.state() == PortState::kUncalibrated || p.state() == PortState::kSlave;
    Require(follows == (p.parent() != nullptr));
    Require(p.foreign_masters().size() <= ForeignMasters::kCapacity);
    Require(!p.Explain(now_).sentence.empty());
  }

  // Whoever follows nobody is its own grandmaster; at most one port follows.
  void CheckDataSets() const {
    size_t following = 0;
    for (size_t i = 0; i < kPorts; ++i) following += clock_.port(i).parent() != nullptr ? 1 : 0;
    Require(following <= 1);
    Require(clock_.data_sets().IsGrandmaster() == (following == 0));
    Require((clock_.data_sets().current.steps_removed == 0) == (following == 0));
  }

  void CheckMessage(size_t port, const wire::Message& message, const TlvOctets& tlvs) const {
    Require(message.header.source == (wire::PortIdentity{kUs, static_cast<uint16_t>(port + 1)}));
    wire::Message whole = message;
    whole.tlvs = tlvs;
    uint8_t octets[wire::kMaxMessageSize];
    Require(wire::Encode(whole, absl::MakeSpan(octets)) > 0);
  }
  void CheckOne(size_t port, const SendEvent& send) {
    CheckMessage(port, send.message, send.tlvs);
    last_event_[port] = send.message;
  }
  void CheckOne(size_t port, const SendGeneral& send) const {
    CheckMessage(port, send.message, send.tlvs);
    Require(clock_.port(port).state() == PortState::kMaster);
  }
  void CheckOne(size_t port, const StateChanged& change) {
    Require(change.from == state_[port] && change.to != state_[port] && !change.reason.empty());
    state_[port] = change.to;
  }
  static void CheckOne(size_t, const MasterChanged& change) {
    // A port does not follow itself.
    Require(!change.master || change.master->port.clock != kUs);
  }
  static void CheckOne(size_t, const UtcDecisionChanged& change) {
    Require(!change.explanation.empty());
  }
  static void CheckOne(size_t, const SyncMeasured&) {}
  static void CheckOne(size_t, const DelayMeasured&) {}

  PtpClock clock_;
  MonoTime now_{};
  std::array<PortState, kPorts> state_{PortState::kInitializing, PortState::kInitializing};
  std::array<std::optional<wire::Message>, kPorts> last_event_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kRecordHeader = 3;
  absl::Span<const uint8_t> rest(data, size);
  if (rest.empty()) return 0;
  World world(rest[0]);
  rest.remove_prefix(1);
  while (rest.size() >= kRecordHeader) {
    wire::Reader reader(rest);
    const uint8_t what = reader.U8();
    const auto event = static_cast<Event>(what % kEvents);
    const size_t port = what / kEvents % kPorts;
    world.Wait(reader.U16());
    const bool has_packet = event == kPacket || event == kPacketWithoutTimestamp;
    const size_t announced = has_packet ? reader.U16() : 0;
    rest.remove_prefix(std::min(rest.size(), kRecordHeader + (has_packet ? 2U : 0U)));
    if (has_packet) {
      const size_t length = std::min(rest.size(), announced);
      // A copy of its own, so that a sanitizer sees a read past it.
      const std::vector<uint8_t> packet(rest.begin(),
                                        rest.begin() + static_cast<std::ptrdiff_t>(length));
      world.Arrives(packet, event == kPacket, port);
      rest.remove_prefix(length);
    } else {
      world.Happens(event, port);
    }
  }
  return 0;
}
