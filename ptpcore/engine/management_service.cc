#include "ptpcore/engine/management_service.h"

#include <array>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "ptpcore/engine/management_change.h"
#include "ptpcore/engine/management_view.h"
#include "ptpcore/engine/ptp_engine.h"
#include "ptpcore/wire/codec.h"

namespace ptpcore::engine {
namespace {

// The clock of one port, for the responder.
class ClockOfPort : public management::ManagedClock {
 public:
  ClockOfPort(PtpEngine& engine, size_t port, std::string asker)
      : engine_(engine), port_(port), asker_(std::move(asker)) {}

  management::ClockView View() const override { return ManagementViewOf(engine_, port_); }
  absl::Status Apply(const management::Change& change) override {
    const absl::StatusOr<bool> changed = engine_.Configure(WithChange(*engine_.config(), change));
    if (changed.ok() && *changed) {
      engine_.Note("CONFIGURED", absl::StrCat("by a management message of ", asker_));
    }
    return changed.status();
  }

 private:
  PtpEngine& engine_;
  size_t port_;
  std::string asker_;
};

// Whether a message from the network is of this clock's domain.
bool IsOfDomain(const wire::Header& header, const protocol::DefaultDataSet& own) {
  return header.domain_number == own.domain_number && header.major_sdo_id == own.sdo_id >> 8;
}

// States in which a boundary clock's port passes on management messages (15.3.3).
bool PassesOn(protocol::PortState state) {
  switch (state) {
    case protocol::PortState::kMaster:
    case protocol::PortState::kPreMaster:
    case protocol::PortState::kSlave:
    case protocol::PortState::kUncalibrated:
      return true;
    default:
      return false;
  }
}

using Octets = std::array<uint8_t, wire::kMaxMessageSize>;

absl::Span<const uint8_t> Encoded(wire::Message message, absl::Span<const uint8_t> tlvs,
                                  Octets& octets) {
  message.tlvs = tlvs;
  return absl::MakeConstSpan(octets.data(), wire::Encode(message, absl::MakeSpan(octets)));
}

}  // namespace

absl::Status ManagementService::Configure(const EngineConfig& config) {
  const std::string& path = config.management_socket();
  if (socket_ != nullptr && socket_->path() == path) return absl::OkStatus();
  socket_.reset();
  if (path.empty()) return absl::OkStatus();
  auto bound = ManagementSocket::Bind(path);
  if (!bound.ok()) return bound.status();
  socket_ = *std::move(bound);
  return absl::OkStatus();
}

void ManagementService::Receive(size_t port, const wire::Message& message,
                                const wire::PortAddress& from) {
  const auto& policy = engine_.config()->management();
  if (policy.has_enabled() && !policy.enabled()) return;
  Enqueue({port, from, {}, message, {}}, message.tlvs);
}

void ManagementService::AppendPollFds(std::vector<pollfd>& fds) const {
  if (socket_ != nullptr) socket_->AppendPollFds(fds);
}

void ManagementService::HandleReady(absl::Span<const pollfd> fds) {
  if (socket_ == nullptr) return;
  socket_->HandleReady(fds, [this](absl::Span<const uint8_t> octets, const std::string& from) {
    const auto decoded = wire::Decode(octets);
    const auto* message = std::get_if<wire::Message>(&decoded);
    if (message == nullptr || message->header.type != wire::MessageType::kManagement) {
      ++counters_.malformed;
      return;
    }
    Enqueue({std::nullopt, {}, from, *message, {}}, message->tlvs);
  });
}

void ManagementService::Enqueue(Waiting waiting, absl::Span<const uint8_t> tlvs) {
  if (waiting_.size() >= kMaxWaiting) {
    ++counters_.dropped;
    return;
  }
  waiting.tlvs.assign(tlvs.begin(), tlvs.end());
  waiting_.push_back(std::move(waiting));
}

void ManagementService::Work() {
  while (!waiting_.empty()) {
    Waiting waiting = std::move(waiting_.front());
    waiting_.pop_front();
    waiting.message.tlvs = waiting.tlvs;
    if (waiting.port) {
      Answer(waiting);
    } else {
      AnswerLocally(waiting);
    }
  }
}

std::vector<management::Answer> ManagementService::Respond(const Waiting& waiting, size_t port) {
  const uint16_t number = engine_.ports()[port]->ordinary_clock()->port().identity().port;
  ClockOfPort clock(engine_, port, wire::ToString(waiting.message.header.source));
  const management::Rules rules{engine_.config()->management().allow_set()};
  return management::Respond(waiting.message, number, clock, rules, counters_);
}

void ManagementService::Answer(const Waiting& waiting) {
  const size_t port = *waiting.port;
  const OrdinaryClock* clock =
      port < engine_.ports().size() ? engine_.ports()[port]->ordinary_clock() : nullptr;
  if (clock == nullptr) return;  // an earlier request changed the configuration
  if (!IsOfDomain(waiting.message.header, clock->protocol().data_sets().own)) {
    ++counters_.others;
    return;
  }
  Forward(waiting, port);
  Octets octets;
  for (const management::Answer& answer : Respond(waiting, port)) {
    // A SET may have taken the port away.
    if (port >= engine_.ports().size()) return;
    engine_.ports()[port]->SendManagement(Encoded(answer.message, answer.tlvs, octets),
                                          &waiting.from);
  }
}

// The socket is of the whole engine: each of its clocks answers, whatever domain is asked.
void ManagementService::AnswerLocally(const Waiting& waiting) {
  if (engine_.config() == nullptr) return;
  std::set<const protocol::PtpClock*> answered;
  Octets octets;
  for (size_t port = 0; port < engine_.ports().size(); ++port) {
    const OrdinaryClock* clock = engine_.ports()[port]->ordinary_clock();
    if (clock == nullptr || !answered.insert(&clock->protocol()).second) continue;
    for (const management::Answer& answer : Respond(waiting, port)) {
      socket_->Send(Encoded(answer.message, answer.tlvs, octets), waiting.socket_path);
    }
    if (socket_ == nullptr) return;  // a SET changed that too
  }
}

// Between the ports of one clock, in either direction: requests and their answers.
void ManagementService::Forward(const Waiting& waiting, size_t port) {
  const OrdinaryClock& from = *engine_.ports()[port]->ordinary_clock();
  if (!PassesOn(from.port().state())) return;
  const auto forwarded =
      management::Forwarded(waiting.message, from.protocol().data_sets().own.clock_identity);
  if (!forwarded) return;
  Octets octets;
  for (size_t i = 0; i < engine_.ports().size(); ++i) {
    const OrdinaryClock* to = engine_.ports()[i]->ordinary_clock();
    if (i == port || to == nullptr || &to->protocol() != &from.protocol()) continue;
    if (!PassesOn(to->port().state())) continue;
    engine_.ports()[i]->SendManagement(Encoded(*forwarded, waiting.tlvs, octets), nullptr);
  }
}

}  // namespace ptpcore::engine
