#include "ptpcore/protocol/unicast_server.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace ptpcore::protocol {
namespace {

// The slowest interval is 16 s: in that time every rate is a whole number of messages.
constexpr uint64_t kCostPeriodS = 1U << kSlowestLogInterval;
// A first message comes within this, however long the interval.
constexpr Duration kLongestPhase = std::chrono::seconds(1);

// Messages in kCostPeriodS; a Sync has its Follow_Up.
uint64_t CostOf(UnicastService service, int8_t log_interval) {
  const uint64_t messages = uint64_t{1} << (kSlowestLogInterval - log_interval);
  return service == UnicastService::kSync ? 2 * messages : messages;
}

}  // namespace

UnicastServer::UnicastServer(const UnicastServerConfig& config) : config_(config) {
  std::seed_seq mixed{config.random_seed};
  random_.seed(mixed);
}

size_t UnicastServer::AddressHash::operator()(const wire::PortAddress& address) const {
  return absl::HashOf(address.protocol, address.length, address.octets);
}

DueQueue::Id UnicastServer::QueueId(uint32_t slot, UnicastService service) {
  return slot * static_cast<uint32_t>(kUnicastServiceCount) + static_cast<uint32_t>(service);
}

UnicastSignals UnicastServer::SetServing(Serving serving) {
  UnicastSignals signals;
  serving_ = serving;
  if (serving != Serving::kDenies) return signals;
  for (const auto& [address, slot] : by_address_) {
    UnicastSignal signal{address, clients_[slot].identity, {}};
    for (UnicastService service : kUnicastServices) {
      if (!clients_[slot].contracts[IndexOf(service)].granted) continue;
      signal.tlvs.emplace_back(
          wire::CancelUnicastTransmission{MessageTypeOf(service), true, false});
    }
    signals.push_back(std::move(signal));
  }
  Clear();
  return signals;
}

void UnicastServer::Clear() {
  clients_.clear();
  free_.clear();
  by_address_.clear();
  queue_ = DueQueue();
  granted_cost_ = 0;
}

UnicastSignals UnicastServer::Handle(const wire::PortAddress& from,
                                     const wire::PortIdentity& source,
                                     absl::Span<const UnicastTlv> tlvs, MonoTime now) {
  UnicastSignal answer{from, source, {}};
  for (const UnicastTlv& tlv : tlvs) {
    if (const auto* request = std::get_if<wire::RequestUnicastTransmission>(&tlv)) {
      answer.tlvs.emplace_back(OnRequest(from, source, *request, now));
    } else if (const auto* cancel = std::get_if<wire::CancelUnicastTransmission>(&tlv)) {
      // What the other granted us is the client's business.
      if (cancel->maintain_request) continue;
      OnCancel(from, *cancel);
      answer.tlvs.emplace_back(Acknowledge(*cancel));
    }
  }
  UnicastSignals signals;
  if (!answer.tlvs.empty()) signals.push_back(std::move(answer));
  return signals;
}

bool UnicastServer::Grants(const wire::RequestUnicastTransmission& request, UnicastService service,
                           const Client* client) {
  if (serving_ == Serving::kDenies) return false;
  if (!IsSaneLogInterval(request.log_inter_message_period) ||
      request.duration_s < kShortestGrantS) {
    ++counters_.invalid_requests;
    return false;
  }
  if (request.log_inter_message_period < config_.fastest_log_interval[IndexOf(service)])
    return false;
  if (client == nullptr && by_address_.size() >= config_.maximum_clients) return false;
  uint64_t cost = granted_cost_ + CostOf(service, request.log_inter_message_period);
  if (client != nullptr && client->contracts[IndexOf(service)].granted) {
    cost -= CostOf(service, client->contracts[IndexOf(service)].log_interval);
  }
  return cost <= config_.maximum_rate_hz * kCostPeriodS;
}

wire::GrantUnicastTransmission UnicastServer::OnRequest(
    const wire::PortAddress& from, const wire::PortIdentity& source,
    const wire::RequestUnicastTransmission& request, MonoTime now) {
  wire::GrantUnicastTransmission answer{request.message_type, request.log_inter_message_period, 0,
                                        false};
  const std::optional<UnicastService> service = UnicastServiceOf(request.message_type);
  if (!service || !Grants(request, *service, Find(from))) {
    ++counters_.denied;
    return answer;
  }
  ++counters_.granted;
  answer.duration_s = std::min(request.duration_s, config_.maximum_duration_s);
  answer.renewal_invited = true;

  const uint32_t slot = SlotOf(from);
  clients_[slot].identity = source;
  Contract& contract = clients_[slot].contracts[IndexOf(*service)];
  if (contract.granted) granted_cost_ -= CostOf(*service, contract.log_interval);
  granted_cost_ += CostOf(*service, request.log_inter_message_period);
  // A grant that is renewed keeps its pace.
  if (*service != UnicastService::kDelayResp &&
      (!contract.granted || contract.log_interval != request.log_inter_message_period)) {
    contract.next = now + DrawPhase(IntervalFromLog(request.log_inter_message_period));
  }
  contract.granted = true;
  contract.log_interval = request.log_inter_message_period;
  contract.expires = now + std::chrono::seconds(answer.duration_s);
  queue_.Schedule(QueueId(slot, *service), std::min(contract.next, contract.expires));
  return answer;
}

