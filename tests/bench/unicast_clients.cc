#include "unicast_clients.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "ptpcore/protocol/unicast_terms.h"
#include "ptpcore/wire/codec.h"

namespace bench {
namespace {

using ptpcore::protocol::Duration;
using ptpcore::protocol::MonoTime;
using ptpcore::protocol::TlvOctets;
using ptpcore::protocol::UnicastTlvs;
namespace protocol = ptpcore::protocol;
namespace wire = ptpcore::wire;

constexpr Duration kInterval = std::chrono::seconds(1);  // of Sync, and of Delay_Req
constexpr int8_t kLogAnnounce = 1;
constexpr uint32_t kDurationS = 300;
constexpr uint8_t kAllGranted = 7;

}  // namespace

UnicastClients::UnicastClients(uint32_t count, Duration ramp, MonoTime now, Send send)
    : send_(std::move(send)), clients_(count) {
  for (uint32_t number = 0; number < count; ++number) {
    queue_.Schedule(number, now + ramp * number / count);
  }
}

wire::Message UnicastClients::MessageOf(uint32_t number, wire::MessageType type) {
  wire::Message message;
  message.header.type = type;
  message.header.flags = wire::kUnicast;
  message.header.source.clock = {{0x02, 0, 0, 0xFF, 0xFE, static_cast<uint8_t>(number >> 16),
                                  static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)}};
  message.header.source.port = 1;
  message.header.sequence_id = ++clients_[number].sequence;
  return message;
}

void UnicastClients::HandleTimers(MonoTime now) {
  std::array<uint8_t, 128> octets;
  while (queue_.next() <= now) {
    const uint32_t number = queue_.first();
    if (clients_[number].granted != kAllGranted) {
      Request(number);
      queue_.Schedule(number, now + kInterval);
      continue;
    }
    wire::Message request = MessageOf(number, wire::MessageType::kDelayReq);
    request.body = wire::DelayReq{};
    ++result_.delay_req;
    send_(number, true, {octets.data(), wire::Encode(request, absl::MakeSpan(octets))});
    queue_.Schedule(number, queue_.next() + kInterval);
  }
}

void UnicastClients::Request(uint32_t number) {
  const UnicastTlvs asked = {
      wire::RequestUnicastTransmission{wire::MessageType::kAnnounce, kLogAnnounce, kDurationS},
      wire::RequestUnicastTransmission{wire::MessageType::kSync, 0, kDurationS},
      wire::RequestUnicastTransmission{wire::MessageType::kDelayResp, 0, kDurationS}};
  const TlvOctets tlvs = protocol::WriteUnicastTlvs(asked);
  wire::Message message = MessageOf(number, wire::MessageType::kSignaling);
  message.body = wire::Signaling{protocol::kAnyPort};
  message.tlvs = tlvs;
  std::array<uint8_t, 128> octets;
  send_(number, false, {octets.data(), wire::Encode(message, absl::MakeSpan(octets))});
}

void UnicastClients::Handle(uint32_t number, absl::Span<const uint8_t> octets, MonoTime now) {
  const auto decoded = wire::Decode(octets);
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr || number >= clients_.size()) return;
  Client& client = clients_[number];
  switch (message->header.type) {
    case wire::MessageType::kSignaling:
      for (const auto& tlv : protocol::ReadUnicastTlvs(message->tlvs)) {
        const auto* grant = std::get_if<wire::GrantUnicastTransmission>(&tlv);
        if (grant == nullptr || grant->duration_s == 0) continue;
        const auto service = protocol::UnicastServiceOf(grant->message_type);
        if (!service) continue;
        const bool was = client.granted == kAllGranted;
        client.granted |= static_cast<uint8_t>(1U << protocol::IndexOf(*service));
        if (!was && client.granted == kAllGranted) ++served_;
      }
      return;
    case wire::MessageType::kAnnounce:
      ++result_.announce;
      return;
    case wire::MessageType::kSync:
      ++result_.sync;
      client.sync = message->header.sequence_id;
      return NoteComplete(client, now);
    case wire::MessageType::kFollowUp:
      ++result_.follow_up;
      client.follow_up = message->header.sequence_id;
      return NoteComplete(client, now);
    case wire::MessageType::kDelayResp:
      ++result_.delay_resp;
      return;
    default:
      return;
  }
}

void UnicastClients::NoteComplete(Client& client, MonoTime now) {
  if (!client.sync || client.sync != client.follow_up) return;
  client.sync.reset();
  client.follow_up.reset();
  const Duration gap = now - client.complete;
  client.complete = now;
  result_.worst_gap_s = std::max(result_.worst_gap_s, std::chrono::duration<double>(gap).count());
  // A Sync may come half an interval late; another half, and one is missing.
  const auto intervals = (gap + kInterval / 2) / kInterval;
  if (intervals > 1) client.missed += static_cast<uint32_t>(intervals - 1);
}

void UnicastClients::StartMeasuring(MonoTime now) {
  result_ = UnicastClientsResult();
  for (Client& client : clients_) {
    client.missed = 0;
    client.complete = now;
  }
}

UnicastClientsResult UnicastClients::Result(MonoTime now) const {
  UnicastClientsResult result = result_;
  result.served = served_;
  for (Client client : clients_) {
    // What is still missing counts as well.
    client.missed += static_cast<uint32_t>(
        std::max<int64_t>(0, (now - client.complete + kInterval / 2) / kInterval - 1));
    result.missed_intervals += client.missed;
    if (client.missed > 0) ++result.clients_that_missed;
  }
  return result;
}

}  // namespace bench
