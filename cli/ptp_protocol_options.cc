#include "cli/ptp_protocol_options.h"

#include <charconv>
#include <cstdint>

#include "cli/enum_text.h"
#include "cli/exit_code.h"
#include "cli/format/printf.h"
#include "cli/rate_text.h"
#include "google/protobuf/descriptor.h"

namespace hostctl::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Reflection;

constexpr char kSpeech[] = "How PTP speaks";
constexpr char kMessages[] = "PTP messages";
constexpr char kMasters[] = "Masters and unicast";
constexpr char kOwnClock[] = "This host's clock, as others see it (role server or auto)";
constexpr char kManagement[] = "PTP management (pmc)";
constexpr char kAuthentication[] = "Authentication of PTP messages (IEEE 1588-2019 16.14)";

// One value of PtpProtocol.
struct Entry {
  const char* group;
  const char* option;
  const char* field;
  const char* description;
  std::vector<std::string> words = {};  // of an enumeration: its values in their order
  int64_t min = 0;
  int64_t max = 0;
  const char* metavar = "";
};

constexpr int64_t kShortestLog = -7;
constexpr int64_t kLongestLog = 4;
constexpr int64_t kOctet = 255;
constexpr int64_t kGreatestKey = 4'294'967'295;

Entry Interval(const char* option, const char* field, const char* description) {
  return {kMessages, option, field, description, {}, kShortestLog, kLongestLog, "log2"};
}

Entry Octet(const char* group, const char* option, const char* field, const char* description,
            int64_t min = 0) {
  return {group, option, field, description, {}, min, kOctet};
}

// Names as the standard has them.
const std::vector<Entry>& Entries() {
  static const auto* const kEntries = new std::vector<Entry>{
      {kSpeech,
       "role",
       "role",
       "client follows masters, server gives time, auto lets the best master algorithm decide.",
       {"client", "server", "auto"}},
      {kSpeech,
       "transport",
       "network_protocol",
       "Network that carries PTP.",
       {"udp4", "udp6", "ethernet"}},
      {kSpeech,
       "delay-mechanism",
       "delay_mechanism",
       "How the path delay is measured: end to end or peer to peer.",
       {"e2e", "p2p"}},
      {kSpeech, "hybrid-e2e", "hybrid_e2e",
       "Send Delay_Req to the master's own address although Sync comes by multicast."},
      {kSpeech,
       "timestamping",
       "timestamping",
       "Where messages are timestamped; auto: by the device where it can.",
       {"auto", "hardware", "software"}},
      {kSpeech,
       "best-master-algorithm",
       "best_master_algorithm",
       "How masters are compared: as IEEE 1588 does, or by the alternate of G.8275.",
       {"default", "g8275"}},
      {kSpeech, "sdo-id", "sdo_id", "sdoId; 0x100 for IEEE 802.1AS.", {}, 0, 4095},
      {kSpeech, "path-trace", "path_trace",
       "Send PATH_TRACE TLVs, and discard what went in a loop."},
      {kSpeech, "gptp", "gptp", "The rules of IEEE 802.1AS."},
      {kSpeech,
       "neighbor-propagation-delay-threshold",
       "neighbor_propagation_delay_threshold_ns",
       "A link that takes longer is not asCapable (gptp).",
       {},
       1,
       1000000000,
       "ns"},
      Interval("log-announce-interval", "log_announce_interval",
               "Announce every 2^N seconds, -7 to 4."),
      Interval("log-sync-interval", "log_sync_interval", "Sync every 2^N seconds, -7 to 4."),
      Interval("log-min-delay-req-interval", "log_min_delay_req_interval",
               "Delay_Req at most every 2^N seconds, -7 to 4."),
      Interval("log-min-pdelay-req-interval", "log_min_pdelay_req_interval",
               "Pdelay_Req at most every 2^N seconds, -7 to 4."),
      Octet(kMessages, "announce-receipt-timeout", "announce_receipt_timeout",
            "Announce intervals without Announce until a master is lost, 2 to 255.", 2),
      Octet(kMessages, "time-to-live", "time_to_live",
            "TTL or hop limit of multicast messages, 1 to 255.", 1),
      {kMessages, "dscp-event", "dscp_event", "Code point of event messages, 0 to 63.", {}, 0, 63},
      {kMessages,
       "dscp-general",
       "dscp_general",
       "Code point of general messages, 0 to 63.",
       {},
       0,
       63},
      {kMessages, "non-forwardable", "non_forwardable",
       "Ethernet: to 01-80-C2-00-00-0E, which no bridge forwards."},
      {kMessages,
       "ipv6-scope",
       "ipv6_scope",
       "How far IPv6 multicast travels.",
       {"link-local", "site-local", "organization-local", "global"}},
      Octet(kMasters, "maximum-clock-class", "maximum_clock_class",
            "Follow no master of a greater clockClass, 0 to 255."),
      {kMasters, "unicast-negotiation", "unicast_negotiation",
       "Ask masters for unicast service, or grant it (IEEE 1588 16.1)."},
      {kMasters,
       "unicast-grant-duration",
       "unicast_grant_duration_s",
       "What is asked for and, as server, granted at most, 10 to 1000.",
       {},
       10,
       1000,
       "seconds"},
      {kMasters,
       "maximum-unicast-clients",
       "maximum_unicast_clients",
       "As server, clients at once, 1 to 65535.",
       {},
       1,
       65535},
      Octet(kOwnClock, "priority1", "priority1", "0 to 255, lower wins."),
      Octet(kOwnClock, "priority2", "priority2", "0 to 255, lower wins."),
      Octet(kOwnClock, "clock-class", "clock_class",
            "0 to 255: 6 locked to a primary reference, 248 says nothing."),
      Octet(kOwnClock, "clock-accuracy", "clock_accuracy",
            "0 to 255: 0x20 within 25 ns, 0x23 within 1 us, 0xfe unknown."),
      {kOwnClock,
       "offset-scaled-log-variance",
       "offset_scaled_log_variance",
       "0 to 65535, 0xffff: unknown.",
       {},
       0,
       65535},
      {kOwnClock,
       "timescale",
       "timescale",
       "ptp is TAI with the offset to UTC, arb is UTC as it is.",
       {"ptp", "arb"}},
      {kOwnClock,
       "current-utc-offset",
       "current_utc_offset_s",
       "TAI minus UTC.",
       {},
       -32768,
       32767,
       "seconds"},
      {kOwnClock, "current-utc-offset-valid", "current_utc_offset_valid",
       "Whether it is known to be right."},
      {kOwnClock, "time-traceable", "time_traceable", "Time comes from a primary reference."},
      {kOwnClock, "frequency-traceable", "frequency_traceable",
       "Frequency comes from a primary reference."},
      Octet(kOwnClock, "time-source", "time_source",
            "0 to 255: 0x20 GNSS, 0x40 PTP, 0x50 NTP, 0xa0 internal oscillator."),
      Octet(kOwnClock, "local-priority", "local_priority",
            "localPriority of G.8275, 1 to 255, lower wins.", 1),
  };
  return *kEntries;
}

