#include "ptpcore/protocol/unicast_client.h"

#include <algorithm>
#include <random>
#include <utility>

#include "ptpcore/protocol/log_interval.h"

namespace ptpcore::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kAnswerTimeout = seconds(1);
constexpr int kRequestsInARound = 3;
constexpr int kCancelsAtMost = 3;
constexpr int kLongestPauseLog = 5;
// Requests that fall due so soon go along in the same message.
constexpr Duration kTogether = milliseconds(250);
// A service is silent after so many of its intervals, but not before the least.
constexpr int kSilentIntervals = 4;
constexpr Duration kSilentAtLeast = seconds(2);

Duration Scaled(Duration duration, double factor) {
  return Duration(static_cast<int64_t>(static_cast<double>(duration.count()) * factor));
}

const char* ToString(UnicastTrouble trouble) {
  switch (trouble) {
    case UnicastTrouble::kNone:
      return "";
    case UnicastTrouble::kUnanswered:
      return "not answered";
    case UnicastTrouble::kDenied:
      return "denied";
    case UnicastTrouble::kAbsurd:
      return "granted on absurd terms";
    case UnicastTrouble::kCancelled:
      return "cancelled by the master";
    case UnicastTrouble::kSilent:
      return "granted, but none comes";
  }
  return "";
}

}  // namespace

UnicastClient::UnicastClient(const UnicastClientConfig& config) : config_(config) {
  std::seed_seq mixed{config.random_seed};
  std::minstd_rand random(mixed);  // only spreads; needs no more quality than that
  std::uniform_real_distribution<double> scatter(0.9, 1.1);
  if (config_.masters.size() > kMaxMasters) config_.masters.resize(kMaxMasters);
  for (const UnicastMasterAddress& at : config_.masters) {
    if (Find(at.address) == nullptr)
      masters_.push_back({at, std::nullopt, scatter(random), false, {}});
  }
}

void UnicastClient::Start(MonoTime now) {
  Stop();
  for (Master& master : masters_) {
    Want(UnicastService::kAnnounce, master.contract(UnicastService::kAnnounce), now);
  }
}

void UnicastClient::Stop() {
  for (Master& master : masters_) master = {master.at, std::nullopt, master.scatter, false, {}};
}

UnicastSignals UnicastClient::CancelAll() {
  UnicastSignals signals;
  for (Master& master : masters_) {
    UnicastSignal signal{master.at.address, master.identity.value_or(kAnyPort), {}};
    for (UnicastService service : kUnicastServices) {
      if (master.contract(service).grant) {
        signal.tlvs.emplace_back(
            wire::CancelUnicastTransmission{MessageTypeOf(service), false, true});
      }
    }
    if (!signal.tlvs.empty()) signals.push_back(std::move(signal));
  }
  Stop();
  return signals;
}

void UnicastClient::Want(UnicastService service, Contract& contract, MonoTime now) {
  if (contract.wanted) return;
  contract = Contract();
  contract.wanted = true;
  contract.log_interval = config_.log_intervals[IndexOf(service)];
  contract.next_request = now;
}

void UnicastClient::Unwant(Contract& contract, MonoTime now) {
  if (!contract.wanted) return;
  // The answer to a request may be on its way.
  const bool owed = contract.grant.has_value() || contract.requests > 0;
  contract = Contract();
  if (owed) contract.next_cancel = now;
}

UnicastSignals UnicastClient::Select(const std::optional<wire::PortAddress>& selected,
                                     MonoTime now) {
  for (Master& master : masters_) {
    master.selected = selected == master.at.address;
    for (UnicastService service : {UnicastService::kSync, UnicastService::kDelayResp}) {
      Contract& contract = master.contract(service);
      if (master.selected) {
        Want(service, contract, now);
      } else {
        Unwant(contract, now);
      }
    }
  }
  return HandleTimers(now);
}

UnicastSignals UnicastClient::HandleTimers(MonoTime now) {
  UnicastSignals signals;
  for (Master& master : masters_) {
    UnicastSignal signal{master.at.address, kAnyPort, {}};
    NoteSilence(master, now);
    Renew(master, now, signal);
    if (signal.tlvs.empty()) continue;
    // Who does not answer may be another port than before.
    const bool again = std::any_of(master.contracts.begin(), master.contracts.end(),
                                   [](const Contract& c) { return c.requests > 1; });
    if (!again) signal.target = master.identity.value_or(kAnyPort);
    signals.push_back(std::move(signal));
  }
  return signals;
}

