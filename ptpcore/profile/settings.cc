#include "ptpcore/profile/settings.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "ptpcore/profile/addresses.h"
#include "ptpcore/profile/protocol_field.h"

namespace ptpcore::profile {
namespace {

namespace v1 = hostctl::v1;
using Found = std::optional<Problem>;

Found CheckValues(const PtpProtocol& protocol) {
  for (const ProtocolField& field : ProtocolFields()) {
    if (!field.has(protocol) || IsAllowed(field, field.get(protocol))) continue;
    const std::string name = absl::StrCat("protocol.", field.name);
    return Problem{"PROTOCOL_VALUE_OUT_OF_RANGE", name,
                   absl::StrCat(name, " ", field.get(protocol), " is not ",
                                field.kind == ProtocolField::Kind::kInteger ? "within " : "",
                                AllowedText(field))};
  }
  return std::nullopt;
}

Problem Contradiction(const char* field, const std::string& message) {
  return {"PROTOCOL_CONTRADICTION", absl::StrCat("protocol.", field), message};
}

// Values that are right alone and wrong together.
Found CheckTogether(const PtpProtocol& in_force) {
  const bool p2p = in_force.delay_mechanism() == v1::DELAY_MECHANISM_P2P;
  const bool ethernet = in_force.network_protocol() == v1::NETWORK_PROTOCOL_ETHERNET;
  if (in_force.hybrid_e2e() && p2p) {
    return Contradiction("hybrid_e2e",
                         "protocol.hybrid_e2e sends Delay_Req by unicast; delay_mechanism p2p "
                         "sends none");
  }
  if (in_force.unicast_negotiation() && p2p) {
    return Contradiction("unicast_negotiation",
                         "protocol.unicast_negotiation asks for Delay_Resp, which delay_mechanism "
                         "p2p does not use");
  }
  if (in_force.gptp() && !ethernet) {
    return Contradiction("gptp", "protocol.gptp (IEEE 802.1AS) needs network_protocol ethernet");
  }
  if (in_force.gptp() && !p2p) {
    return Contradiction("gptp", "protocol.gptp (IEEE 802.1AS) needs delay_mechanism p2p");
  }
  return std::nullopt;
}

Problem UnicastMastersInvalid(const std::string& message) {
  return {"UNICAST_MASTERS_INVALID", "unicast_masters", message};
}

Found CheckUnicastMasters(const std::vector<std::string>& masters, const PtpProtocol& in_force) {
  if (masters.empty()) return std::nullopt;
  if (masters.size() > kMaxUnicastMasters) {
    return UnicastMastersInvalid(
        absl::StrCat(masters.size(), " unicast masters are more than ", kMaxUnicastMasters));
  }
  if (!in_force.unicast_negotiation()) {
    return UnicastMastersInvalid(
        "there are unicast masters, but protocol.unicast_negotiation is false: nobody would ask "
        "them");
  }
  if (in_force.role() == v1::CLOCK_ROLE_SERVER) {
    return UnicastMastersInvalid(
        "there are unicast masters, but protocol.role is server: it follows nobody");
  }
  std::set<std::string> seen;
  for (const std::string& text : masters) {
    const auto address = ParseAddress(text);
    if (!address.has_value()) {
      return UnicastMastersInvalid(absl::StrCat(
          "the unicast master '", text, "' is not the IPv4, IPv6 or MAC address of a clock"));
    }
    if (address->network != in_force.network_protocol()) {
      return UnicastMastersInvalid(absl::StrCat(
          "the unicast master ", text, " cannot be reached by network_protocol ",
          TextOf(*FindProtocolField("network_protocol"), in_force.network_protocol())));
    }
    if (!seen.insert(address->text).second) {
      return UnicastMastersInvalid(absl::StrCat("the unicast master ", text, " is named twice"));
    }
  }
  return std::nullopt;
}

Problem AcceptableMastersInvalid(const std::string& message) {
  return {"ACCEPTABLE_MASTERS_INVALID", "acceptable_masters", message};
}

Found CheckAcceptableMasters(const std::vector<AcceptableMaster>& masters) {
  if (masters.size() > kMaxAcceptableMasters) {
    return AcceptableMastersInvalid(
        absl::StrCat(masters.size(), " acceptable masters are more than ", kMaxAcceptableMasters));
  }
  std::set<std::string> seen;
  for (const AcceptableMaster& master : masters) {
    const bool by_address = master.identity().empty() && !master.address().empty();
    const std::optional<std::string> identity =
        by_address ? "" : CanonicalIdentity(master.identity());
    if (!identity.has_value()) {
      return AcceptableMastersInvalid(
          absl::StrCat("the acceptable master '", master.identity(),
                       "' is not a clockIdentity of 16 hexadecimal digits, with or without / and "
                       "a port number"));
    }
    if (master.alternate_priority1() > 255) {
      return AcceptableMastersInvalid(absl::StrCat("the priority ", master.alternate_priority1(),
                                                   " of the acceptable master ", *identity,
                                                   " is not within 0 to 255"));
    }
    const auto address = ParseAddress(master.address());
    if (!master.address().empty() && !address.has_value()) {
      return AcceptableMastersInvalid(absl::StrCat("the address '", master.address(),
                                                   "' of an acceptable master is not an IPv4, IPv6 "
                                                   "or MAC address of one clock"));
    }
    const std::string name =
        absl::StrCat(*identity, address.has_value() ? absl::StrCat("@", address->text) : "");
    if (!seen.insert(name).second) {
      return AcceptableMastersInvalid(
          absl::StrCat("the acceptable master ", name, " is named twice"));
    }
  }
  return std::nullopt;
}

Problem AuthenticationInvalid(const char* field, const std::string& message) {
  return {"AUTHENTICATION_INVALID", absl::StrCat("authentication.", field), message};
}

// What stands in the file is the engine's to read.
Found CheckAuthentication(const PtpAuthentication& authentication) {
  constexpr uint32_t kGreatestPointer = 255;
  constexpr size_t kLongestPath = 4095;
  const std::string& file = authentication.association_file();
  const bool printable = std::none_of(file.begin(), file.end(),
                                      [](unsigned char c) { return absl::ascii_iscntrl(c); });
  if (!file.empty() && (file[0] != '/' || !printable || file.size() > kLongestPath)) {
    return AuthenticationInvalid(
        "association_file",
        absl::StrCat("the file of security associations '", absl::CEscape(file),
                     "' is not named by an absolute path, like /etc/hostctl/ptp-keys"));
  }
  if (authentication.security_parameter_pointer() > kGreatestPointer) {
    return AuthenticationInvalid(
        "security_parameter_pointer",
        absl::StrCat("the security parameter pointer ", authentication.security_parameter_pointer(),
                     " is not within 0 to 255"));
  }
  return std::nullopt;
}

}  // namespace

bool Settings::operator==(const Settings& o) const {
  const auto same = [](const auto& a, const auto& b) {
    return a.SerializeAsString() == b.SerializeAsString();
  };
  return profile == o.profile && same(values, o.values) && unicast_masters == o.unicast_masters &&
         std::equal(acceptable_masters.begin(), acceptable_masters.end(),
                    o.acceptable_masters.begin(), o.acceptable_masters.end(), same) &&
         management_enabled == o.management_enabled &&
         management_allow_set == o.management_allow_set && same(authentication, o.authentication);
}

Settings Canonical(Settings settings) {
  if (settings.profile.empty()) settings.profile = kDefaultProfile;
  for (const ProtocolField& field : ProtocolFields()) {
    const bool unspecified = field.kind == ProtocolField::Kind::kWord &&
                             field.has(settings.values) && field.get(settings.values) == 0;
    if (unspecified) field.clear(settings.values);
  }
  for (std::string& master : settings.unicast_masters) {
    if (const auto address = ParseAddress(master)) master = address->text;
  }
  for (AcceptableMaster& master : settings.acceptable_masters) {
    if (const auto identity = CanonicalIdentity(master.identity())) master.set_identity(*identity);
    if (const auto address = ParseAddress(master.address())) master.set_address(address->text);
  }
  return settings;
}

std::optional<Problem> Check(const Settings& settings, unsigned domain_number) {
  const PtpProfile* profile = FindProfile(settings.profile);
  if (profile == nullptr) {
    std::string names;
    for (const PtpProfile& known : Profiles()) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", known.name());
    }
    return Problem{
        "PROFILE_UNKNOWN", "profile",
        absl::StrCat("there is no profile '", settings.profile, "'; known are: ", names)};
  }
  if (domain_number < profile->domain_number_minimum() ||
      domain_number > profile->domain_number_maximum()) {
    return Problem{
        "DOMAIN_NOT_OF_PROFILE", "domain_number",
        absl::StrCat("PTP domain ", domain_number, " is not within ",
                     profile->domain_number_minimum(), " to ", profile->domain_number_maximum(),
                     ", the domains of the profile ", profile->name())};
  }
  if (Found wrong = CheckValues(settings.values)) return wrong;
  const PtpProtocol in_force = Effective(settings.profile, settings.values);
  if (Found wrong = CheckTogether(in_force)) return wrong;
  if (Found wrong = CheckUnicastMasters(settings.unicast_masters, in_force)) return wrong;
  if (Found wrong = CheckAcceptableMasters(settings.acceptable_masters)) return wrong;
  return CheckAuthentication(settings.authentication);
}

}  // namespace ptpcore::profile
