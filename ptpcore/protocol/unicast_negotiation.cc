#include "ptpcore/protocol/unicast_negotiation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "ptpcore/wire/message.h"

namespace ptpcore::protocol {
namespace {

// So many messages at once, then others (transmit timestamps, requests) have their turn.
constexpr int kMessagesAtOnce = 16;

bool IsTrouble(const UnicastMasterStatus& status, UnicastService service) {
  return status.trouble[IndexOf(service)] != UnicastTrouble::kNone;
}

Reason ReasonOf(UnicastTrouble trouble) {
  const bool answered = trouble == UnicastTrouble::kDenied || trouble == UnicastTrouble::kAbsurd ||
                        trouble == UnicastTrouble::kCancelled;
  return answered ? Reason::kUnicastDenied : Reason::kUnicastUnanswered;
}

std::string Sentence(const UnicastMasterStatus& master) {
  return "unicast master " + master.name + ": " + master.trouble_text;
}

}  // namespace

UnicastNegotiation::UnicastNegotiation(const Sender& sender, const UnicastConfig& config,
                                       const ClockDataSets& clock, PortCounters& counters)
    : sender_(sender), clock_(clock), counters_(counters) {
  if (!config.client.masters.empty()) client_.emplace(config.client);
  if (config.serve) server_.emplace(config.server);
}

void UnicastNegotiation::Start(MonoTime now) {
  if (client_) client_->Start(now);
}

void UnicastNegotiation::Stop() {
  if (client_) client_->Stop();
  if (server_) server_->Clear();
}

void UnicastNegotiation::HandleTimers(MonoTime now, Actions& actions) {
  if (client_ && now >= client_->NextDeadline()) Say(client_->HandleTimers(now), actions);
  for (int i = 0; server_ && i < kMessagesAtOnce; ++i) {
    const std::optional<UnicastDue> due = server_->TakeDue(now);
    if (!due) break;
    // In a leap second that is inserted, no time is better than a wrong one.
    if (due->service == UnicastService::kSync && clock_.time_ambiguous) {
      server_->SyncStamped(due->to, due->sequence_id);
      continue;
    }
    Send(*due, actions);
  }
}

MonoTime UnicastNegotiation::NextDeadline() const {
  return std::min(client_ ? client_->NextDeadline() : kNever,
                  server_ ? server_->NextDeadline() : kNever);
}

void UnicastNegotiation::OnSignaling(const Received& received, MonoTime now, Actions& actions) {
  const auto& signaling = std::get<wire::Signaling>(received.message.body);
  if (signaling.target != sender_.port && signaling.target != kAnyPort) return;
  const UnicastTlvs tlvs = ReadUnicastTlvs(received.message.tlvs);
  const wire::PortIdentity& source = received.message.header.source;
  if (client_) Say(client_->Handle(received.from, source, tlvs, now), actions);
  if (server_) Say(server_->Handle(received.from, source, tlvs, now), actions);
}

void UnicastNegotiation::Say(const UnicastSignals& signals, Actions& actions) {
  for (const UnicastSignal& signal : signals) {
    wire::Message message = sender_.Message(wire::MessageType::kSignaling, signaling_sequence_++);
    message.header.flags |= wire::kUnicast;
    message.body = wire::Signaling{signal.target};
    ++counters_.signaling_sent;
    actions.push_back(SendGeneral{message, signal.to, WriteUnicastTlvs(signal.tlvs)});
  }
}

bool UnicastNegotiation::Accepts(const Received& received, MonoTime now) {
  if (!client_) return true;
  if (!client_->IsMaster(received.from)) return false;
  const auto service = UnicastServiceOf(received.message.header.type);
  if (service) client_->Heard(received.from, *service, now);
  return true;
}

void UnicastNegotiation::Follow(const std::optional<wire::PortAddress>& master, MonoTime now,
                                Actions& actions) {
  if (client_) Say(client_->Select(master, now), actions);
}

std::optional<int8_t> UnicastNegotiation::Granted(const wire::PortAddress& master,
                                                  UnicastService service) const {
  return client_ ? client_->Granted(master, service) : std::nullopt;
}

std::optional<Explanation> UnicastNegotiation::Trouble() const {
  if (!client_) return std::nullopt;
  const std::vector<UnicastMasterStatus> masters = client_->Status();
  for (const UnicastMasterStatus& master : masters) {
    if (!master.selected) continue;
    for (UnicastService service : {UnicastService::kSync, UnicastService::kDelayResp}) {
      if (!IsTrouble(master, service)) continue;
      return Explanation{ReasonOf(master.trouble[IndexOf(service)]), Sentence(master)};
    }
    return std::nullopt;
  }
  // A denial tells more than silence.
  std::optional<Explanation> trouble;
  for (const UnicastMasterStatus& master : masters) {
    if (master.granted[IndexOf(UnicastService::kAnnounce)] &&
        !IsTrouble(master, UnicastService::kAnnounce)) {
      return std::nullopt;
    }
    if (!IsTrouble(master, UnicastService::kAnnounce)) continue;
    const Reason reason = ReasonOf(master.trouble[IndexOf(UnicastService::kAnnounce)]);
    if (!trouble) trouble = Explanation{reason, ""};
    if (reason == Reason::kUnicastDenied) trouble->reason = reason;
    if (!trouble->sentence.empty()) trouble->sentence += "; ";
    trouble->sentence += Sentence(master);
  }
  return trouble;
}

void UnicastNegotiation::SetServing(Serving serving, Actions& actions) {
  if (server_) Say(server_->SetServing(serving), actions);
}

bool UnicastNegotiation::ServesDelay(const wire::PortAddress& client) const {
  return server_ && server_->Serves(client, UnicastService::kDelayResp);
}

// Nothing in a unicast message tells its rate: table 42.
void UnicastNegotiation::Send(const UnicastDue& due, Actions& actions) {
  if (due.service == UnicastService::kAnnounce) {
    wire::Message announce = sender_.Message(wire::MessageType::kAnnounce, due.sequence_id);
    TlvOctets tlvs = FillAnnounce(clock_, announce);
    announce.header.flags |= wire::kUnicast;
    ++counters_.announce_sent;
    actions.push_back(SendGeneral{announce, due.to, std::move(tlvs)});
    return;
  }
  wire::Message sync = sender_.Message(wire::MessageType::kSync, due.sequence_id);
  sync.header.flags |= wire::kTwoStep | wire::kUnicast;
  ++counters_.sync_sent;
  actions.push_back(SendEvent{sync, due.to});
}

void UnicastNegotiation::OnSyncTransmitted(const wire::Header& sync, const wire::PortAddress& to,
                                           LocalTime t1, Actions& actions) {
  if (!server_ || !server_->SyncStamped(to, sync.sequence_id) || clock_.time_ambiguous) return;
  wire::Message follow_up = sender_.Message(wire::MessageType::kFollowUp, sync.sequence_id);
  follow_up.header.flags |= wire::kUnicast;
  follow_up.body = wire::FollowUp{SentTime(clock_, t1)};
  ++counters_.follow_up_sent;
  actions.push_back(SendGeneral{follow_up, to});
}

void UnicastNegotiation::ClockStepped() {
  if (server_) server_->ForgetStamps();
}

}  // namespace ptpcore::protocol
