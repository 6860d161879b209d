#include "ptpcore/engine/config_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "ptpcore/profile/profiles.h"
#include "ptpcore/profile/protocol_field.h"

namespace ptpcore::engine {
namespace {

namespace v1 = hostctl::engine::v1;
using nlohmann::json;
using Words = std::map<std::string, int>;

// Reads the members of one object: each has a setter; all others are refused.
using Setter = std::function<absl::Status(const json&, const std::string& name)>;
using Setters = std::map<std::string, Setter>;

absl::Status WrongType(const std::string& name, const char* wanted, const json& value) {
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": expected ", wanted, ", got ", value.dump()));
}

Setter String(std::function<void(const std::string&)> set) {
  return [set = std::move(set)](const json& value, const std::string& name) {
    if (!value.is_string()) return WrongType(name, "a string", value);
    set(value.get<std::string>());
    return absl::OkStatus();
  };
}

Setter Bool(std::function<void(bool)> set) {
  return [set = std::move(set)](const json& value, const std::string& name) {
    if (!value.is_boolean()) return WrongType(name, "true or false", value);
    set(value.get<bool>());
    return absl::OkStatus();
  };
}

Setter Integer(int64_t min, int64_t max, std::function<void(int64_t)> set) {
  return [=](const json& value, const std::string& name) {
    const bool fits = value.is_number_unsigned()
                          ? value.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX)
                          : value.is_number_integer();
    if (!fits || value.get<int64_t>() < min || value.get<int64_t>() > max) {
      return WrongType(name, absl::StrCat("an integer in ", min, "..", max).c_str(), value);
    }
    set(value.get<int64_t>());
    return absl::OkStatus();
  };
}

Setter Number(std::function<void(double)> set) {
  return [set = std::move(set)](const json& value, const std::string& name) {
    if (!value.is_number()) return WrongType(name, "a number", value);
    set(value.get<double>());
    return absl::OkStatus();
  };
}

Setter Word(const Words& words, std::function<void(int)> set) {
  return [words, set = std::move(set)](const json& value, const std::string& name) {
    std::string allowed;
    for (const auto& [word, number] : words) {
      if (value == word) {
        set(number);
        return absl::OkStatus();
      }
      absl::StrAppend(&allowed, allowed.empty() ? "one of " : ", ", word);
    }
    return WrongType(name, allowed.c_str(), value);
  };
}

absl::Status ReadObject(const json& object, const Setters& setters, const std::string& prefix) {
  if (!object.is_object()) {
    return WrongType(prefix.empty() ? "configuration" : prefix, "an object", object);
  }
  for (const auto& [key, value] : object.items()) {
    const std::string name = prefix.empty() ? key : absl::StrCat(prefix, ".", key);
    const auto setter = setters.find(key);
    if (setter == setters.end()) {
      return absl::InvalidArgumentError(absl::StrCat("unknown member ", name));
    }
    if (absl::Status s = setter->second(value, name); !s.ok()) return s;
  }
  return absl::OkStatus();
}

Setter Object(Setters setters) {
  return [setters = std::move(setters)](const json& value, const std::string& name) {
    return ReadObject(value, setters, name);
  };
}

// Each entry of an array by `entry`.
Setter Array(Setter entry) {
  return [entry = std::move(entry)](const json& value, const std::string& name) {
    if (!value.is_array()) return WrongType(name, "an array", value);
    for (const json& item : value) {
      if (absl::Status s = entry(item, absl::StrCat(name, "[]")); !s.ok()) return s;
    }
    return absl::OkStatus();
  };
}

// A value of `protocol` by the table of them.
Setter ProtocolValue(const profile::ProtocolField& field, profile::PtpProtocol& protocol) {
  const auto set = [&field, &protocol](int64_t value) { field.set(protocol, value); };
  switch (field.kind) {
    case profile::ProtocolField::Kind::kBoolean:
      return Bool([set](bool v) { set(v ? 1 : 0); });
    case profile::ProtocolField::Kind::kWord: {
      Words words;
      for (const auto& word : field.words) words[word.text] = static_cast<int>(word.value);
      return Word(words, set);
    }
    case profile::ProtocolField::Kind::kInteger:
      break;
  }
  return Integer(field.minimum, field.maximum, set);
}

Setter Protocol(profile::PtpProtocol& protocol) {
  Setters setters;
  for (const profile::ProtocolField& field : profile::ProtocolFields()) {
    setters[field.name] = ProtocolValue(field, protocol);
  }
  return Object(std::move(setters));
}

// `{"identity": "001b21fffe030405", "alternate_priority1": 10}`
Setter AcceptableMasterOf(EngineConfig& c) {
  return [&c](const json& value, const std::string& name) {
    auto& master = *c.add_acceptable_masters();
    const Setters setters = {
        {"identity", String([&](const std::string& v) { master.set_identity(v); })},
        {"address", String([&](const std::string& v) { master.set_address(v); })},
        {"alternate_priority1", Integer(0, 255, [&](int64_t v) {
           master.set_alternate_priority1(static_cast<uint32_t>(v));
         })}};
    return ReadObject(value, setters, name);
  };
}