void UnicastServer::OnCancel(const wire::PortAddress& from,
                             const wire::CancelUnicastTransmission& cancel) {
  const std::optional<UnicastService> service = UnicastServiceOf(cancel.message_type);
  if (!service || !Serves(from, *service)) return;
  ++counters_.cancelled;
  End(by_address_.find(from)->second, *service);
}

std::optional<UnicastDue> UnicastServer::TakeDue(MonoTime now) {
  while (queue_.next() <= now) {
    const DueQueue::Id id = queue_.first();
    const auto slot = static_cast<uint32_t>(id / kUnicastServiceCount);
    const auto service = static_cast<UnicastService>(id % kUnicastServiceCount);
    Client& client = clients_[slot];
    Contract& contract = client.contracts[IndexOf(service)];
    if (contract.expires <= now) {
      ++counters_.expired;
      End(slot, service);
      continue;
    }
    const Duration interval = IntervalFromLog(contract.log_interval);
    contract.next += interval;
    if (contract.next <= now) {
      const auto missed = (now - contract.next) / interval + 1;
      counters_.missed_intervals += static_cast<uint64_t>(missed);
      contract.next += missed * interval;
    }
    queue_.Schedule(id, std::min(contract.next, contract.expires));
    if (serving_ != Serving::kSends) continue;
    if (service == UnicastService::kSync) {
      if (contract.awaits_stamp) ++counters_.lost_transmit_timestamps;
      contract.awaits_stamp = true;
    }
    return UnicastDue{service, client.address, ++contract.sequence_id};
  }
  return std::nullopt;
}

bool UnicastServer::Serves(const wire::PortAddress& client, UnicastService service) const {
  const Client* found = Find(client);
  return found != nullptr && found->contracts[IndexOf(service)].granted;
}

bool UnicastServer::SyncStamped(const wire::PortAddress& client, uint16_t sequence_id) {
  const auto found = by_address_.find(client);
  if (found == by_address_.end()) return false;
  Contract& contract = clients_[found->second].contracts[IndexOf(UnicastService::kSync)];
  if (contract.sequence_id != sequence_id) return false;
  return std::exchange(contract.awaits_stamp, false);
}

void UnicastServer::ForgetStamps() {
  for (Client& client : clients_) {
    client.contracts[IndexOf(UnicastService::kSync)].awaits_stamp = false;
  }
}

uint32_t UnicastServer::SlotOf(const wire::PortAddress& address) {
  const auto found = by_address_.find(address);
  if (found != by_address_.end()) return found->second;
  auto slot = static_cast<uint32_t>(clients_.size());
  if (free_.empty()) {
    clients_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  clients_[slot] = Client();
  clients_[slot].address = address;
  by_address_.emplace(address, slot);
  return slot;
}

const UnicastServer::Client* UnicastServer::Find(const wire::PortAddress& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : &clients_[found->second];
}

// The client goes with its last grant.
void UnicastServer::End(uint32_t slot, UnicastService service) {
  Client& client = clients_[slot];
  Contract& contract = client.contracts[IndexOf(service)];
  granted_cost_ -= CostOf(service, contract.log_interval);
  contract = Contract();
  queue_.Remove(QueueId(slot, service));
  const bool any = std::any_of(client.contracts.begin(), client.contracts.end(),
                               [](const Contract& c) { return c.granted; });
  if (any) return;
  by_address_.erase(client.address);
  free_.push_back(slot);
}

double UnicastServer::granted_rate_hz() const {
  return static_cast<double>(granted_cost_) / static_cast<double>(kCostPeriodS);
}

size_t UnicastServer::memory() const {
  // The hash table holds one octet beside each of its places.
  const size_t place = sizeof(std::pair<wire::PortAddress, uint32_t>) + 1;
  return clients_.capacity() * sizeof(Client) + free_.capacity() * sizeof(uint32_t) +
         by_address_.capacity() * place + queue_.memory();
}

Duration UnicastServer::DrawPhase(Duration interval) {
  std::uniform_int_distribution<int64_t> phase(0, std::min(interval, kLongestPhase).count() - 1);
  return Duration(phase(random_));
}

}  // namespace ptpcore::protocol
