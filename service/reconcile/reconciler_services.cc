// The reconciler's part for services: those of others, which a ServiceManager runs,
// and how all of them look to users.
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/reconciler.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;
using Action = ServiceUpdate::Action;
using daemon::RunState;

// All but our engine.
std::vector<ServiceDefinition> ManagedServices() {
  std::vector<ServiceDefinition> services;
  for (const ServiceDefinition& service : ServiceCatalogue()) {
    if (service.key != kPtpService) services.push_back(service);
  }
  return services;
}

absl::Status NotInstalled(const std::string& key, const std::string& why) {
  return Failure(StatusCode::kFailedPrecondition,
                 absl::StrCat("the service ", key, " is not installed: ", why),
                 {"SERVICE_NOT_INSTALLED", "", ""});
}

absl::Status StartFailure(const std::string& key, const absl::Status& status) {
  const std::string message(status.message());
  if (absl::IsNotFound(status)) return NotInstalled(key, message);
  const bool refused = absl::IsPermissionDenied(status);
  return Failure(refused ? StatusCode::kPermissionDenied : StatusCode::kFailedPrecondition,
                 absl::StrCat("the service ", key, " could not be started: ", message),
                 {"SERVICE_START_FAILED", "", refused ? "run hostd as root" : ""});
}

}  // namespace

ClockFacts Reconciler::Facts() {
  ClockFacts facts;
  facts.ptp_uses_system_clock = settings_.clock == engine::v1::CLOCK_KIND_SYSTEM;
  facts.in_fallback = fallback_.in_fallback;
  const auto ntp = parts_.services.State(kNtpService);
  facts.chronyd_known = ntp.ok();
  if (!ntp.ok()) return facts;
  facts.chronyd_steers = ntp->steers_clock;
  facts.chronyd_runs = ntp->state != RunState::kStopped;
  return facts;
}

void Reconciler::TendServices() {
  const Work work(*this);
  parts_.services.Tend();
  const Wanted all{desired_, by_hand_};
  absl::Status done = StopServices(all);
  done.Update(StartServices(all, Cause::kRepair));
  if (!done.ok()) Log(std::string(done.message()));
  SettleFallback();
}

absl::Status Reconciler::StopServices(const Wanted& all) {
  const ClockFacts facts = Facts();
  for (const ServiceDefinition& service : ManagedServices()) {
    const std::string& key = service.key;
    const ServiceTarget target = TargetBeside(all.state, all.by_hand, facts, key);
    if (target != ServiceTarget::kRun) troubles_.erase(key);
    const auto status = parts_.services.State(key);
    if (!status.ok() || status->state == RunState::kStopped) continue;
    const bool replace = key == kNtpService && !ChronydRunsAs(*status, all.state);
    if (target != ServiceTarget::kStop && !replace) continue;
    absl::Status stopped = parts_.services.Stop(key);
    if (stopped.ok()) {
      chronyd_keeps_clock_ = replace && target == ServiceTarget::kRun;
      continue;
    }
    return Failure(StatusCode::kFailedPrecondition,
                   absl::StrCat("the service ", key, " does not stop: ", stopped.message()),
                   {"SERVICE_STOP_FAILED", "", ""});
  }
  return absl::OkStatus();
}

absl::Status Reconciler::StartServices(const Wanted& all, Cause cause) {
  const ClockFacts facts = Facts();
  for (const ServiceDefinition& service : ManagedServices()) {
    const std::string& key = service.key;
    const auto status = parts_.services.State(key);
    if (TargetBeside(all.state, all.by_hand, facts, key) != ServiceTarget::kRun) {
      // Nobody else is to start it with what is wanted no more.
      const bool ours = key == kNtpService && status.ok() && status->configuration.has_value() &&
                        status->state == RunState::kStopped;
      if (ours && !ChronydConfiguration(all.state).has_value()) {
        absl::Status done = parts_.services.Configure(key, std::nullopt);
        if (!done.ok()) Log(std::string(done.message()));
      }
      continue;
    }
    if (status.ok() && status->state != RunState::kStopped) {
      troubles_.erase(key);
      continue;
    }
    // It has not given the clock away: then nobody else gets it.
    if (key == kNtpService && facts.in_fallback && EngineSteers()) continue;
    const auto trouble = troubles_.find(key);
    const bool too_early = trouble != troubles_.end() && parts_.now() < trouble->second.retry_at;
    if (too_early && cause == Cause::kRepair) continue;
    absl::Status started = StartService(key, all.state);
    // A service that was wanted before stands in the way of nothing else.
    const bool as_before =
        (ShouldRun(desired_, by_hand_, key) || FallbackArmed(all.state, all.by_hand)) &&
        (key != kNtpService || all.state.ntp == desired_.ntp);
    if (!started.ok() && cause == Cause::kUser && !as_before) {
      troubles_.erase(key);
      return started;
    }
  }
  return absl::OkStatus();
}

