// The reconciler's part for NTP: chronyd with a configuration of hostd's.
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using daemon::RunState;
using ntp::StartStep;

constexpr char kStatsRemedy[] = "hostctl system ntp test";

// What chronyd itself refuses, by the setting that it comes from.
absl::Status RefusedByChronyd(const ntp::ConfProblem& problem,
                              const std::vector<std::string>& lines,
                              const store::NtpSettings& settings) {
  const bool known = problem.line >= 1 && problem.line <= lines.size();
  const std::string line = known ? lines[problem.line - 1] : "";
  const bool of_user = !known || problem.line - 1 >= ntp::FirstDirectiveLine(lines, settings);
  return Failure(
      StatusCode::kInvalidArgument,
      known ? absl::StrCat("chronyd does not take the line `", line, "`: ", problem.message)
            : absl::StrCat("chronyd does not take the configuration: ", problem.message),
      {of_user ? "NTP_DIRECTIVE_INVALID" : "NTP_SERVER_INVALID",
       of_user ? "config.directives" : "config.servers", "man chrony.conf"});
}

}  // namespace

std::optional<daemon::OwnConfiguration> Reconciler::ChronydConfiguration(
    const store::DesiredState& state) const {
  if (!NtpIsSource(state) && !FallsBackToNtp(state)) return std::nullopt;
  return daemon::OwnConfiguration{parts_.ntp.places.config_file, state.ntp.log_level};
}

// Whether the chronyd that runs was started with what `state` wants. Once it runs, the
// file says `never step`, so that whoever starts it again does not step the clock.
bool Reconciler::ChronydRunsAs(const daemon::ServiceStatus& status,
                               const store::DesiredState& state) const {
  const auto wanted = ChronydConfiguration(state);
  if (!(status.configuration == wanted)) return false;
  if (!wanted.has_value()) return true;
  const auto text = parts_.ntp.read();
  if (!text.ok()) return false;
  for (const StartStep step : {StartStep::kNever, StartStep::kAllowed}) {
    if (*text == ntp::FileText(ChronyConf(state.ntp, parts_.ntp.places, step))) return true;
  }
  return false;
}

absl::Status Reconciler::PrepareChronyd(const store::DesiredState& state) {
  const auto wanted = ChronydConfiguration(state);
  absl::Status done;
  if (wanted.has_value()) {
    const bool kept = chronyd_keeps_clock_ || fallback_.in_fallback;
    const StartStep step = kept ? StartStep::kNever : StartStep::kAllowed;
    done = parts_.ntp.write(ntp::FileText(ChronyConf(state.ntp, parts_.ntp.places, step)));
  }
  if (done.ok()) done = parts_.services.Configure(kNtpService, wanted);
  return done;
}

void Reconciler::ChronydStarted(const store::DesiredState& state) {
  chronyd_keeps_clock_ = false;
  if (!ChronydConfiguration(state).has_value()) return;
  absl::Status written =
      parts_.ntp.write(ntp::FileText(ChronyConf(state.ntp, parts_.ntp.places, StartStep::kNever)));
  if (!written.ok()) Log(std::string(written.message()));
}

absl::StatusOr<Wanted> Reconciler::EditNtp(const NtpUpdate& update) {
  auto edited = ApplyNtpUpdate(desired_, update);
  if (!edited.ok()) return edited.status();
  const store::NtpSettings& ntp = edited->ntp;
  const auto status = parts_.services.State(kNtpService);
  const bool installed = status.ok() && status->installed;
  if (ntp.enabled && !desired_.ntp.enabled && !installed) {
    return Failure(StatusCode::kFailedPrecondition,
                   absl::StrCat("the service chronyd is not installed: ",
                                status.ok() ? status->why_not_installed
                                            : std::string(status.status().message())),
                   {"SERVICE_NOT_INSTALLED", "", ""});
  }
  // Without chronyd there is nobody to ask; it is asked when NTP is enabled.
  if (installed && (!(ntp == desired_.ntp) || ntp.enabled)) {
    const auto lines = ChronyConf(ntp, parts_.ntp.places, StartStep::kAllowed);
    const auto problem = parts_.ntp.check(lines);
    if (!problem.ok()) {
      Log(absl::StrCat("chronyd could not be asked about its configuration: ",
                       problem.status().message()));
    } else if (problem->has_value()) {
      return RefusedByChronyd(**problem, lines, ntp);
    }
  }
  return WithServices(*std::move(edited));
}

