#include "ptpcore/management/responder.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "ptpcore/management/data.h"
#include "ptpcore/management/table.h"
#include "ptpcore/wire/message_table.h"
#include "ptpcore/wire/tlv.h"
#include "ptpcore/wire/tlv_management.h"

namespace ptpcore::management {
namespace {

using wire::ManagementAction;
using wire::ManagementError;

// What a TLV may take, so that the message fits into the smallest network that PTP knows.
constexpr size_t kMaxTlvs =
    wire::kMaxMessageSize - wire::MinimumSize(wire::MessageType::kManagement);

bool IsRequest(ManagementAction action) {
  return action == ManagementAction::kGet || action == ManagementAction::kSet ||
         action == ManagementAction::kCommand;
}

bool Concerns(const wire::PortIdentity& target, const wire::PortIdentity& port) {
  return (target.clock == wire::kAllPorts.clock || target.clock == port.clock) &&
         (target.port == wire::kAllPorts.port || target.port == port.port);
}

// The header and fixed part of an answer that `port` gives (15.4.1).
Answer AnswerOf(const wire::Message& request, const PortView& port) {
  const auto& asked = std::get<wire::Management>(request.body);
  Answer answer;
  wire::Header& header = answer.message.header;
  header = wire::HeaderOf(wire::MessageType::kManagement);
  header.major_sdo_id = request.header.major_sdo_id;
  header.minor_sdo_id = request.header.minor_sdo_id;
  header.minor_version = port.minor_version;
  header.domain_number = request.header.domain_number;
  header.flags = wire::kUnicast;
  header.source = port.identity;
  header.sequence_id = request.header.sequence_id;
  wire::Management body;
  body.target = request.header.source;
  // As far as the request came.
  body.starting_boundary_hops =
      static_cast<uint8_t>(std::max(0, asked.starting_boundary_hops - asked.boundary_hops));
  body.boundary_hops = body.starting_boundary_hops;
  body.action = asked.action == ManagementAction::kCommand ? ManagementAction::kAcknowledge
                                                           : ManagementAction::kResponse;
  answer.message.body = body;
  return answer;
}

// The ports that are to answer: one for the clock, or each that is asked.
std::vector<const PortView*> AnsweringPorts(const wire::PortIdentity& target, Scope scope,
                                            uint16_t arrived_on, const ClockView& clock) {
  std::vector<const PortView*> ports;
  for (const PortView& port : clock.ports) {
    if (Concerns(target, port.identity)) ports.push_back(&port);
  }
  if (scope == Scope::kPort || ports.size() < 2) return ports;
  const auto arrived = std::find_if(ports.begin(), ports.end(), [&](const PortView* port) {
    return port->identity.port == arrived_on;
  });
  return {arrived != ports.end() ? *arrived : ports.front()};
}

// Carries the request out; absent when done.
std::optional<Refusal> Perform(ManagementAction action, const Traits& traits,
                               const wire::ManagementTlv& tlv, const wire::PortIdentity& target,
                               ManagedClock& managed, const ClockView& clock, const PortView& port,
                               const Rules& rules, Counters& counters) {
  const uint8_t wanted = action == ManagementAction::kGet   ? kGet
                         : action == ManagementAction::kSet ? kSet
                                                            : kCommand;
  if (traits.support == kNothing) {
    return Refusal{ManagementError::kNotSupported,
                   absl::StrCat(traits.name, " is not implemented")};
  }
  if ((traits.support & wanted) == 0) {
    return Refusal{wanted == kSet ? ManagementError::kNotSetable : ManagementError::kNotSupported,
                   absl::StrCat(traits.name, wanted == kSet   ? " cannot be set"
                                             : wanted == kGet ? " cannot be read"
                                                              : " is not a command")};
  }
  if (wanted == kGet) return std::nullopt;  // what its data field holds means nothing
  if (!rules.allow_set) {
    ++counters.refused;
    return Refusal{ManagementError::kNotSupported,
                   "changes by management messages are not permitted here"};
  }
  if (wanted == kCommand) return std::nullopt;  // NULL_PTP_MANAGEMENT
  if (tlv.data.size() != traits.size) {
    return Refusal{ManagementError::kWrongLength, absl::StrCat(traits.name, " has ", traits.size,
                                                               " octets, not ", tlv.data.size())};
  }
  if (traits.scope == Scope::kPort && clock.ports.size() > 1 &&
      target.port != wire::kAllPorts.port) {
    return Refusal{ManagementError::kNotSetable,
                   "the ports share one configuration: address all of them"};
  }
  std::variant<Change, Refusal> change =
      ChangeOf(static_cast<Id>(tlv.management_id), tlv.data, clock, port);
  if (auto* refusal = std::get_if<Refusal>(&change)) return std::move(*refusal);
  const absl::Status applied = managed.Apply(std::get<Change>(change));
  if (applied.ok()) return std::nullopt;
  return Refusal{ManagementError::kWrongValue, std::string(applied.message())};
}

void Refuse(const Refusal& refusal, uint16_t id, Answer& answer, Counters& counters) {
  ++counters.errors;
  wire::AppendTlv(wire::ManagementErrorStatus{refusal.error, id, refusal.text}, answer.tlvs);
}

}  // namespace

std::vector<Answer> Respond(const wire::Message& request, uint16_t arrived_on,
                            ManagedClock& managed, const Rules& rules, Counters& counters) {
  const auto* body = std::get_if<wire::Management>(&request.body);
  if (body == nullptr || !IsRequest(body->action)) {
    ++counters.others;
    return {};
  }
  wire::TlvCursor cursor(request.tlvs);
  const std::optional<wire::Tlv> first = cursor.Next();
  const auto tlv = first ? wire::DecodeTlv<wire::ManagementTlv>(*first) : std::nullopt;
  if (!tlv) {
    ++counters.malformed;
    return {};
  }
  const Traits* traits = Find(tlv->management_id);
  ClockView clock = managed.View();
  const Scope scope = traits != nullptr ? traits->scope : Scope::kClock;
  const auto asked = AnsweringPorts(body->target, scope, arrived_on, clock);
  if (asked.empty()) {
    ++counters.others;
    return {};
  }
  ++counters.requests;
  // By number, as a change makes the view anew.
  std::vector<uint16_t> numbers;
  numbers.reserve(asked.size());
  for (const PortView* port : asked) numbers.push_back(port->identity.port);

  std::optional<Refusal> refusal;
  if (traits == nullptr) {
    refusal = Refusal{ManagementError::kNoSuchId, ""};
  } else {
    refusal = Perform(body->action, *traits, *tlv, body->target, managed, clock, *asked.front(),
                      rules, counters);
    if (!refusal && body->action == ManagementAction::kSet) clock = managed.View();
  }

  std::vector<Answer> answers;
  for (const PortView& port : clock.ports) {
    if (std::find(numbers.begin(), numbers.end(), port.identity.port) == numbers.end()) continue;
    Answer answer = AnswerOf(request, port);
    if (refusal) {
      Refuse(*refusal, tlv->management_id, answer, counters);
    } else {
      std::vector<uint8_t> data;
      if (body->action != ManagementAction::kCommand) data = DataOf(traits->id, clock, port);
      wire::AppendTlv(wire::ManagementTlv{tlv->management_id, data}, answer.tlvs);
      if (answer.tlvs.size() > kMaxTlvs) {
        answer.tlvs.clear();
        Refuse({ManagementError::kResponseTooBig, ""}, tlv->management_id, answer, counters);
      }
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::optional<wire::Message> Forwarded(const wire::Message& message,
                                       const wire::ClockIdentity& own) {
  const auto* body = std::get_if<wire::Management>(&message.body);
  if (body == nullptr || body->boundary_hops == 0 || body->target.clock == own) {
    return std::nullopt;
  }
  wire::Message forwarded = message;
  --std::get<wire::Management>(forwarded.body).boundary_hops;
  return forwarded;
}

}  // namespace ptpcore::management