const FieldDescriptor& FieldOf(const Entry& entry) {
  return *v1::PtpProtocol::descriptor()->FindFieldByName(entry.field);
}

Option OptionOf(const Entry& entry) {
  Option option{'\0', entry.option, ValueType::kInteger, entry.description};
  switch (FieldOf(entry).cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      option.type = ValueType::kBoolean;
      break;
    case FieldDescriptor::CPPTYPE_ENUM:
      option.type = ValueType::kString;
      option = option.Choices(entry.words);
      break;
    default:
      option = option.Range(entry.min, entry.max);
  }
  return option.Metavar(entry.metavar).Group(entry.group);
}

// The values of an enumeration stand in the order of its words, after UNSPECIFIED.
int NumberOf(const Entry& entry, const std::string& word) {
  for (size_t i = 0; i < entry.words.size(); ++i) {
    if (entry.words[i] == word) {
      return FieldOf(entry).enum_type()->value(static_cast<int>(i) + 1)->number();
    }
  }
  return 0;
}

std::string WordOf(const Entry& entry, int number) {
  const auto& type = *FieldOf(entry).enum_type();
  const auto* value = type.FindValueByNumber(number);
  const size_t index = value == nullptr ? 0 : static_cast<size_t>(value->index());
  return index == 0 || index > entry.words.size() ? EnumText(type, number) : entry.words[index - 1];
}

