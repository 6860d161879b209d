#include "ptpcore/profile/protocol_field.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;
using Kind = ProtocolField::Kind;
using Word = ProtocolField::Word;

// The four accessors that protobuf generates for an optional field.
template <auto kHas, auto kGet, auto kSet, auto kClear>
ProtocolField FieldOf(const char* name, Kind kind, int64_t minimum, int64_t maximum,
                      std::vector<Word> words) {
  using Value = decltype((std::declval<const PtpProtocol&>().*kGet)());
  return {name,
          kind,
          minimum,
          maximum,
          std::move(words),
          [](const PtpProtocol& protocol) { return (protocol.*kHas)(); },
          [](const PtpProtocol& protocol) { return static_cast<int64_t>((protocol.*kGet)()); },
          [](PtpProtocol& protocol, int64_t value) {
            (protocol.*kSet)(static_cast<std::decay_t<Value>>(value));
          },
          [](PtpProtocol& protocol) { (protocol.*kClear)(); }};
}

#define FIELD(name, ...)                                                          \
  FieldOf<&PtpProtocol::has_##name, &PtpProtocol::name, &PtpProtocol::set_##name, \
          &PtpProtocol::clear_##name>(#name, __VA_ARGS__)
#define INTEGER(name, minimum, maximum) FIELD(name, Kind::kInteger, minimum, maximum, {})
#define BOOLEAN(name) FIELD(name, Kind::kBoolean, 0, 1, {})
#define WORDS(name, ...) FIELD(name, Kind::kWord, 0, 0, {__VA_ARGS__})

// Ranges as ptp_protocol.proto gives them.
std::vector<ProtocolField> MakeFields() {
  constexpr int64_t kShortestLog = -7;
  constexpr int64_t kLongestLog = 4;
  constexpr int64_t kOctet = 255;
  constexpr int64_t kHighestDscp = 63;
  constexpr int64_t kNsPerSecond = 1'000'000'000;
  return {
      WORDS(role, Word{"client", v1::CLOCK_ROLE_CLIENT}, Word{"server", v1::CLOCK_ROLE_SERVER},
            Word{"auto", v1::CLOCK_ROLE_AUTO}),
      WORDS(network_protocol, Word{"udp4", v1::NETWORK_PROTOCOL_UDP_IPV4},
            Word{"udp6", v1::NETWORK_PROTOCOL_UDP_IPV6},
            Word{"ethernet", v1::NETWORK_PROTOCOL_ETHERNET}),
      WORDS(delay_mechanism, Word{"e2e", v1::DELAY_MECHANISM_E2E},
            Word{"p2p", v1::DELAY_MECHANISM_P2P}),
      BOOLEAN(hybrid_e2e),
      INTEGER(sdo_id, 0, 4095),
      INTEGER(log_announce_interval, kShortestLog, kLongestLog),
      INTEGER(log_sync_interval, kShortestLog, kLongestLog),
      INTEGER(log_min_delay_req_interval, kShortestLog, kLongestLog),
      INTEGER(log_min_pdelay_req_interval, kShortestLog, kLongestLog),
      INTEGER(announce_receipt_timeout, 2, kOctet),
      INTEGER(priority1, 0, kOctet),
      INTEGER(priority2, 0, kOctet),
      INTEGER(clock_class, 0, kOctet),
      INTEGER(clock_accuracy, 0, kOctet),
      INTEGER(offset_scaled_log_variance, 0, 65535),
      WORDS(timescale, Word{"ptp", v1::TIMESCALE_PTP}, Word{"arb", v1::TIMESCALE_ARB}),
      INTEGER(current_utc_offset_s, -32768, 32767),
      BOOLEAN(current_utc_offset_valid),
      BOOLEAN(time_traceable),
      BOOLEAN(frequency_traceable),
      INTEGER(time_source, 0, kOctet),
      WORDS(best_master_algorithm, Word{"default", v1::BEST_MASTER_ALGORITHM_DEFAULT},
            Word{"g8275", v1::BEST_MASTER_ALGORITHM_G8275}),
      INTEGER(local_priority, 1, kOctet),
      INTEGER(maximum_clock_class, 0, kOctet),
      BOOLEAN(path_trace),
      INTEGER(time_to_live, 1, kOctet),
      INTEGER(dscp_event, 0, kHighestDscp),
      INTEGER(dscp_general, 0, kHighestDscp),
      BOOLEAN(non_forwardable),
      WORDS(ipv6_scope, Word{"link-local", v1::IPV6_SCOPE_LINK_LOCAL},
            Word{"site-local", v1::IPV6_SCOPE_SITE_LOCAL},
            Word{"organization-local", v1::IPV6_SCOPE_ORGANIZATION_LOCAL},
            Word{"global", v1::IPV6_SCOPE_GLOBAL}),
      WORDS(timestamping, Word{"auto", v1::TIMESTAMPING_AUTO},
            Word{"hardware", v1::TIMESTAMPING_HARDWARE},
            Word{"software", v1::TIMESTAMPING_SOFTWARE}),
      BOOLEAN(unicast_negotiation),
      INTEGER(unicast_grant_duration_s, 10, 1000),
      INTEGER(maximum_unicast_clients, 1, 65535),
      BOOLEAN(gptp),
      INTEGER(neighbor_propagation_delay_threshold_ns, 1, kNsPerSecond),
  };
}

#undef WORDS
#undef BOOLEAN
#undef INTEGER
#undef FIELD

}  // namespace

const std::vector<ProtocolField>& ProtocolFields() {
  // Never destroyed: threads may still read it while the program ends.
  static const auto* const kFields = new std::vector<ProtocolField>(MakeFields());
  return *kFields;
}

const ProtocolField* FindProtocolField(const std::string& name) {
  for (const ProtocolField& field : ProtocolFields()) {
    if (name == field.name) return &field;
  }
  return nullptr;
}

bool IsAllowed(const ProtocolField& field, int64_t value) {
  if (field.kind != Kind::kWord) return value >= field.minimum && value <= field.maximum;
  return std::any_of(field.words.begin(), field.words.end(),
                     [value](const Word& word) { return word.value == value; });
}

std::string AllowedText(const ProtocolField& field) {
  if (field.kind == Kind::kBoolean) return "true or false";
  if (field.kind == Kind::kInteger) {
    return std::to_string(field.minimum) + " to " + std::to_string(field.maximum);
  }
  std::string text;
  for (const Word& word : field.words)
    text += (text.empty() ? "one of " : ", ") + std::string(word.text);
  return text;
}

std::string TextOf(const ProtocolField& field, int64_t value) {
  if (field.kind == Kind::kBoolean) return value != 0 ? "true" : "false";
  for (const Word& word : field.words) {
    if (word.value == value) return word.text;
  }
  return std::to_string(value);
}

std::optional<int64_t> ValueOfWord(const ProtocolField& field, const std::string& word) {
  for (const Word& known : field.words) {
    if (word == known.text) return known.value;
  }
  return std::nullopt;
}

}  // namespace ptpcore::profile
