#include "ptpcore/sim/network.h"

#include <algorithm>
#include <array>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "ptpcore/wire/codec.h"

namespace ptpcore::sim {

using protocol::Duration;
using protocol::MonoTime;

size_t Network::AddClock(const protocol::ClockConfig& config) {
  nodes_.push_back({config, {}, {}, nullptr, protocol::kNever});
  return nodes_.size() - 1;
}

size_t Network::AddSegment(const SegmentModel& model) {
  segments_.push_back({model, {}});
  return segments_.size() - 1;
}

size_t Network::Attach(size_t clock, size_t segment, protocol::PortConfig port) {
  Node& node = nodes_[clock];
  const size_t index = node.ports.size();
  port.port_number = static_cast<uint16_t>(index + 1);
  port.random_seed = static_cast<uint32_t>(random_.Bits());
  node.ports.push_back(port);
  node.segments.push_back(segment);
  segments_[segment].attached.push_back({clock, index});
  return index;
}

void Network::Start(size_t clock) {
  Node& node = nodes_[clock];
  node.clock = std::make_unique<protocol::PtpClock>(node.config);
  for (const protocol::PortConfig& port : node.ports) node.clock->AddPort(port);
  for (size_t i = 0; i < node.ports.size(); ++i) {
    Perform(clock, i, node.clock->Initialized(i, now_));
  }
  NoteDeadline(clock);
}

void Network::Stop(size_t clock) {
  nodes_[clock].clock.reset();
  nodes_[clock].deadline = protocol::kNever;
}

void Network::RunFor(Duration duration) {
  const MonoTime end = now_ + duration;
  while (true) {
    size_t due = 0;
    for (size_t i = 1; i < nodes_.size(); ++i) {
      if (nodes_[i].deadline < nodes_[due].deadline) due = i;
    }
    const MonoTime timer = nodes_.empty() ? protocol::kNever : nodes_[due].deadline;
    const MonoTime packet = deliveries_.empty() ? protocol::kNever : deliveries_.top().at;
    if (std::min(timer, packet) > end) break;
    now_ = std::max(now_, std::min(timer, packet));
    if (packet <= timer) {
      const Delivery delivery = deliveries_.top();
      deliveries_.pop();
      Deliver(delivery);
    } else {
      HandleTimers(due);
    }
  }
  now_ = end;
}

bool Network::RunUntil(const std::function<bool()>& condition, Duration limit, Duration step) {
  const MonoTime end = now_ + limit;
  while (!condition()) {
    if (now_ >= end) return false;
    RunFor(step);
  }
  return true;
}

void Network::Deliver(const Delivery& delivery) {
  Node& node = nodes_[delivery.to.clock];
  if (node.clock == nullptr) return;
  const auto decoded = wire::Decode(*delivery.octets);
  const auto* message = std::get_if<wire::Message>(&decoded);
  if (message == nullptr) return;
  ++delivered_;
  protocol::Received received{*message, delivery.from, std::nullopt};
  if (wire::IsEvent(message->header.type)) received.timestamp = Local();
  Perform(delivery.to.clock, delivery.to.port,
          node.clock->Handle(delivery.to.port, received, now_));
  NoteDeadline(delivery.to.clock);
}

void Network::HandleTimers(size_t clock) {
  Node& node = nodes_[clock];
  for (size_t i = 0; i < node.ports.size(); ++i) {
    if (node.clock->NextDeadline(i) <= now_) {
      Perform(clock, i, node.clock->HandleTimers(i, now_));
    }
  }
  NoteDeadline(clock);
}

void Network::Perform(size_t clock, size_t port, const protocol::Actions& actions) {
  protocol::PtpClock& ptp = *nodes_[clock].clock;
  for (const protocol::Action& action : actions) {
    if (const auto* event = std::get_if<protocol::SendEvent>(&action)) {
      Send({clock, port}, event->message, event->tlvs, event->to ? &*event->to : nullptr);
      Perform(clock, port, ptp.HandleTransmitted(port, event->message, Local(), now_));
    } else if (const auto* general = std::get_if<protocol::SendGeneral>(&action)) {
      Send({clock, port}, general->message, general->tlvs, general->to ? &*general->to : nullptr);
    } else if (std::holds_alternative<protocol::SyncMeasured>(action)) {
      // A perfect clock is synchronized by its first Sync.
      Perform(clock, port, ptp.SetCalibrated(port, true, now_));
    }
  }
}

void Network::Send(const Attachment& from, wire::Message message, const protocol::TlvOctets& tlvs,
                   const wire::PortAddress* to) {
  message.tlvs = tlvs;
  std::array<uint8_t, wire::kMaxMessageSize> buffer;
  const size_t size = wire::Encode(message, absl::MakeSpan(buffer));
  const auto octets = std::make_shared<const std::vector<uint8_t>>(
      buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size));
  const Segment& segment = segments_[nodes_[from.clock].segments[from.port]];
  for (const Attachment& receiver : segment.attached) {
    if (receiver.clock == from.clock && receiver.port == from.port) continue;
    if (to != nullptr && !(AddressOf(receiver) == *to)) continue;
    const int copies = random_.Chance(segment.model.duplication) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const std::optional<double> delay_ns = Travel(segment.model.link, random_);
      if (!delay_ns) continue;
      const Duration delay(static_cast<int64_t>(*delay_ns));
      deliveries_.push({now_ + delay, ++sent_, receiver, AddressOf(from), octets});
    }
  }
}

void Network::NoteDeadline(size_t clock) {
  Node& node = nodes_[clock];
  node.deadline = protocol::kNever;
  for (size_t i = 0; i < node.ports.size(); ++i) {
    node.deadline = std::min(node.deadline, node.clock->NextDeadline(i));
  }
}

protocol::LocalTime Network::Local() const {
  constexpr int64_t kStartUtcNs = 1'795'348'053'000'000'000;
  return {kStartUtcNs + now_.time_since_epoch().count()};
}

// Made-up, locally administered Ethernet addresses.
wire::PortAddress Network::AddressOf(const Attachment& attachment) {
  return {wire::NetworkProtocol::kIeee8023,
          6,
          {0x02, 0, 0, 0, static_cast<uint8_t>(attachment.clock),
           static_cast<uint8_t>(attachment.port)}};
}

}  // namespace ptpcore::sim