void Set(const Entry& entry, const Arguments& arguments, v1::PtpProtocol& protocol) {
  const FieldDescriptor& field = FieldOf(entry);
  const Reflection& reflection = *protocol.GetReflection();
  const int64_t number = arguments.Integer(entry.option);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&protocol, &field, arguments.Boolean(entry.option));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(&protocol, &field,
                                     NumberOf(entry, arguments.String(entry.option)));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&protocol, &field, static_cast<int32_t>(number));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&protocol, &field, number);
    default:
      return reflection.SetUInt32(&protocol, &field, static_cast<uint32_t>(number));
  }
}

// What IEEE 1588 writes in hexadecimal is shown so.
bool IsHexadecimal(const std::string& option) {
  return option == "sdo-id" || option == "clock-accuracy" || option == "time-source" ||
         option == "offset-scaled-log-variance";
}

std::string UnsignedText(const Entry& entry, uint32_t number) {
  return IsHexadecimal(entry.option) ? Printf("0x%02x", number) : std::to_string(number);
}

std::string TextOf(const Entry& entry, const v1::PtpProtocol& protocol) {
  const FieldDescriptor& field = FieldOf(entry);
  const Reflection& reflection = *protocol.GetReflection();
  const std::string unit = std::string(entry.metavar) == "seconds" ? " s"
                           : std::string(entry.metavar) == "ns"    ? " ns"
                                                                   : "";
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(protocol, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return WordOf(entry, reflection.GetEnumValue(protocol, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return std::to_string(reflection.GetInt64(protocol, &field)) + unit;
    case FieldDescriptor::CPPTYPE_INT32: {
      const int32_t number = reflection.GetInt32(protocol, &field);
      const bool interval = std::string(entry.metavar) == "log2";
      return std::to_string(number) + (interval ? " (" + RateText(number) + ")" : unit);
    }
    default:
      return UnsignedText(entry, reflection.GetUInt32(protocol, &field)) + unit;
  }
}

Failure BadMaster(const std::string& text) {
  return {kExitUsage,
          "While processing '--acceptable-master'. Expecting IDENTITY, IDENTITY@ADDRESS or "
          "@ADDRESS, and =PRIORITY behind it, the priority 0 to 255. Got '" +
              text + "'",
          {},
          {"hostctl system ptp master list"}};
}

std::optional<Failure> AddAcceptableMasters(const std::vector<std::string>& texts,
                                            v1::PtpConfig& config) {
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    const size_t equals = text.find('=');
    auto& master = *config.add_acceptable_masters();
    const std::string who = text.substr(0, equals);
    const size_t at = who.find('@');
    master.set_identity(who.substr(0, at));
    if (at != std::string::npos) master.set_address(who.substr(at + 1));
    if (equals == std::string::npos) continue;
    uint32_t priority = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + equals + 1, end, priority);
    if (parsed.ec != std::errc() || parsed.ptr != end || priority > kOctet) return BadMaster(text);
    master.set_alternate_priority1(priority);
  }
  return std::nullopt;
}

}  // namespace

std::vector<Option> ProtocolOptions() {
  std::vector<Option> options = {
      Option{'\0', "profile", ValueType::kString,
             "Preset of everything below, and of the domain; takes single values back. See "
             "system ptp profile list."}
          .Live(LiveValues::kProfiles)
          .Group(kSpeech)};
  std::vector<std::string> values;
  const auto add_group = [&](const char* group) {
    for (const Entry& entry : Entries()) {
      if (std::string(entry.group) == group) options.push_back(OptionOf(entry));
    }
  };
  for (const Entry& entry : Entries()) values.emplace_back(entry.option);
  add_group(kSpeech);
  options.push_back(Option{'\0', "unset", ValueType::kList,
                           "Name of an option, here or below, whose value shall be the profile's "
                           "again, e.g. priority1."}
                        .Choices(values)
                        .Metavar("option")
                        .Group(kSpeech));
  add_group(kMessages);
  options.push_back(
      Option{'\0', "acceptable-master", ValueType::kList,
             "Follow this one only, with @ADDRESS only from there, and with =PRIORITY as if that "
             "were its priority1; repeat it for up to 64. The given ones replace those set before, "
             "an empty string clears them."}
          .Metavar("identity[@address][=priority]")
          .Group(kMasters));
  add_group(kMasters);
  options.push_back(Option{'\0', "unicast-master", ValueType::kList,
                           "Address of a master to ask; repeat it for up to 16. The given ones "
                           "replace those set before, an empty string clears them."}
                        .Metavar("address")
                        .Group(kMasters));
  add_group(kOwnClock);
  options.push_back(
      Option{'\0', "management", ValueType::kBoolean, "Answer GET that comes over the network."}
          .Group(kManagement));
  options.push_back(
      Option{'\0', "management-set", ValueType::kBoolean, "Carry out SET and COMMAND, too."}.Group(
          kManagement));
  options.push_back(Option{'\0', "authentication-file", ValueType::kString,
                           "Absolute path of the file of security associations, as linuxptp's "
                           "sa_file and with mode 0600; an empty string turns authentication off."}
                        .Metavar("path")
                        .Group(kAuthentication));
  options.push_back(Option{'\0', "authentication-spp", ValueType::kInteger,
                           "Security association (SPP) to take part in."}
                        .Range(0, kOctet)
                        .Group(kAuthentication));
  options.push_back(Option{'\0', "authentication-key", ValueType::kInteger,
                           "Key to sign with; 0: the one that became valid last."}
                        .Range(0, kGreatestKey)
                        .Metavar("id")
                        .Group(kAuthentication));
  options.push_back(Option{'\0', "allow-unauthenticated", ValueType::kBoolean,
                           "Accept messages without authentication, too."}
                        .Group(kAuthentication));
  return options;
}