absl::Status Reconciler::StartService(const std::string& key, const store::DesiredState& state) {
  absl::Status started;
  if (key == kNtpService) started = PrepareChronyd(state);
  if (started.ok()) started = parts_.services.Start(key);
  if (started.ok()) {
    if (key == kNtpService) ChronydStarted(state);
    troubles_.erase(key);
    return started;
  }
  started = StartFailure(key, started);
  Trouble& trouble = troubles_[key];
  trouble.what = std::string(started.message());
  trouble.retry_at = parts_.now() + trouble.backoff.Next(std::chrono::milliseconds(0));
  Log(trouble.what);
  return started;
}

bool Reconciler::Runs(const std::string& key) {
  if (key == kPtpService) return parts_.engine.pid() != 0;
  const auto status = parts_.services.State(key);
  return status.ok() && status->state == RunState::kRunning;
}

std::set<std::string> Reconciler::RunningServices() {
  std::set<std::string> running;
  for (const ServiceDefinition& service : ManagedServices()) {
    if (Runs(service.key)) running.insert(service.key);
  }
  return running;
}

// After a set that failed half-way: what it has started and nobody else wants.
void Reconciler::StopStartedSince(const std::set<std::string>& ran) {
  for (const std::string& key : RunningServices()) {
    const bool wanted = TargetBeside(desired_, by_hand_, Facts(), key) == ServiceTarget::kRun;
    if (ran.count(key) > 0 || wanted) continue;
    absl::Status stopped = parts_.services.Stop(key);
    if (!stopped.ok()) Log(std::string(stopped.message()));
  }
}

absl::StatusOr<Wanted> Reconciler::EditService(const ServiceUpdate& update) {
  auto wanted = ApplyServiceUpdate({desired_, by_hand_}, update);
  if (!wanted.ok() || update.key == kPtpService) return wanted;
  if (!ShouldRun(wanted->state, wanted->by_hand, update.key)) return wanted;
  const auto status = parts_.services.State(update.key);
  if (!status.ok()) return StartFailure(update.key, status.status());
  if (!status->installed) return NotInstalled(update.key, status->why_not_installed);
  return wanted;
}

absl::Status Reconciler::RestartService(const std::string& key) {
  if (key != kPtpService) {
    absl::Status restarted = parts_.services.Restart(key);
    return restarted.ok() ? restarted : StartFailure(key, restarted);
  }
  absl::Status stopped = parts_.engine.Stop();
  if (stopped.ok()) return MatchEngine({desired_, by_hand_}, Cause::kUser);
  return Failure(StatusCode::kFailedPrecondition,
                 absl::StrCat("the service ptpd does not stop: ", stopped.message()),
                 {"SERVICE_STOP_FAILED", "", ""});
}

