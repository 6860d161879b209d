// A client port in a hostile network: packets, timestamps, timers, steps and
// faults in any order leave it bounded and consistent.
//
// The input is a time-out in announce intervals (one octet), then records: what
// happens (one octet), milliseconds since the last record (two octets), and for
// a packet its length (two octets) and the packet.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

#include "ptpcore/protocol/client_port.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/codec.h"

namespace {

using namespace ptpcore::protocol;  // NOLINT(google-build-using-namespace): as in its tests
namespace wire = ptpcore::wire;

constexpr wire::PortIdentity kUs = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0x0B}}, 1};
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
  explicit World(uint8_t announce_receipt_timeout) : port_(Config(announce_receipt_timeout)) {
    Check(port_.Initialized());
  }

  void Wait(uint16_t milliseconds) { now_ += std::chrono::milliseconds(milliseconds); }

  void Happens(Event event) {
    switch (event) {
      case kTransmitTimestamp:
        return Check(port_.HandleTransmitTimestamp(last_request_, Local()));
      case kTimers:
        Check(port_.HandleTimers(now_));
        return Require(port_.NextDeadline() >= now_);
      case kCalibrated:
        return Check(port_.SetCalibrated(true));
      case kUncalibrated:
        return Check(port_.SetCalibrated(false));
      case kClockStep:
        return port_.ClockStepped();
      case kFault:
        return Check(port_.Fault("fuzzed"));
      default:
        return Check(port_.Initialized());
    }
  }

  void Arrives(absl::Span<const uint8_t> packet, bool timestamped) {
    const auto decoded = wire::Decode(packet);
    const auto* message = std::get_if<wire::Message>(&decoded);
    if (message == nullptr) return;
    Received received{*message, {}, std::nullopt};
    if (timestamped) received.timestamp = Local();
    Check(port_.Handle(received, now_));
  }

 private:
  static PortConfig Config(uint8_t announce_receipt_timeout) {
    PortConfig config;
    config.identity = kUs;
    config.announce_receipt_timeout = std::max<uint8_t>(2, announce_receipt_timeout);
    return config;
  }

  LocalTime Local() const { return {kStartUtcNs + now_.time_since_epoch().count()}; }

  void Check(const Actions& actions) {
    for (const Action& action : actions)
      std::visit([this](const auto& a) { this->CheckOne(a); }, action);
    Require(port_.state() == state_);
    const bool follows = state_ == PortState::kUncalibrated || state_ == PortState::kSlave;
    Require(follows == (port_.parent() != nullptr));
    Require(port_.foreign_masters().size() <= ForeignMasters::kCapacity);
  }

  void CheckOne(const SendEvent& send) {
    Require(send.message.header.type == wire::MessageType::kDelayReq);
    Require(send.message.header.source == kUs);
    uint8_t octets[wire::kMaxMessageSize];
    Require(wire::Encode(send.message, absl::MakeSpan(octets)) == 44);
    last_request_ = send.message.header.sequence_id;
  }
  void CheckOne(const StateChanged& change) {
    Require(change.from == state_ && change.to != state_ && !change.reason.empty());
    state_ = change.to;
  }
  static void CheckOne(const SendGeneral&) { Require(false); }  // a client sends none
  void CheckOne(const MasterChanged& change) const {
    // A port does not follow itself.
    Require(!change.master || change.master->port.clock != kUs.clock);
  }
  static void CheckOne(const UtcDecisionChanged& change) { Require(!change.explanation.empty()); }
  void CheckOne(const SyncMeasured&) const { Require(port_.parent() != nullptr); }
  void CheckOne(const DelayMeasured&) const { Require(port_.parent() != nullptr); }

  ClientPort port_;
  MonoTime now_{};
  PortState state_ = PortState::kInitializing;
  uint16_t last_request_ = 0;
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
    const auto event = static_cast<Event>(reader.U8() % kEvents);
    world.Wait(reader.U16());
    const bool has_packet = event == kPacket || event == kPacketWithoutTimestamp;
    const size_t announced = has_packet ? reader.U16() : 0;
    rest.remove_prefix(std::min(rest.size(), kRecordHeader + (has_packet ? 2U : 0U)));
    if (has_packet) {
      const size_t length = std::min(rest.size(), announced);
      // A copy of its own, so that a sanitizer sees a read past it.
      const std::vector<uint8_t> packet(rest.begin(),
                                        rest.begin() + static_cast<std::ptrdiff_t>(length));
      world.Arrives(packet, event == kPacket);
      rest.remove_prefix(length);
    } else {
      world.Happens(event);
    }
  }
  return 0;
}
