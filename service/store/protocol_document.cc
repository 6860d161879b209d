#include "service/store/protocol_document.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ptpcore/profile/protocol_field.h"

namespace hostctl::store {
namespace {

using nlohmann::json;
using ptpcore::profile::AcceptableMaster;
using ptpcore::profile::ProtocolField;
using ptpcore::profile::PtpAuthentication;
using ptpcore::profile::PtpProtocol;

json ToJson(const ProtocolField& field, const PtpProtocol& values) {
  switch (field.kind) {
    case ProtocolField::Kind::kBoolean:
      return field.get(values) != 0;
    case ProtocolField::Kind::kWord:
      return TextOf(field, field.get(values));
    case ProtocolField::Kind::kInteger:
      break;
  }
  return field.get(values);
}

void ReadValue(const ProtocolField& field, Members& members, PtpProtocol& values) {
  int64_t number = 0;
  if (field.kind == ProtocolField::Kind::kBoolean) {
    bool value = false;
    members.Read(field.name, value);
    number = value ? 1 : 0;
  } else if (field.kind == ProtocolField::Kind::kInteger) {
    members.Read(field.name, field.minimum, field.maximum, number);
  } else {
    std::string word;
    members.Read(
        field.name, word,
        [&field](const std::string& text) { return ValueOfWord(field, text).has_value(); },
        AllowedText(field).c_str());
    number = ValueOfWord(field, word).value_or(0);
  }
  field.set(values, number);
}

PtpProtocol ReadValues(const json& object, absl::Status& status) {
  PtpProtocol values;
  Members members(object, "ptp.protocol", status);
  for (const ProtocolField& field : ptpcore::profile::ProtocolFields()) {
    if (members.Has(field.name)) ReadValue(field, members, values);
  }
  members.RefuseOthers();
  return values;
}

// The entries of the array `name`; an empty one for what is no array.
json Entries(Members& ptp, const char* name) {
  const json* list = ptp.Get(name);
  if (list == nullptr) return json::array();
  if (list->is_array()) return *list;
  ptp.RefuseMember(name, *list, "an array");
  return json::array();
}

AcceptableMaster ReadAcceptableMaster(const json& entry, absl::Status& status) {
  constexpr int64_t kHighestPriority = 255;
  Members members(entry, "ptp.acceptable_masters[]", status);
  std::string identity;
  std::string address;
  members.Read("identity", identity);
  if (members.Has("address")) members.Read("address", address);
  int64_t priority = 0;
  members.Read("alternate_priority1", 0, kHighestPriority, priority);
  members.RefuseOthers();
  AcceptableMaster master;
  master.set_identity(identity);
  master.set_address(address);
  master.set_alternate_priority1(static_cast<uint32_t>(priority));
  return master;
}

PtpAuthentication ReadAuthentication(const json& object, absl::Status& status) {
  constexpr int64_t kGreatestPointer = 255;
  Members members(object, "ptp.authentication", status);
  std::string file;
  int64_t pointer = 0;
  int64_t key = 0;
  bool allow = false;
  members.Read("association_file", file);
  members.Read("security_parameter_pointer", 0, kGreatestPointer, pointer);
  members.Read("active_key_id", 0, std::numeric_limits<uint32_t>::max(), key);
  members.Read("allow_unauthenticated", allow);
  members.RefuseOthers();
  PtpAuthentication authentication;
  authentication.set_association_file(file);
  authentication.set_security_parameter_pointer(static_cast<uint32_t>(pointer));
  authentication.set_active_key_id(static_cast<uint32_t>(key));
  authentication.set_allow_unauthenticated(allow);
  return authentication;
}

}  // namespace

void AddProtocol(const ptpcore::profile::Settings& settings, json& ptp) {
  ptp["profile"] = settings.profile;
  json& values = ptp["protocol"] = json::object();
  for (const ProtocolField& field : ptpcore::profile::ProtocolFields()) {
    if (field.has(settings.values)) values[field.name] = ToJson(field, settings.values);
  }
  ptp["unicast_masters"] = settings.unicast_masters;
  json& acceptable = ptp["acceptable_masters"] = json::array();
  for (const AcceptableMaster& master : settings.acceptable_masters) {
    acceptable.push_back(
        {{"identity", master.identity()}, {"alternate_priority1", master.alternate_priority1()}});
    if (!master.address().empty()) acceptable.back()["address"] = master.address();
  }
  ptp["management"] = {{"enabled", settings.management_enabled},
                       {"allow_set", settings.management_allow_set}};
  const PtpAuthentication& authentication = settings.authentication;
  ptp["authentication"] = {
      {"association_file", authentication.association_file()},
      {"security_parameter_pointer", authentication.security_parameter_pointer()},
      {"active_key_id", authentication.active_key_id()},
      {"allow_unauthenticated", authentication.allow_unauthenticated()}};
}

ptpcore::profile::Settings ReadProtocol(Members& ptp, absl::Status& status) {
  ptpcore::profile::Settings settings;
  if (ptp.Has("profile")) ptp.Read("profile", settings.profile);
  if (ptp.Has("protocol")) {
    if (const json* values = ptp.Get("protocol")) settings.values = ReadValues(*values, status);
  }
  if (ptp.Has("unicast_masters")) {
    for (const json& entry : Entries(ptp, "unicast_masters")) {
      if (!entry.is_string()) ptp.RefuseMember("unicast_masters[]", entry, "an address");
      settings.unicast_masters.push_back(entry.is_string() ? entry.get<std::string>() : "");
    }
  }
  if (ptp.Has("acceptable_masters")) {
    for (const json& entry : Entries(ptp, "acceptable_masters")) {
      settings.acceptable_masters.push_back(ReadAcceptableMaster(entry, status));
    }
  }
  if (ptp.Has("management")) {
    if (const json* management = ptp.Get("management")) {
      Members members(*management, "ptp.management", status);
      members.Read("enabled", settings.management_enabled);
      members.Read("allow_set", settings.management_allow_set);
      members.RefuseOthers();
    }
  }
  if (ptp.Has("authentication")) {
    if (const json* authentication = ptp.Get("authentication")) {
      settings.authentication = ReadAuthentication(*authentication, status);
    }
  }
  return ptpcore::profile::Canonical(std::move(settings));
}

}  // namespace hostctl::store