Setters MembersOf(EngineConfig& c) {
  auto& clock = *c.mutable_virtual_clock();
  auto& log = *c.mutable_stats_log();
  auto& management = *c.mutable_management();
  auto& authentication = *c.mutable_authentication();
  constexpr int64_t kAny = INT64_MAX;
  return {
      {"device", String([&](const std::string& v) { c.set_device(v); })},
      {"interface", String([&](const std::string& v) { c.set_interface(v); })},
      {"domain_number",
       Integer(0, 255, [&](int64_t v) { c.set_domain_number(static_cast<uint32_t>(v)); })},
      // Which network `protocol.network_protocol` says; `udp-ipv4` is its older name.
      {"transport", Word({{"network", v1::TRANSPORT_KIND_NETWORK},
                          {"udp-ipv4", v1::TRANSPORT_KIND_NETWORK},
                          {"simulated", v1::TRANSPORT_KIND_SIMULATED}},
                         [&](int v) { c.set_transport(static_cast<v1::TransportKind>(v)); })},
      {"clock", Word({{"system", v1::CLOCK_KIND_SYSTEM}, {"virtual", v1::CLOCK_KIND_VIRTUAL}},
                     [&](int v) { c.set_clock(static_cast<v1::ClockKind>(v)); })},
      {"virtual_clock",
       Object(
           {{"state_file", String([&](const std::string& v) { clock.set_state_file(v); })},
            {"initial_offset_ns",
             Integer(-kAny, kAny, [&](int64_t v) { clock.set_initial_offset_ns(v); })},
            {"frequency_error_ppb", Number([&](double v) { clock.set_frequency_error_ppb(v); })}})},
      {"read_only", Bool([&](bool v) { c.set_read_only(v); })},
      {"step_rule", Word({{"first-lock", v1::STEP_RULE_FIRST_LOCK},
                          {"never", v1::STEP_RULE_NEVER},
                          {"always", v1::STEP_RULE_ALWAYS}},
                         [&](int v) { c.set_step_rule(static_cast<v1::StepRule>(v)); })},
      {"servo", String([&](const std::string& v) { c.set_servo(v); })},
      {"delay_asymmetry_ns", Integer(-kAny, kAny, [&](int64_t v) { c.set_delay_asymmetry_ns(v); })},
      {"ingress_latency_ns", Integer(-kAny, kAny, [&](int64_t v) { c.set_ingress_latency_ns(v); })},
      {"egress_latency_ns", Integer(-kAny, kAny, [&](int64_t v) { c.set_egress_latency_ns(v); })},
      {"holdover_limit_s",
       Integer(0, UINT32_MAX,
               [&](int64_t v) { c.set_holdover_limit_s(static_cast<uint32_t>(v)); })},
      {"frequency_file", String([&](const std::string& v) { c.set_frequency_file(v); })},
      {"further_ports",
       Array(String([&](const std::string& v) { c.add_further_ports()->set_device(v); }))},
      {"profile", String([&](const std::string& v) { c.set_profile(v); })},
      {"protocol", Protocol(*c.mutable_protocol())},
      {"unicast_masters", Array(String([&](const std::string& v) { c.add_unicast_masters(v); }))},
      {"acceptable_masters", Array(AcceptableMasterOf(c))},
      {"management", Object({{"enabled", Bool([&](bool v) { management.set_enabled(v); })},
                             {"allow_set", Bool([&](bool v) { management.set_allow_set(v); })}})},
      {"management_socket", String([&](const std::string& v) { c.set_management_socket(v); })},
      {"authentication",
       Object(
           {{"association_file",
             String([&](const std::string& v) { authentication.set_association_file(v); })},
            {"security_parameter_pointer", Integer(0, 255,
                                                   [&](int64_t v) {
                                                     authentication.set_security_parameter_pointer(
                                                         static_cast<uint32_t>(v));
                                                   })},
            {"active_key_id", Integer(0, UINT32_MAX,
                                      [&](int64_t v) {
                                        authentication.set_active_key_id(static_cast<uint32_t>(v));
                                      })},
            {"allow_unauthenticated",
             Bool([&](bool v) { authentication.set_allow_unauthenticated(v); })}})},
      {"source_rate_limit",
       Integer(kLeastSourceRate, kMostSourceRate,
               [&](int64_t v) { c.set_source_rate_limit(static_cast<uint32_t>(v)); })},
      {"leap_seconds_file", String([&](const std::string& v) { c.set_leap_seconds_file(v); })},
      {"stats_log",
       Object(
           {{"path", String([&](const std::string& v) { log.set_path(v); })},
            {"max_bytes",
             Integer(0, kAny, [&](int64_t v) { log.set_max_bytes(static_cast<uint64_t>(v)); })},
            {"max_files",
             Integer(0, 1000, [&](int64_t v) { log.set_max_files(static_cast<uint32_t>(v)); })}})},
  };
}

}  // namespace

absl::StatusOr<EngineConfig> ParseConfig(const std::string& text) {
  // Parsing without exceptions: `discarded` stands for text that is not JSON.
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded()) return absl::InvalidArgumentError("not a JSON document");
  EngineConfig config;
  if (absl::Status s = ReadObject(document, MembersOf(config), ""); !s.ok()) return s;
  const auto* profile = profile::FindProfile(config.profile());
  if (profile != nullptr && !document.contains("domain_number")) {
    config.set_domain_number(profile->domain_number());
  }
  if (absl::Status s = Validate(config); !s.ok()) return s;
  return config;
}

absl::StatusOr<EngineConfig> ReadConfigFile(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  }
  std::string text;
  char chunk[4096];
  while (const size_t got = std::fread(chunk, 1, sizeof(chunk), file)) text.append(chunk, got);
  std::fclose(file);
  absl::StatusOr<EngineConfig> config = ParseConfig(text);
  if (config.ok()) return config;
  return absl::Status(config.status().code(),
                      absl::StrCat(path, ": ", std::string(config.status().message())));
}

}  // namespace ptpcore::engine
