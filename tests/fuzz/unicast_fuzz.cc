// Unicast negotiation in a hostile network: requests, grants, cancellations and silence
// of any kind and in any order leave client and server bounded and consistent.
//
// The input is records: what happens (one octet), the host that it comes from (one
// octet), tens of milliseconds since the last record (one octet), and for Signaling the
// length of its TLVs (one octet) and the TLVs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <variant>
#include <vector>

#include "ptpcore/protocol/unicast_negotiation.h"
#include "ptpcore/wire/buffer.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/tlv.h"

namespace {

using namespace ptpcore::protocol;  // NOLINT(google-build-using-namespace): as in its tests
namespace wire = ptpcore::wire;

constexpr wire::PortIdentity kUs = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, 0xCC}}, 1};
constexpr uint8_t kMasters = 3;
constexpr uint32_t kMaximumClients = 20;

enum Event : uint8_t {
  kSignaling,
  kTimers,
  kHeard,
  kFollow,
  kFollowNobody,
  kServing,
  kTransmitted,
  kClockStep,
  kStop,
  kStart,
  kEvents,
};

void Require(bool holds) {
  if (!holds) std::abort();
}

wire::PortAddress AddressOf(uint8_t host) {
  return {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, host}};
}

UnicastConfig Config() {
  UnicastConfig config;
  for (uint8_t host = 0; host < kMasters; ++host) {
    config.client.masters.push_back({"192.0.2.0", AddressOf(host)});
  }
  config.server.maximum_clients = kMaximumClients;
  config.server.maximum_rate_hz = 1'000;
  return config;
}

class World {
 public:
  World() { unicast_.Start(now_); }

  void Wait(uint8_t tens_of_ms) { now_ += std::chrono::milliseconds(10 * tens_of_ms); }

  void Hears(uint8_t host, absl::Span<const uint8_t> tlvs) {
    if (!wire::IsTlvChain(tlvs)) return;
    wire::Message message = From(host, wire::MessageType::kSignaling);
    message.body = wire::Signaling{kUs};
    message.tlvs = tlvs;
    unicast_.OnSignaling({message, AddressOf(host), std::nullopt}, now_, actions_);
    Check();
  }

  void Happens(Event event, uint8_t host) {
    switch (event) {
      case kHeard:
        unicast_.Accepts({From(host, wire::MessageType::kSync), AddressOf(host), std::nullopt},
                         now_);
        break;
      case kFollow:
        unicast_.Follow(AddressOf(host), now_, actions_);
        break;
      case kFollowNobody:
        unicast_.Follow(std::nullopt, now_, actions_);
        break;
      case kServing:
        unicast_.SetServing(static_cast<Serving>(host % 3), actions_);
        break;
      case kTransmitted: {
        wire::Header sync;
        sync.sequence_id = last_sync_[host];
        unicast_.OnSyncTransmitted(sync, AddressOf(host), {}, actions_);
        break;
      }
      case kClockStep:
        unicast_.ClockStepped();
        break;
      case kStop:
        unicast_.Stop();
        break;
      case kStart:
        unicast_.Start(now_);
        break;
      default:
        RunTimers();
    }
    Check();
  }

 private:
  static wire::Message From(uint8_t host, wire::MessageType type) {
    wire::Message message;
    message.header.type = type;
    message.header.source = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, host}}, 1};
    return message;
  }

  // Whatever is due is done in a bounded number of calls.
  void RunTimers() {
    for (int calls = 0; unicast_.NextDeadline() <= now_; ++calls) {
      Require(calls < 10'000);
      unicast_.HandleTimers(now_, actions_);
      Check();
    }
  }

  void Check() {
    for (const Action& action : actions_) {
      if (const auto* general = std::get_if<SendGeneral>(&action)) {
        CheckSent(general->message, general->to, general->tlvs);
      } else if (const auto* event = std::get_if<SendEvent>(&action)) {
        CheckSent(event->message, event->to, event->tlvs);
        last_sync_[event->to->octets[3]] = event->message.header.sequence_id;
      } else {
        Require(false);
      }
    }
    actions_.clear();
    const UnicastServer& server = *unicast_.server();
    Require(server.clients() <= kMaximumClients);
    Require(server.granted_rate_hz() >= 0 && server.granted_rate_hz() <= 1'000);
    Require((server.clients() == 0) == (server.granted_rate_hz() == 0));
    for (const UnicastMasterStatus& master : unicast_.client()->Status()) {
      for (const auto& granted : master.granted) Require(!granted || IsSaneLogInterval(*granted));
    }
  }

  static void CheckSent(wire::Message message, const std::optional<wire::PortAddress>& to,
                        const TlvOctets& tlvs) {
    Require(to.has_value());
    Require(message.header.Has(wire::kUnicast));
    Require(message.header.source == kUs);
    message.tlvs = tlvs;
    uint8_t octets[wire::kMaxMessageSize];
    Require(wire::Encode(message, absl::MakeSpan(octets)) != 0);
  }

  const Sender sender_{kUs};
  const ClockDataSets clock_;
  PortCounters counters_;
  UnicastNegotiation unicast_{sender_, Config(), clock_, counters_};
  Actions actions_;
  std::map<uint8_t, uint16_t> last_sync_;
  MonoTime now_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kRecord = 3;
  absl::Span<const uint8_t> rest(data, size);
  World world;
  while (rest.size() >= kRecord) {
    wire::Reader reader(rest);
    const auto event = static_cast<Event>(reader.U8() % kEvents);
    const uint8_t host = reader.U8();
    world.Wait(reader.U8());
    rest.remove_prefix(kRecord);
    if (event != kSignaling) {
      world.Happens(event, host);
      continue;
    }
    if (rest.empty()) break;
    const size_t length = std::min<size_t>(rest[0], rest.size() - 1);
    // A copy of its own, so that a sanitizer sees a read past it.
    const std::vector<uint8_t> tlvs(rest.begin() + 1,
                                    rest.begin() + 1 + static_cast<std::ptrdiff_t>(length));
    world.Hears(host, tlvs);
    rest.remove_prefix(1 + length);
  }
  return 0;
}