void UnicastClient::NoteSilence(Master& master, MonoTime now) {
  bool silent = false;
  for (UnicastService service : kUnicastServices) {
    Contract& contract = master.contract(service);
    if (contract.grant && now >= contract.grant->expires) contract.grant.reset();
    if (now < SilentAt(service, contract)) continue;
    contract.silent = silent = true;
    contract.heard = now;
  }
  if (!silent) return;
  // A master that forgot one grant forgot all.
  for (Contract& contract : master.contracts) {
    if (contract.grant && contract.requests == 0) contract.next_request = now;
  }
}

void UnicastClient::Renew(Master& master, MonoTime now, UnicastSignal& signal) {
  MonoTime together = now;
  for (const Contract& contract : master.contracts) {
    if (now >= contract.next_request) together = now + kTogether;
  }
  for (UnicastService service : kUnicastServices) {
    Contract& contract = master.contract(service);
    if (now >= contract.next_cancel) {
      signal.tlvs.emplace_back(
          wire::CancelUnicastTransmission{MessageTypeOf(service), false, true});
      contract.next_cancel = ++contract.cancels < kCancelsAtMost ? now + kAnswerTimeout : kNever;
    }
    if (contract.next_request > together) continue;
    if (contract.requests == kRequestsInARound) {
      ++counters_.unanswered;
      if (contract.silent) contract.grant.reset();
      SetBack(master, service, UnicastTrouble::kUnanswered, now);
      continue;
    }
    signal.tlvs.emplace_back(wire::RequestUnicastTransmission{
        MessageTypeOf(service), contract.log_interval, config_.duration_s});
    ++contract.requests;
    ++counters_.requests;
    contract.next_request = now + kAnswerTimeout;
  }
}

UnicastSignals UnicastClient::Handle(const wire::PortAddress& from,
                                     const wire::PortIdentity& source,
                                     absl::Span<const UnicastTlv> tlvs, MonoTime now) {
  Master* master = Find(from);
  UnicastSignal answer{from, source, {}};
  for (const UnicastTlv& tlv : tlvs) {
    const auto* grant = std::get_if<wire::GrantUnicastTransmission>(&tlv);
    const auto* cancel = std::get_if<wire::CancelUnicastTransmission>(&tlv);
    const auto* acknowledged = std::get_if<wire::AcknowledgeCancelUnicastTransmission>(&tlv);
    if (grant == nullptr && cancel == nullptr && acknowledged == nullptr) continue;
    if (master == nullptr) {
      ++counters_.strangers;
      continue;
    }
    master->identity = source;
    if (grant != nullptr) OnGrant(*master, *grant, now);
    if (cancel != nullptr) OnCancel(*master, *cancel, now, answer);
    if (acknowledged != nullptr) {
      const auto service = UnicastServiceOf(acknowledged->message_type);
      if (service) master->contract(*service).next_cancel = kNever;
    }
  }
  UnicastSignals signals;
  if (!answer.tlvs.empty()) signals.push_back(std::move(answer));
  if (master != nullptr && NextDeadline() <= now) {
    for (UnicastSignal& signal : HandleTimers(now)) signals.push_back(std::move(signal));
  }
  return signals;
}

void UnicastClient::OnGrant(Master& master, const wire::GrantUnicastTransmission& granted,
                            MonoTime now) {
  const auto service = UnicastServiceOf(granted.message_type);
  if (!service) return;
  Contract& contract = master.contract(*service);
  if (granted.duration_s == 0) {
    if (contract.requests > 0) OnDenied(master, *service, now);
    return;
  }
  const bool sane = IsSaneGrantDuration(granted.duration_s) &&
                    IsSaneLogInterval(granted.log_inter_message_period);
  if (!sane) ++counters_.invalid_grants;
  if (!sane || !contract.wanted) {
    // The master believes that we want it.
    contract.next_cancel = now;
    contract.cancels = 0;
    if (contract.wanted) SetBack(master, *service, UnicastTrouble::kAbsurd, now);
    return;
  }
  ++counters_.grants;
  const auto lasts = std::chrono::duration_cast<Duration>(seconds(granted.duration_s));
  contract.grant = Grant{granted.log_inter_message_period, now + lasts};
  contract.next_request = now + Scaled(lasts, 0.6 * master.scatter);
  contract.log_interval = config_.log_intervals[IndexOf(*service)];
  contract.requests = contract.setbacks = 0;
  contract.trouble = UnicastTrouble::kNone;
  contract.heard = now;
  contract.next_cancel = kNever;
}