absl::StatusOr<NtpSetResult> Reconciler::UpdateNtp(const NtpUpdate& update, bool validate_only) {
  const Work work(*this);
  Wanted wanted;
  auto changes = SetAll(
      [&]() -> absl::StatusOr<Wanted> {
        auto edited = EditNtp(update);
        if (edited.ok()) wanted = *edited;
        return edited;
      },
      validate_only);
  if (on_set_ != nullptr) on_set_();
  if (!changes.ok()) return changes.status();
  return NtpSetResult{NtpViewOf(wanted), *std::move(changes)};
}

NtpView Reconciler::Ntp() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return NtpViewOf({desired_, by_hand_});
}

bool Reconciler::WantsNtpEvents() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return !desired_.ntp.disable_events;
}

NtpView Reconciler::NtpViewOf(const Wanted& all) {
  const store::DesiredState& state = all.state;
  const ServiceView service = ManagedServiceView(*FindService(kNtpService), all);
  const auto status = parts_.services.State(kNtpService);
  NtpView view;
  view.settings = state.ntp;
  view.etag = EtagOf(state.ntp);
  view.service_state = service.state;
  view.pid = service.pid;
  const auto ruleset = state.firewall.rulesets.find(kNtpRuleset);
  view.ruleset_enabled = ruleset != state.firewall.rulesets.end() && ruleset->second.enabled;
  view.in_control =
      status.ok() && status->state == RunState::kRunning && status->configuration.has_value();
  view.steers_clock = view.in_control && status->steers_clock;
  view.conditions = store_conditions_;
  if (!NtpIsSource(state)) return view;
  const ServiceInputs inputs = InputsOf(state, all.by_hand, kNtpService);
  if (TargetOf(inputs) != ServiceTarget::kRun) {
    view.conditions.push_back({"SERVICE_NOT_STARTED",
                               absl::StrCat("NTP is enabled, but the service chronyd is not ",
                                            "started: ", service.reason),
                               "hostctl system service start --service chronyd"});
  } else if (service.state == ServiceState::kFailed) {
    view.conditions.push_back(
        {"NTP_NOT_RUNNING",
         absl::StrCat("the service chronyd does not run as wanted: ", service.reason),
         "hostctl system service list --service chronyd"});
  } else if (status.ok() && !status->steers_clock) {
    view.conditions.push_back({"CLOCK_ONLY_MEASURED",
                               "chronyd was told to leave the clock alone (-x)",
                               "take -x out of hostd's option --chronyd"});
  }
  if (!firewall::Passes(*firewall::FindRuleset(firewall::Catalogue(), kNtpRuleset),
                        state.firewall)) {
    view.conditions.push_back(
        {"RULESET_CLOSED", absl::StrCat("the firewall ruleset ", kNtpRuleset, " lets no NTP out"),
         absl::StrCat("hostctl network firewall ruleset set --ruleset-id ", kNtpRuleset,
                      " --enabled true")});
  }
  return view;
}

NtpConfiguration Reconciler::ChronyConfiguration() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {parts_.ntp.places.config_file,
          ChronyConf(desired_.ntp, parts_.ntp.places, StartStep::kAllowed)};
}

absl::StatusOr<hostctl::v1::NtpStats> Reconciler::NtpStats() {
  std::string why;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto status = parts_.services.State(kNtpService);
    const bool runs = status.ok() && status->state == RunState::kRunning;
    if (!runs || !status->configuration.has_value()) {
      if (!NtpIsSource(desired_)) {
        return Failure(
            StatusCode::kFailedPrecondition, "NTP is not enabled",
            {"NTP_DISABLED", "", "hostctl system ntp set --enable --server ntp.example.org"});
      }
      const ServiceView service =
          ManagedServiceView(*FindService(kNtpService), {desired_, by_hand_});
      if (!ShouldRun(desired_, by_hand_, kNtpService)) {
        return Failure(
            StatusCode::kFailedPrecondition,
            absl::StrCat("NTP is enabled, but the service chronyd is not started: ",
                         service.reason),
            {"SERVICE_NOT_STARTED", "", "hostctl system service start --service chronyd"});
      }
      why = service.reason;
    }
  }
  if (why.empty()) {
    // Outside the lock: a report is not held up by a set, nor a set by a report.
    auto stats = parts_.ntp.stats();
    if (stats.ok()) return stats;
    why = std::string(stats.status().message());
  }
  return Failure(StatusCode::kUnavailable,
                 absl::StrCat("the service chronyd does not answer: ", why),
                 {"NTP_NOT_ANSWERING", "", kStatsRemedy});
}

}  // namespace hostctl::reconcile
