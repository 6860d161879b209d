// Unicast negotiation: whatever Signaling messages come from whomever, a server has no more
// clients and a client no more masters than it may, and everything that is said is whole.
//
// The first octet is the server's state. Then records: who sends, or what else happens (one
// octet), tenths of a second since the last record (one octet), and for a packet its length
// (one octet) and its TLVs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

#include "fuzz_packet.h"
#include "ptpcore/protocol/unicast_negotiation.h"
#include "ptpcore/wire/codec.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"

namespace {

using namespace ptpcore::protocol;  // NOLINT(google-build-using-namespace): as in its tests
namespace wire = ptpcore::wire;

constexpr uint32_t kMaxClients = 3;
constexpr size_t kMasters = 2;
// A server may owe each client this many messages since it was last asked, and no more.
constexpr size_t kMostActions = 1000;

void Require(bool holds) {
  if (!holds) std::abort();
}

wire::PortAddress AddressOf(uint8_t host) {
  return {wire::NetworkProtocol::kUdpIpv4, 4, {192, 0, 2, host}};
}

UnicastConfig ConfigOfBothSides() {
  UnicastConfig config;
  for (uint8_t i = 0; i < kMasters; ++i) config.client.masters.push_back({"master", AddressOf(i)});
  config.server.maximum_clients = kMaxClients;
  return config;
}

class World {
 public:
  explicit World(Serving serving)
      : sender_{{fuzz::kOurs, 1}, 0, 0},
        negotiation_(sender_, ConfigOfBothSides(), sets_, counters_) {
    negotiation_.Start(now_);
    Actions actions;
    negotiation_.SetServing(serving, actions);
    Check(actions);
  }

  void Wait(uint8_t tenths) { now_ += tenths * std::chrono::milliseconds(100); }

  void Signaling(uint8_t host, const std::vector<uint8_t>& tlvs) {
    if (!wire::IsTlvChain(tlvs)) return;
    wire::Message message;
    message.header = wire::HeaderOf(wire::MessageType::kSignaling);
    message.header.source = {{{0x02, 0, 0, 0xFF, 0xFE, 0, 0, host}}, 1};
    message.body = wire::Signaling{wire::kAllPorts};
    message.tlvs = tlvs;
    Actions actions;
    negotiation_.OnSignaling({message, AddressOf(host), std::nullopt}, now_, actions);
    Check(actions);
  }

  void Timers() {
    Actions actions;
    negotiation_.HandleTimers(now_, actions);
    Check(actions);
  }

  void Follow(uint8_t host) {
    Actions actions;
    negotiation_.Follow(AddressOf(host), now_, actions);
    Check(actions);
  }

  void Serve(uint8_t how) {
    Actions actions;
    negotiation_.SetServing(static_cast<Serving>(how % 3), actions);
    Check(actions);
  }

  void Restart() {
    negotiation_.Stop();
    negotiation_.Start(now_);
  }

 private:
  void Check(const Actions& actions) {
    Require(actions.size() <= kMostActions);
    for (const Action& action : actions) {
      if (const auto* general = std::get_if<SendGeneral>(&action)) CheckOne(*general);
      if (const auto* event = std::get_if<SendEvent>(&action)) CheckOne(*event);
    }
    Require(negotiation_.server()->clients() <= kMaxClients);
    Require(negotiation_.client()->Status().size() == kMasters);
  }

  // To one clock, decodable, and with TLVs that are whole.
  template <typename Send>
  static void CheckOne(const Send& send) {
    Require(send.to.has_value());
    wire::Message message = send.message;
    message.tlvs = send.tlvs;
    std::vector<uint8_t> octets(wire::kMaxMessageSize);
    const size_t size = wire::Encode(message, absl::MakeSpan(octets));
    Require(size > 0);
    Require(std::holds_alternative<wire::Message>(wire::Decode({octets.data(), size})));
  }

  MonoTime now_{};
  Sender sender_;
  ClockDataSets sets_;
  PortCounters counters_;
  UnicastNegotiation negotiation_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  enum Event : uint8_t { kTimers = 0xF0, kFollow, kServe, kRestart };

  fuzz::Input input({data, size});
  World world(static_cast<Serving>(input.U8() % 3));
  while (!input.empty()) {
    const uint8_t event = input.U8();
    world.Wait(input.U8());
    switch (event) {
      case kTimers:
        world.Timers();
        break;
      case kFollow:
        world.Follow(input.U8());
        break;
      case kServe:
        world.Serve(input.U8());
        break;
      case kRestart:
        world.Restart();
        break;
      default:
        world.Signaling(event, input.Octets(input.U8()));
    }
  }
  return 0;
}