void UnicastClient::OnDenied(Master& master, UnicastService service, MonoTime now) {
  ++counters_.denials;
  Contract& contract = master.contract(service);
  // A renewal tries for the wanted rate, and then is content with the one it had.
  const int8_t slower = static_cast<int8_t>(contract.log_interval + 1);
  const int8_t next = contract.grant ? std::max(slower, contract.grant->log_interval) : slower;
  if (next > kSlowestLogInterval) {
    return SetBack(master, service, UnicastTrouble::kDenied, now);
  }
  contract.log_interval = next;
  contract.requests = 0;
  contract.trouble = UnicastTrouble::kDenied;
  contract.next_request = now + Scaled(kAnswerTimeout, master.scatter);
}

void UnicastClient::OnCancel(Master& master, const wire::CancelUnicastTransmission& cancel,
                             MonoTime now, UnicastSignal& signal) {
  const auto service = UnicastServiceOf(cancel.message_type);
  // What the master wants of us is the server's business.
  if (!service || cancel.maintain_grant) return;
  signal.tlvs.emplace_back(Acknowledge(cancel));
  Contract& contract = master.contract(*service);
  if (!contract.grant) return;
  ++counters_.cancelled;
  contract.grant.reset();
  SetBack(master, *service, UnicastTrouble::kCancelled, now);
}

// Nothing came of it: a pause, and all over again with the rate that was configured.
void UnicastClient::SetBack(Master& master, UnicastService service, UnicastTrouble trouble,
                            MonoTime now) {
  Contract& contract = master.contract(service);
  contract.silent = contract.silent && contract.grant;
  contract.trouble = trouble;
  contract.requests = 0;
  contract.setbacks = std::min(contract.setbacks + 1, kLongestPauseLog);
  contract.next_request = now + Scaled(IntervalFromLog(contract.setbacks), master.scatter);
  contract.log_interval = config_.log_intervals[IndexOf(service)];
}

void UnicastClient::Heard(const wire::PortAddress& from, UnicastService service, MonoTime now) {
  Master* master = Find(from);
  if (master == nullptr) return;
  master->contract(service).heard = now;
  master->contract(service).silent = false;
}

// When its silence is noticed. Delay_Resp comes only when asked for: nothing follows
// from its absence.
MonoTime UnicastClient::SilentAt(UnicastService service, const Contract& contract) {
  if (!contract.grant || service == UnicastService::kDelayResp) return kNever;
  return contract.heard +
         std::max<Duration>(kSilentIntervals * IntervalFromLog(contract.grant->log_interval),
                            kSilentAtLeast);
}

MonoTime UnicastClient::NextDeadline() const {
  MonoTime next = kNever;
  for (const Master& master : masters_) {
    for (UnicastService service : kUnicastServices) {
      const Contract& contract = master.contract(service);
      next = std::min({next, contract.next_request, contract.next_cancel,
                       contract.grant ? contract.grant->expires : kNever,
                       SilentAt(service, contract)});
    }
  }
  return next;
}

std::optional<int8_t> UnicastClient::Granted(const wire::PortAddress& address,
                                             UnicastService service) const {
  const Master* master = Find(address);
  if (master == nullptr || !master->contract(service).grant) return std::nullopt;
  return master->contract(service).grant->log_interval;
}

std::vector<UnicastMasterStatus> UnicastClient::Status() const {
  std::vector<UnicastMasterStatus> all;
  for (const Master& master : masters_) {
    UnicastMasterStatus status;
    status.name = master.at.name;
    status.address = master.at.address;
    status.identity = master.identity;
    status.selected = master.selected;
    for (UnicastService service : kUnicastServices) {
      const Contract& contract = master.contract(service);
      if (contract.grant) status.granted[IndexOf(service)] = contract.grant->log_interval;
      const UnicastTrouble trouble = contract.silent ? UnicastTrouble::kSilent : contract.trouble;
      status.trouble[IndexOf(service)] = trouble;
      if (trouble == UnicastTrouble::kNone) continue;
      if (!status.trouble_text.empty()) status.trouble_text += ", ";
      status.trouble_text += ToString(service);
      status.trouble_text += ' ';
      status.trouble_text += ToString(trouble);
    }
    all.push_back(std::move(status));
  }
  return all;
}

const UnicastClient::Master* UnicastClient::Find(const wire::PortAddress& address) const {
  const auto found = std::find_if(masters_.begin(), masters_.end(), [&](const Master& master) {
    return master.at.address == address;
  });
  return found != masters_.end() ? &*found : nullptr;
}

UnicastClient::Master* UnicastClient::Find(const wire::PortAddress& address) {
  return const_cast<Master*>(std::as_const(*this).Find(address));
}

}  // namespace ptpcore::protocol
