#include "service/reconcile/protocol_update.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ptpcore/profile/protocol_field.h"
#include "service/reconcile/failure.h"

namespace hostctl::reconcile {
namespace {

namespace profile = ptpcore::profile;

std::string RemedyOf(const profile::Problem& problem, const store::PtpSettings& ptp) {
  const std::string& name = ptp.protocol.profile;
  if (problem.reason == "PROFILE_UNKNOWN") return "hostctl system ptp profile list";
  if (problem.reason == "DOMAIN_NOT_OF_PROFILE") {
    return absl::StrCat("hostctl system ptp set --profile ", name, " --domain ",
                        profile::FindProfile(name)->domain_number());
  }
  if (problem.reason == "UNICAST_MASTERS_INVALID") {
    return "hostctl system ptp set --unicast-negotiation true --unicast-master ADDRESS, or "
           "--unicast-master '' for none";
  }
  if (problem.reason == "ACCEPTABLE_MASTERS_INVALID") {
    return "hostctl system ptp set --acceptable-master IDENTITY, see hostctl system ptp master "
           "list";
  }
  if (problem.reason == "AUTHENTICATION_INVALID") {
    return "hostctl system ptp set --authentication-file /etc/hostctl/ptp-keys "
           "--authentication-spp 0, or --authentication-file '' for none";
  }
  if (problem.reason == "PROTOCOL_CONTRADICTION") {
    return absl::StrCat("hostctl system ptp profile get --profile ", name);
  }
  return "hostctl system ptp set --help";
}

std::string MastersText(const std::vector<profile::AcceptableMaster>& masters) {
  std::vector<std::string> texts;
  for (const profile::AcceptableMaster& master : masters) {
    const std::string from = master.address().empty() ? "" : absl::StrCat("@", master.address());
    const std::string priority =
        master.alternate_priority1() == 0 ? "" : absl::StrCat("=", master.alternate_priority1());
    texts.push_back(absl::StrCat(master.identity(), from, priority));
  }
  return absl::StrJoin(texts, ", ");
}

std::string ValueText(const profile::ProtocolField& field, const profile::PtpProtocol& in_force,
                      const profile::PtpProtocol& values) {
  return absl::StrCat(TextOf(field, field.get(in_force)), field.has(values) ? "" : " (profile)");
}

void TakeAuthentication(const AuthenticationUpdate& update,
                        profile::PtpAuthentication& authentication) {
  if (update.association_file.has_value()) {
    authentication.set_association_file(*update.association_file);
  }
  if (update.security_parameter_pointer.has_value()) {
    authentication.set_security_parameter_pointer(*update.security_parameter_pointer);
  }
  if (update.active_key_id.has_value()) authentication.set_active_key_id(*update.active_key_id);
  if (update.allow_unauthenticated.has_value()) {
    authentication.set_allow_unauthenticated(*update.allow_unauthenticated);
  }
}

}  // namespace

absl::Status TakeProtocol(const ProtocolUpdate& update, bool names_domain,
                          store::PtpSettings& ptp) {
  profile::Settings& settings = ptp.protocol;
  if (update.profile.has_value()) {
    settings.profile = *update.profile;
    settings.values.Clear();
    const profile::PtpProfile* found = profile::FindProfile(settings.profile);
    if (found != nullptr && !names_domain) {
      ptp.domain_number = static_cast<uint8_t>(found->domain_number());
    }
  }
  if (update.values.has_value()) settings.values = *update.values;
  for (const auto& [name, value] : update.some_values) {
    const profile::ProtocolField& field = *profile::FindProtocolField(name);
    if (value.has_value()) {
      field.set(settings.values, *value);
    } else {
      field.clear(settings.values);
    }
  }
  if (update.unicast_masters.has_value()) settings.unicast_masters = *update.unicast_masters;
  if (update.acceptable_masters.has_value()) {
    settings.acceptable_masters = *update.acceptable_masters;
  }
  if (update.management_enabled.has_value()) {
    settings.management_enabled = *update.management_enabled;
  }
  if (update.management_allow_set.has_value()) {
    settings.management_allow_set = *update.management_allow_set;
  }
  TakeAuthentication(update.authentication, settings.authentication);
  settings = Canonical(std::move(settings));
  const auto problem = Check(settings, ptp.domain_number);
  if (!problem.has_value()) return absl::OkStatus();
  return Failure(
      absl::StatusCode::kInvalidArgument, problem->message,
      {problem->reason, absl::StrCat("config.", problem->field), RemedyOf(*problem, ptp)});
}

std::vector<Change> ProtocolChanges(const profile::Settings& before,
                                    const profile::Settings& after) {
  std::vector<Change> changes;
  const auto add = [&changes](const std::string& subject, const std::string& was,
                              const std::string& is) {
    if (was != is) changes.push_back({subject, was, is});
  };
  const auto text = [](bool value) { return std::string(value ? "true" : "false"); };
  add("ptp.profile", before.profile, after.profile);
  const profile::PtpProtocol was = profile::Effective(before.profile, before.values);
  const profile::PtpProtocol is = profile::Effective(after.profile, after.values);
  for (const profile::ProtocolField& field : profile::ProtocolFields()) {
    add(absl::StrCat("ptp.protocol.", field.name), ValueText(field, was, before.values),
        ValueText(field, is, after.values));
  }
  add("ptp.unicast_masters", absl::StrJoin(before.unicast_masters, ", "),
      absl::StrJoin(after.unicast_masters, ", "));
  add("ptp.acceptable_masters", MastersText(before.acceptable_masters),
      MastersText(after.acceptable_masters));
  add("ptp.management.enabled", text(before.management_enabled), text(after.management_enabled));
  add("ptp.management.allow_set", text(before.management_allow_set),
      text(after.management_allow_set));
  const profile::PtpAuthentication& old = before.authentication;
  const profile::PtpAuthentication& now = after.authentication;
  add("ptp.authentication.association_file", old.association_file(), now.association_file());
  add("ptp.authentication.security_parameter_pointer",
      absl::StrCat(old.security_parameter_pointer()),
      absl::StrCat(now.security_parameter_pointer()));
  add("ptp.authentication.active_key_id", absl::StrCat(old.active_key_id()),
      absl::StrCat(now.active_key_id()));
  add("ptp.authentication.allow_unauthenticated", text(old.allow_unauthenticated()),
      text(now.allow_unauthenticated()));
  return changes;
}

std::string FingerprintText(const profile::Settings& settings) {
  std::string text = settings.profile;
  for (const profile::ProtocolField& field : profile::ProtocolFields()) {
    if (!field.has(settings.values)) continue;
    absl::StrAppend(&text, " ", field.name, "=", field.get(settings.values));
  }
  absl::StrAppend(&text, "; ", absl::StrJoin(settings.unicast_masters, ","), "; ",
                  MastersText(settings.acceptable_masters), "; ", settings.management_enabled, " ",
                  settings.management_allow_set);
  const profile::PtpAuthentication& authentication = settings.authentication;
  absl::StrAppend(&text, "; ", authentication.association_file(), " ",
                  authentication.security_parameter_pointer(), " ", authentication.active_key_id(),
                  " ", authentication.allow_unauthenticated());
  return text;
}

}  // namespace hostctl::reconcile
