#include "service/reconcile/ntp_update.h"

#include "absl/strings/str_cat.h"
#include "service/ntp/directives.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/fingerprint.h"
#include "service/reconcile/words.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;

std::string RemedyOf(const std::string& reason) {
  if (reason == "NTP_SERVER_INVALID") return "hostctl system ntp set --server ntp.example.org";
  if (reason == "NTP_LOG_LEVEL_INVALID") return "hostctl system ntp set --loglevel info";
  return "man chrony.conf";
}

absl::Status CheckSettings(const store::NtpSettings& ntp) {
  if (const auto problem = Check(ntp)) {
    return Failure(StatusCode::kInvalidArgument, problem->message,
                   {problem->reason, "config." + problem->field, RemedyOf(problem->reason)});
  }
  for (const std::string& line : ntp.directives) {
    const auto why = ntp::WhyRefused(line);
    if (!why.has_value()) continue;
    return Failure(StatusCode::kInvalidArgument,
                   absl::StrCat("the line `", line, "` cannot be added: ", *why),
                   {"NTP_DIRECTIVE_INVALID", "config.directives", RemedyOf("")});
  }
  if (!ntp.enabled || !ntp.servers.empty()) return absl::OkStatus();
  return Failure(StatusCode::kInvalidArgument, "NTP cannot be enabled without a time server",
                 {"NTP_SERVERS_REQUIRED", "config.servers",
                  "hostctl system ntp set --enable --server ntp.example.org"});
}

std::vector<std::string> ServerTexts(const store::NtpSettings& ntp) {
  std::vector<std::string> texts;
  for (const store::NtpServer& server : ntp.servers) texts.push_back(ServerText(server));
  return texts;
}

}  // namespace

std::string EtagOf(const store::NtpSettings& settings) {
  return Fingerprint({ToJson(settings).dump()});
}

absl::StatusOr<store::DesiredState> ApplyNtpUpdate(const store::DesiredState& current,
                                                   const NtpUpdate& update) {
  if (update.etag.has_value() && *update.etag != EtagOf(current.ntp)) {
    return Failure(StatusCode::kAborted,
                   absl::StrCat("the NTP configuration was changed by somebody else: its etag is ",
                                EtagOf(current.ntp), ", not ", *update.etag),
                   {"ETAG_MISMATCH", "etag", "hostctl system ntp get"});
  }
  store::DesiredState wanted = current;
  store::NtpSettings& ntp = wanted.ntp;
  if (update.reset_to_defaults) ntp = store::NtpSettings();
  if (update.enabled.has_value()) ntp.enabled = *update.enabled;
  if (update.servers.has_value()) ntp.servers = *update.servers;
  if (update.log_level.has_value()) ntp.log_level = *update.log_level;
  if (update.directives.has_value()) ntp.directives = *update.directives;
  if (update.disable_events.has_value()) ntp.disable_events = *update.disable_events;
  absl::Status right = CheckSettings(ntp);
  if (!right.ok()) return right;
  const bool switched_on = ntp.enabled && (update.enabled.has_value() || !current.ntp.enabled);
  if (switched_on) wanted.firewall.rulesets[kNtpRuleset].enabled = true;
  if (!ntp.enabled && current.ntp.enabled) wanted.firewall.rulesets[kNtpRuleset].enabled = false;
  return wanted;
}

std::string ServerText(const store::NtpServer& server) {
  std::string text = absl::StrCat(server.pool ? "pool " : "server ", server.address);
  if (server.nts) absl::StrAppend(&text, " nts");
  if (server.prefer) absl::StrAppend(&text, " prefer");
  if (server.port != 0) absl::StrAppend(&text, " port ", server.port);
  if (server.min_poll.has_value()) absl::StrAppend(&text, " minpoll ", *server.min_poll);
  if (server.max_poll.has_value()) absl::StrAppend(&text, " maxpoll ", *server.max_poll);
  return text;
}

std::vector<Change> NtpChanges(const store::NtpSettings& before, const store::NtpSettings& after) {
  const auto word = [](bool value) { return std::string(value ? "true" : "false"); };
  std::vector<Change> changes;
  const auto add = [&changes](const char* subject, bool differs, const std::string& old_text,
                              const std::string& new_text) {
    if (differs) changes.push_back({subject, old_text, new_text});
  };
  add("ntp.enabled", before.enabled != after.enabled, word(before.enabled), word(after.enabled));
  // Two long lists may look the same where they are cut short.
  add("ntp.servers", before.servers != after.servers, Listed(ServerTexts(before)),
      Listed(ServerTexts(after)));
  add("ntp.log_level", before.log_level != after.log_level, before.log_level, after.log_level);
  add("ntp.directives", before.directives != after.directives, Listed(before.directives),
      Listed(after.directives));
  add("ntp.disable_events", before.disable_events != after.disable_events,
      word(before.disable_events), word(after.disable_events));
  return changes;
}

}  // namespace hostctl::reconcile