std::optional<Failure> AddProtocolSettings(const Arguments& arguments,
                                           v1::UpdatePtpRequest& request) {
  v1::PtpConfig& config = *request.mutable_config();
  const auto given = [&](const std::string& option, const std::string& path) {
    if (!arguments.Has(option)) return false;
    request.mutable_update_mask()->add_paths(path);
    return true;
  };
  if (given("profile", "profile")) config.set_profile(arguments.String("profile"));
  for (const Entry& entry : Entries()) {
    if (given(entry.option, std::string("protocol.") + entry.field)) {
      Set(entry, arguments, *config.mutable_protocol());
    }
  }
  for (const std::string& option : arguments.List("unset")) {
    for (const Entry& entry : Entries()) {
      if (option != entry.option || arguments.Has(option)) continue;
      request.mutable_update_mask()->add_paths(std::string("protocol.") + entry.field);
    }
  }
  if (given("unicast-master", "unicast_masters")) {
    for (const std::string& master : arguments.List("unicast-master")) {
      if (!master.empty()) config.add_unicast_masters(master);
    }
  }
  if (given("management", "management.enabled")) {
    config.mutable_management()->set_enabled(arguments.Boolean("management"));
  }
  if (given("management-set", "management.allow_set")) {
    config.mutable_management()->set_allow_set(arguments.Boolean("management-set"));
  }
  if (given("authentication-file", "authentication.association_file")) {
    config.mutable_authentication()->set_association_file(arguments.String("authentication-file"));
  }
  if (given("authentication-spp", "authentication.security_parameter_pointer")) {
    config.mutable_authentication()->set_security_parameter_pointer(
        static_cast<uint32_t>(arguments.Integer("authentication-spp")));
  }
  if (given("authentication-key", "authentication.active_key_id")) {
    config.mutable_authentication()->set_active_key_id(
        static_cast<uint32_t>(arguments.Integer("authentication-key")));
  }
  if (given("allow-unauthenticated", "authentication.allow_unauthenticated")) {
    config.mutable_authentication()->set_allow_unauthenticated(
        arguments.Boolean("allow-unauthenticated"));
  }
  if (!given("acceptable-master", "acceptable_masters")) return std::nullopt;
  return AddAcceptableMasters(arguments.List("acceptable-master"), config);
}

std::vector<ProtocolValue> ProtocolValues(const v1::PtpProtocol& protocol) {
  std::vector<ProtocolValue> values;
  for (const Entry& entry : Entries()) {
    if (!protocol.GetReflection()->HasField(protocol, &FieldOf(entry))) continue;
    values.push_back({entry.option, TextOf(entry, protocol)});
  }
  return values;
}

std::string ProtocolValueText(const v1::PtpProtocol& protocol, const std::string& option) {
  for (const ProtocolValue& value : ProtocolValues(protocol)) {
    if (value.option == option) return value.text;
  }
  return "";
}

std::string AcceptableMasterText(const v1::AcceptableMaster& master) {
  const std::string who =
      master.identity() + (master.address().empty() ? "" : "@" + master.address());
  const uint32_t priority = master.alternate_priority1();
  return priority == 0 ? who : who + "=" + std::to_string(priority);
}

}  // namespace hostctl::cli