absl::StatusOr<ServiceSetResult> Reconciler::UpdateService(const ServiceUpdate& update,
                                                           bool validate_only) {
  const Work work(*this);
  const bool ran = Runs(update.key);
  Wanted wanted;
  auto changes = SetAll(
      [&]() -> absl::StatusOr<Wanted> {
        auto edited = EditService(update);
        if (edited.ok()) wanted = *edited;
        return edited;
      },
      validate_only);
  absl::Status done = changes.status();
  // chronyd that is to take over from PTP waits for that.
  const bool may_run =
      done.ok() && (update.key == kPtpService ||
                    TargetBeside(desired_, by_hand_, Facts(), update.key) != ServiceTarget::kStop);
  if (done.ok() && update.action == Action::kRestart && ran && may_run) {
    changes->push_back({absl::StrCat("service.", update.key), "running", "restarted"});
    if (!validate_only) done = RestartService(update.key);
  } else if (done.ok() && update.action == Action::kStart && !validate_only &&
             update.key != kPtpService && may_run && !Runs(update.key)) {
    // Wanted before, but it did not come up; asked for by name it is worth an answer.
    done = StartService(update.key, desired_);
  }
  if (!done.ok() && changes.ok()) {
    // Stopped for the restart and not come back: it is wanted as before.
    absl::Status restored = Match({desired_, by_hand_}, Cause::kRollback);
    if (!restored.ok()) Log(std::string(restored.message()));
  }
  if (on_set_ != nullptr) on_set_();
  if (!done.ok()) {
    const FailureDetail detail = DetailOf(done);
    if (detail.reason != "ENGINE_START_FAILED") return done;
    return Failure(done.code(), std::string(done.message()),
                   {"SERVICE_START_FAILED", detail.field, detail.remedy});
  }
  return ServiceSetResult{ServiceViewOf(update.key, wanted), *std::move(changes)};
}

ServiceView Reconciler::EngineServiceView(const Wanted& all) const {
  ServiceView view;
  view.definition = *FindService(kPtpService);
  view.policy = all.state.services.at(kPtpService);
  const PtpView ptp = ViewOf(all);
  view.state = ptp.service_state;
  const ServiceInputs inputs = InputsOf(all.state, all.by_hand, kPtpService);
  view.reason = WhyNotRun(inputs, view.definition);
  if (view.state == ServiceState::kFailed) {
    view.reason = "it is being started";
    for (const Condition& condition : engine_conditions_) view.reason = condition.message;
  }
  view.pid = parts_.engine.pid();
  view.since = parts_.engine.since();
  view.last_exit = engine_last_exit_;
  view.restarts = engine_restarts_;
  view.manager = "hostd";
  return view;
}

ServiceView Reconciler::ManagedServiceView(const ServiceDefinition& service, const Wanted& all) {
  ServiceView view;
  view.definition = service;
  view.policy = all.state.services.at(service.key);
  view.manager = parts_.services.name();
  const ServiceTarget target = TargetBeside(all.state, all.by_hand, Facts(), service.key);
  const bool waits = service.key == kNtpService && FallbackArmed(all.state, all.by_hand) &&
                     target == ServiceTarget::kStop;
  const bool should_run =
      !waits && (target == ServiceTarget::kRun || ShouldRun(all.state, all.by_hand, service.key));
  const auto status = parts_.services.State(service.key);
  if (!status.ok()) {
    view.state = should_run ? ServiceState::kFailed : ServiceState::kStopped;
    view.reason = absl::StrCat("its state is not known: ", status.status().message());
    return view;
  }
  view.installed = status->installed;
  view.pid = status->pid;
  view.since = status->since;
  view.last_exit = status->last_exit;
  view.restarts = status->restarts;
  view.recent_log = status->log;
  if (status->state == RunState::kRunning) {
    view.state = ServiceState::kRunning;
    return view;
  }
  view.state = should_run ? ServiceState::kFailed : ServiceState::kStopped;
  const auto trouble = troubles_.find(service.key);
  if (!status->installed) {
    view.reason = absl::StrCat("it is not installed: ", status->why_not_installed);
  } else if (waits) {
    view.reason = "PTP keeps the clock; it runs when NTP takes over";
  } else if (!should_run) {
    view.reason = WhyNotRun(InputsOf(all.state, all.by_hand, service.key), service);
  } else if (target == ServiceTarget::kStop) {
    view.reason = "PTP steers the system clock";
  } else if (status->state == RunState::kWaiting) {
    view.reason = absl::StrCat("it ", status->last_exit, " and is started again in a moment");
  } else {
    view.reason = trouble != troubles_.end() ? trouble->second.what : "it is being started";
  }
  return view;
}

ServiceView Reconciler::ServiceViewOf(const std::string& key, const Wanted& all) {
  return key == kPtpService ? EngineServiceView(all) : ManagedServiceView(*FindService(key), all);
}

std::vector<ServiceView> Reconciler::Services() {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::vector<ServiceView> views;
  for (const ServiceDefinition& service : ServiceCatalogue()) {
    views.push_back(ServiceViewOf(service.key, {desired_, by_hand_}));
  }
  return views;
}

}  // namespace hostctl::reconcile
