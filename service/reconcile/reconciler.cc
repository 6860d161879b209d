#include "service/reconcile/reconciler.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/reconcile/failure.h"
#include "service/reconcile/interface_changes.h"
#include "service/store/remedy.h"

namespace hostctl::reconcile {
namespace {

using absl::StatusCode;

// The host after `changes`, so that names can be looked up without reading again.
void NameDevices(const std::vector<host::NameChange>& changes, host::Snapshot& snapshot) {
  for (const host::NameChange& change : changes) {
    for (host::Device& device : snapshot.devices) {
      if (device.index != change.index) continue;
      auto& names = device.alternative_names;
      names.erase(std::remove(names.begin(), names.end(), change.name), names.end());
      if (change.add) names.push_back(change.name);
    }
  }
}

// What was found wrong with the stored settings, and what is in force instead.
Condition StoreCondition(const store::LoadedState& loaded) {
  const std::string& aside = loaded.set_aside_path;
  std::string what = absl::StrCat("the stored settings could not be read (", loaded.problem, ")");
  if (!aside.empty()) absl::StrAppend(&what, "; they were kept as ", aside);
  const std::string compare =
      aside.empty() ? "look whether the last settings are there" : "compare with " + aside;
  if (loaded.from_copy) {
    return {"STATE_FILE_RESTORED", absl::StrCat(what, "; the last good copy is in force"),
            absl::StrCat(compare, ", then restart hostd")};
  }
  return {"STATE_FILE_SET_ASIDE", absl::StrCat(what, " and defaults are in force"),
          absl::StrCat(compare, ", set again what is missing, then restart hostd")};
}

absl::Status NoAnswer(const std::string& why) {
  return Failure(StatusCode::kUnavailable, absl::StrCat("the service ptpd does not answer: ", why),
                 {"ENGINE_NOT_RUNNING", "", "hostctl system ptp get"});
}

}  // namespace

Reconciler::Reconciler(Parts parts, EngineSettings settings)
    : parts_(std::move(parts)),
      settings_(std::move(settings)),
      links_(parts_.interfaces, [this](const std::string& line) { Log(line); }) {
  glance_ = GlanceNow();
}

void Reconciler::Log(const std::string& line) {
  if (line == last_logged_) return;
  last_logged_ = line;
  parts_.log(line);
}

absl::Status Reconciler::Start() {
  const Work work(*this);
  auto loaded = parts_.store.Load();
  if (!loaded.ok()) return loaded.status();
  desired_ = std::move(loaded->state);
  if (!loaded->problem.empty()) {
    store_conditions_.push_back(StoreCondition(*loaded));
    Log(store_conditions_.back().message);
  }
  StartFirewall();
  auto by_hand = parts_.runtime.Load();
  if (by_hand.ok()) {
    by_hand_ = *std::move(by_hand);
  } else {
    Log(absl::StrCat("which services were started by hand is forgotten: ",
                     by_hand.status().message()));
  }
  CoupleRulesets(by_hand_, desired_);
  ResumeFallback();
  auto adopted = parts_.engine.Adopt();
  if (!adopted.ok()) Log(absl::StrCat("looking for a running ptpd: ", adopted.status().message()));
  engine_started_at_ = parts_.now();
  ReconcileLocked();
  return absl::OkStatus();
}

void Reconciler::Reconcile() {
  const Work work(*this);
  ReconcileLocked();
}

void Reconciler::ReconcileLocked() {
  // Drained before anything is read: what changes after this wakes us again.
  parts_.interfaces.DrainChanges();
  parts_.firewall.DrainChanges();
  RollBackIfDue();
  EndHangingEngine();
  absl::Status read = ReadHost(/*change_names=*/true);
  if (!read.ok()) {
    Log(std::string(read.message()));
  } else if (links_.Repair(desired_, snapshot_, parts_.now())) {
    ReadChangedHost(desired_);
  }
  fallback_pending_ = false;
  absl::Status matched = Match({desired_, by_hand_}, Cause::kRepair);
  if (!matched.ok()) Log(std::string(matched.message()));
  SettleFallback();
}

// Reads devices, works out which is vmk0, and tells the kernel so.
absl::Status Reconciler::ReadHost(bool change_names) {
  interface_conditions_.clear();
  auto snapshot = parts_.interfaces.Read();
  if (!snapshot.ok()) {
    const std::string what =
        absl::StrCat("cannot read the network devices: ", snapshot.status().message());
    interface_conditions_.push_back({"INTERFACES_UNREADABLE", what, ""});
    return Failure(StatusCode::kInternal, what, {"INTERFACES_UNREADABLE", "", ""});
  }
  snapshot_ = *std::move(snapshot);
  host::BindingPlan plan =
      host::PlanBindings(snapshot_, desired_.bindings, desired_.adopt_interfaces);
  NameDevices(plan.changes, snapshot_);
  if (!change_names) return absl::OkStatus();

  for (const host::NameChange& change : plan.changes) {
    absl::Status named = change.add
                             ? parts_.interfaces.AddAlternativeName(change.index, change.name)
                             : parts_.interfaces.RemoveAlternativeName(change.index, change.name);
    if (named.ok()) {
      Log(change.add ? absl::StrCat("named ", change.device, " ", change.name)
                     : absl::StrCat("took the name ", change.name, " from ", change.device));
      continue;
    }
    interface_conditions_.push_back(
        {"INTERFACE_NOT_NAMED",
         absl::StrCat("hostctl knows ", change.device, " as ", change.name,
                      ", but the kernel does not: ", named.message()),
         "run hostd as root"});
  }
  if (plan.bindings == desired_.bindings) return absl::OkStatus();
  desired_.bindings = std::move(plan.bindings);
  absl::Status saved = parts_.store.Save(desired_);
  // Not fatal: the bindings are worked out again at the next start.
  if (!saved.ok()) Log(absl::StrCat("interface names were not stored: ", saved.message()));
  return absl::OkStatus();
}

void Reconciler::ReadChangedHost(const store::DesiredState& state) {
  auto snapshot = parts_.interfaces.Read();
  if (!snapshot.ok()) return;  // what is known is still the best that is known
  snapshot_ = *std::move(snapshot);
  NameDevices(host::PlanBindings(snapshot_, state.bindings, state.adopt_interfaces).changes,
              snapshot_);
}

absl::Status Reconciler::Match(const Wanted& all, Cause cause) {
  const store::DesiredState& wanted = all.state;
  absl::Status filtered = MatchFirewall(wanted);
  // A firewall that cannot be managed stands in the way of PTP and of its own
  // settings, and of nothing else.
  const bool concerned = wanted.ptp.enabled ||
                         !(PolicyInForce(wanted) == PolicyInForce(desired_)) ||
                         cause == Cause::kRollback;
  if (!filtered.ok() && cause == Cause::kUser && concerned) return filtered;
  // Who has to give the clock away does so before the other one gets it.
  absl::Status ran = StopServices(all);
  if (ran.ok() || cause != Cause::kUser) ran.Update(MatchEngine(all, cause));
  if (ran.ok() || cause != Cause::kUser) ran.Update(StartServices(all, cause));
  if (!filtered.ok() && concerned) return filtered;
  return ran;
}

absl::Status Reconciler::MatchEngine(const Wanted& all, Cause cause) {
  NoteEngineExit();
  EnginePlan plan;
  const ClockFacts facts = Facts();
  const auto in_force = parts_.engine.config();
  // Where nobody knows whether chronyd runs, the clock stays with whom it is.
  const bool stays_lent = !facts.chronyd_known && in_force.has_value() && in_force->clock_lent();
  const bool lent = stays_lent || ClockLent(all.state, all.by_hand, facts);
  const ServiceInputs inputs = InputsOf(all.state, all.by_hand, kPtpService);
  if (TargetOf(inputs) == ServiceTarget::kRun) {
    plan = PlanEngine(all.state, snapshot_, settings_, parts_.clock_adjustable(), lent);
  } else if (all.state.ptp.enabled) {
    plan.conditions.push_back(PtpNotStarted(inputs));
  }
  engine_conditions_ = std::move(plan.conditions);
  if (plan.action == EnginePlan::Action::kRun) {
    absl::Status runs = RunEngine(plan.config, cause);
    if (!lent || !EngineSteers()) return runs;
    // It does not answer, and must not steer: one that is dead does not.
    runs.Update(parts_.engine.Stop());
    return runs;
  }
  if (plan.action == EnginePlan::Action::kWait) {
    absl::Status given = LendWaiting(plan.config);
    if (!given.ok()) Log(std::string(given.message()));
  }
  const auto config = parts_.engine.config();
  const bool may_stay = plan.action == EnginePlan::Action::kWait && config.has_value() &&
                        SameButForDevices(*config, plan.config);
  retry_at_.reset();
  engine_failure_.clear();
  if (may_stay || parts_.engine.pid() == 0) return absl::OkStatus();
  absl::Status stopped = parts_.engine.Stop();
  if (stopped.ok()) return absl::OkStatus();
  return Failure(StatusCode::kInternal, absl::StrCat("ptpd does not stop: ", stopped.message()),
                 {"ENGINE_STOP_FAILED", "", ""});
}

absl::Status Reconciler::RunEngine(const EngineConfig& config, Cause cause) {
  EngineHost& engine = parts_.engine;
  const auto has_wanted = [&] {
    const auto in_force = engine.config();
    return in_force.has_value() && SameConfig(*in_force, config);
  };
  if (engine.pid() != 0 && has_wanted()) {
    retry_at_.reset();
    engine_failure_.clear();
    return absl::OkStatus();
  }
  const bool too_early = retry_at_.has_value() && parts_.now() < *retry_at_;
  if (!too_early || cause != Cause::kRepair) {
    absl::Status done;
    if (engine.pid() == 0) {
      engine_started_at_ = parts_.now();
      done = engine.Start();
    }
    // An adopted engine may have it already.
    if (done.ok() && !has_wanted()) done = engine.Configure(config);
    if (done.ok()) {
      retry_at_.reset();
      engine_failure_.clear();
      return absl::OkStatus();
    }
    EngineFailed(std::string(done.message()), std::chrono::milliseconds(0));
  }
  engine_conditions_.push_back(
      {"ENGINE_NOT_RUNNING",
       absl::StrCat("the service ptpd does not run as wanted: ", engine_failure_),
       "hostd keeps trying; its own messages say more (journalctl -u hostd)"});
  return Failure(StatusCode::kFailedPrecondition, absl::StrCat("ptpd: ", engine_failure_),
                 {"ENGINE_START_FAILED", "", "journalctl -u hostd"});
}

void Reconciler::NoteEngineExit() {
  auto exit = parts_.engine.TakeExit();
  if (!exit.has_value()) return;
  if (std::exchange(engine_hung_, false)) {
    absl::StrAppend(&*exit, ", as it had answered nobody for ", Heartbeat::kPatience.count(), " s");
  }
  ++engine_restarts_;
  engine_last_exit_ = *exit;
  last_logged_.clear();
  Log(absl::StrCat("ptpd ended unexpectedly: ", *exit));
  if (!desired_.ptp.disable_events) {
    parts_.events(event::MakeEvent(
        v1::EVENT_CODE_ENGINE_RESTARTED, kPtpService, "", *exit,
        absl::StrCat("the engine ended unexpectedly (", *exit, ") and is started again")));
  }
  EngineFailed(*exit, std::chrono::duration_cast<std::chrono::milliseconds>(parts_.now() -
                                                                            engine_started_at_));
}

void Reconciler::EngineFailed(const std::string& how, std::chrono::milliseconds lived) {
  engine_failure_ = how;
  retry_at_ = parts_.now() + backoff_.Next(lived);
}

// What follows from `state` for the services.
Wanted Reconciler::WithServices(store::DesiredState state) const {
  Wanted all{std::move(state), by_hand_};
  ForgetAfterSwitch(desired_, all.state, all.by_hand);
  CoupleRulesets(all.by_hand, all.state);
  return all;
}

absl::StatusOr<std::vector<Change>> Reconciler::Set(const Edit& edit, bool validate_only) {
  return SetAll(
      [&]() -> absl::StatusOr<Wanted> {
        auto state = edit();
        if (!state.ok()) return state.status();
        return WithServices(*std::move(state));
      },
      validate_only);
}

// Stores what differs from what is stored.
absl::Status Reconciler::Save(const Wanted& wanted) {
  const auto failure = [](const absl::Status& status, const std::string& where) {
    const std::string remedy = store::RemedyOf(status);
    return Failure(StatusCode::kInternal,
                   absl::StrCat("the settings could not be stored: ", status.message()),
                   {"STATE_NOT_STORED", "", remedy.empty() ? "check " + where : remedy});
  };
  const bool by_hand_differs = wanted.by_hand != by_hand_;
  if (by_hand_differs) {
    absl::Status saved = parts_.runtime.Save(wanted.by_hand);
    if (!saved.ok()) return failure(saved, parts_.runtime.path());
  }
  if (wanted.state == desired_) return absl::OkStatus();
  absl::Status saved = parts_.store.Save(wanted.state);
  if (saved.ok()) {
    const absl::Status& copied = parts_.store.copy_status();
    if (!copied.ok())
      Log(absl::StrCat("the settings are stored without a copy: ", copied.message()));
    return saved;
  }
  if (by_hand_differs) {
    absl::Status restored = parts_.runtime.Save(by_hand_);
    if (!restored.ok()) Log(std::string(restored.message()));
  }
  return failure(saved, parts_.store.path());
}

absl::StatusOr<std::vector<Change>> Reconciler::SetAll(const EditAll& edit, bool validate_only) {
  absl::Status read = ReadHost(/*change_names=*/!validate_only);
  if (!read.ok()) return read;
  auto wanted = edit();
  if (!wanted.ok()) return wanted.status();
  absl::Status owned = CheckClockOwner(desired_, by_hand_, wanted->state, wanted->by_hand, Facts());
  if (!owned.ok()) return owned;
  std::vector<Change> changes = ChangesBetween(desired_, wanted->state);
  for (Change& change : InterfaceChangesBetween(desired_, wanted->state, snapshot_)) {
    changes.push_back(std::move(change));
  }
  for (Change& change : ServiceChanges(desired_, by_hand_, wanted->state, wanted->by_hand)) {
    changes.push_back(std::move(change));
  }
  if (validate_only) return changes;

  const std::set<std::string> ran = RunningServices();
  const bool changes_links = !SameInterfaces(desired_, wanted->state);
  absl::Status done = links_.Change(desired_, wanted->state, snapshot_);
  if (done.ok() && changes_links) ReadChangedHost(wanted->state);
  if (done.ok()) done = Match(*wanted, Cause::kUser);
  if (done.ok()) done = Save(*wanted);
  if (done.ok()) {
    done = links_.Finish();
    // Left in the file it would be tried again with the next set or start.
    if (!done.ok()) {
      static_cast<void>(parts_.store.Save(desired_));
      static_cast<void>(parts_.runtime.Save(by_hand_));
    }
  }
  if (done.ok()) {
    if (changes_links) ReadChangedHost(wanted->state);
    for (const Change& change : changes) {
      Log(absl::StrCat("set ", change.subject, ": ", change.before, " -> ", change.after));
    }
    desired_ = std::move(wanted->state);
    by_hand_ = std::move(wanted->by_hand);
    SettleFallback();
    return changes;
  }
  links_.Undo();
  if (changes_links) ReadChangedHost(desired_);
  const absl::Status restored = Match({desired_, by_hand_}, Cause::kRollback);
  StopStartedSince(ran);
  if (!(wanted->state == desired_) && !restored.ok()) {
    done = WithMoreWords(done, absl::StrCat("going back to the former settings failed too (",
                                            restored.message(), "), hostd keeps trying"));
  }
  Log(absl::StrCat("a set was refused: ", done.message()));
  return done;
}

absl::StatusOr<PtpSetResult> Reconciler::UpdatePtp(const PtpUpdate& update, bool validate_only) {
  const Work work(*this);
  Wanted wanted;
  auto changes = SetAll(
      [&]() -> absl::StatusOr<Wanted> {
        auto edited = ApplyPtpUpdate(desired_, update, snapshot_, parts_.clock_adjustable());
        if (!edited.ok()) return edited.status();
        wanted = WithServices(*std::move(edited));
        return wanted;
      },
      validate_only);
  if (on_set_ != nullptr) on_set_();
  if (!changes.ok()) return changes.status();
  return PtpSetResult{ViewOf(wanted), *std::move(changes)};
}

PtpView Reconciler::Ptp() {
  return TakeGlance().ptp;
}

Reconciler::Glance Reconciler::GlanceNow() const {
  return {ViewOf({desired_, by_hand_}), WhetherReports()};
}

// With the lock held.
void Reconciler::LeaveGlance() {
  Glance now = GlanceNow();
  const std::lock_guard<std::mutex> lock(glance_mutex_);
  glance_ = std::move(now);
}

// Waits for nobody: while somebody is at work it is as before that.
Reconciler::Glance Reconciler::TakeGlance() {
  const std::unique_lock<std::mutex> nobody_works(mutex_, std::try_to_lock);
  if (nobody_works.owns_lock()) return GlanceNow();
  const std::lock_guard<std::mutex> lock(glance_mutex_);
  return glance_;
}

PtpView Reconciler::ViewOf(const Wanted& all) const {
  const store::DesiredState& state = all.state;
  PtpView view;
  view.settings = state.ptp;
  view.etag = EtagOf(state.ptp);
  view.engine_pid = parts_.engine.pid();
  const bool works = view.engine_pid != 0 && parts_.engine.config().has_value();
  view.service_state = !ShouldRun(state, all.by_hand, kPtpService) ? ServiceState::kStopped
                       : works                                     ? ServiceState::kRunning
                                                                   : ServiceState::kFailed;
  const host::Device* device = snapshot_.Find(state.ptp.interface);
  if (device != nullptr) {
    view.device = device->name;
    if (!device->ipv4.empty()) view.ipv4_address = device->ipv4.front().address;
  }
  view.fallback = StatusOf(fallback_, FallbackSettingsOf(all), parts_.now());
  const auto ruleset = state.firewall.rulesets.find(kPtpRuleset);
  view.ruleset_enabled = ruleset != state.firewall.rulesets.end() && ruleset->second.enabled;
  view.engine_restarts = engine_restarts_;
  view.firewall_repairs = repairs_;
  for (const auto* group : {&store_conditions_, &interface_conditions_, &links_.conditions(),
                            &firewall_conditions_, &engine_conditions_}) {
    view.conditions.insert(view.conditions.end(), group->begin(), group->end());
  }
  return view;
}

absl::Status Reconciler::WhetherReports() const {
  if (!desired_.ptp.enabled) {
    return Failure(StatusCode::kFailedPrecondition, "PTP is not enabled",
                   {"PTP_DISABLED", "", "hostctl system ptp set --enable --interface vmk0"});
  }
  const ServiceInputs inputs = InputsOf(desired_, by_hand_, kPtpService);
  if (TargetOf(inputs) != ServiceTarget::kRun) {
    const Condition condition = PtpNotStarted(inputs);
    return Failure(StatusCode::kFailedPrecondition, condition.message,
                   {condition.code, "", condition.remedy});
  }
  if (parts_.engine.pid() != 0 && parts_.engine.config().has_value()) return absl::OkStatus();
  std::string why = "it is being started";
  for (const Condition& condition : engine_conditions_) why = condition.message;
  return NoAnswer(why);
}

absl::StatusOr<hostctl::v1::PtpStats> Reconciler::Stats() {
  const Glance seen = TakeGlance();
  if (!seen.reports.ok()) return seen.reports;
  // Outside the lock: a report is not held up by a set, nor a set by a report.
  auto stats = parts_.engine.GetStats();
  NoteBeat(seen.ptp.engine_pid, stats.status());
  if (stats.ok()) return stats;
  return NoAnswer(std::string(stats.status().message()));
}

// What became of a question to the engine `pid`.
void Reconciler::NoteBeat(pid_t pid, const absl::Status& answer) {
  {
    const std::lock_guard<std::mutex> lock(heartbeat_mutex_);
    // A refusal is an answer.
    if (answer.ok() || absl::IsFailedPrecondition(answer)) return heartbeat_.Answered();
    heartbeat_.Silent(pid, parts_.now());
    if (!heartbeat_.Hangs(pid)) return;
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  if (on_set_ != nullptr) on_set_();
}

bool Reconciler::EngineHangs() const {
  const std::lock_guard<std::mutex> lock(heartbeat_mutex_);
  return parts_.engine.pid() != 0 && heartbeat_.Hangs(parts_.engine.pid());
}

// What is started in its place has the frequency that it had found.
void Reconciler::EndHangingEngine() {
  if (!EngineHangs()) return;
  {
    const std::lock_guard<std::mutex> lock(heartbeat_mutex_);
    heartbeat_.Answered();  // whatever becomes of it now, it is waited for anew
  }
  last_logged_.clear();
  Log(absl::StrCat("ptpd, process ", parts_.engine.pid(), ", has answered nobody for ",
                   Heartbeat::kPatience.count(), " s; it is replaced"));
  const absl::Status killed = parts_.engine.Kill();
  engine_hung_ = killed.ok();
  if (!killed.ok()) Log(std::string(killed.message()));
}

absl::Status Reconciler::StopEngine() {
  const Work work(*this);
  return parts_.engine.Stop();
}

Reconciler::Watched Reconciler::watched() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return {parts_.interfaces.change_fd(), parts_.firewall.change_fd(), parts_.engine.exit_fd(),
          parts_.services.change_fd(), NextTime()};
}

void Reconciler::OnSet(std::function<void()> listener) {
  const std::lock_guard<std::mutex> lock(mutex_);
  on_set_ = std::move(listener);
}

}  // namespace hostctl::reconcile
