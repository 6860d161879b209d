// Owns the desired state and makes the host match it: names of interfaces, then
// the firewall, then the services: our engine, and those of others. There is one path: Reconcile()
// at start and whenever something happened, and the same steps inside every set.
//
//   Reconciler reconciler(parts, settings);
//   absl::Status loaded = reconciler.Start();
//   auto done = reconciler.UpdatePtp(update, /*validate_only=*/false);
//
// A set is a transaction: the wanted state is built and validated, applied, and
// stored. If a step fails, the former state is applied again and the failure
// (see failure.h) names the step. Asking for what is already so repairs what is
// broken and disturbs nothing else.
//
// Thread-safe: one set or repair at a time, the others wait. Ptp() and Stats() never do.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "firewall/catalogue.h"
#include "firewall/firewall.h"
#include "firewall/site_rulesets.h"
#include "service/daemon/backoff.h"
#include "service/daemon/service_manager.h"
#include "service/event/event_sink.h"
#include "service/host/interfaces.h"
#include "service/ntp/chrony_host.h"
#include "service/reconcile/boot_time.h"
#include "service/reconcile/changes.h"
#include "service/reconcile/engine_host.h"
#include "service/reconcile/engine_plan.h"
#include "service/reconcile/fallback.h"
#include "service/reconcile/firewall_change.h"
#include "service/reconcile/heartbeat.h"
#include "service/reconcile/interface_update.h"
#include "service/reconcile/interface_view.h"
#include "service/reconcile/link_keeper.h"
#include "service/reconcile/ntp_update.h"
#include "service/reconcile/ntp_view.h"
#include "service/reconcile/service_update.h"
#include "service/reconcile/service_view.h"
#include "service/reconcile/update.h"
#include "service/store/runtime_store.h"
#include "service/store/state_store.h"

namespace hostctl::reconcile {

// What the user wants of PTP and what is so.
struct PtpView {
  store::PtpSettings settings;
  std::string etag;
  ServiceState service_state = ServiceState::kStopped;
  pid_t engine_pid = 0;
  std::string device;        // empty when the interface is missing
  std::string ipv4_address;  // empty when it has none
  bool ruleset_enabled = false;
  uint32_t engine_restarts = 0;   // unexpected ends since hostd started
  uint64_t firewall_repairs = 0;  // times it was found changed from outside and put back
  std::vector<Condition> conditions;
  v1::FallbackStatus fallback;
};

// Changes of the firewall that are undone unless they are confirmed.
struct PendingConfirmation {
  std::chrono::milliseconds time_left{0};
  std::vector<Change> changes;
};

struct FirewallView {
  firewall::Policy policy;
  bool loaded = false;   // the kernel holds exactly what is wanted
  uint64_t repairs = 0;  // times it was found changed from outside and put back
  std::string backend;
  std::vector<RulesetView> rulesets;  // sorted by id
  std::optional<PendingConfirmation> pending;
  std::vector<Condition> conditions;
};

struct PtpSetResult {
  PtpView ptp;
  std::vector<Change> changes;
};

struct InterfaceSetResult {
  std::optional<InterfaceView> interface;  // nothing when it was removed
  std::vector<Change> changes;
};

// How a change of the firewall is to be made.
struct ChangeMode {
  bool validate_only = false;  // say what would change, change nothing
  bool force = false;          // although it shuts out who works here over ssh
  std::optional<std::chrono::milliseconds> confirm_within;
};

struct FirewallSetResult {
  FirewallView firewall;  // with validate_only: as it would be
  std::vector<Change> changes;
  std::vector<Condition> notes;  // what to know although it was done
};

struct RefreshResult {
  FirewallView firewall;
  std::vector<Change> changes;
  std::vector<firewall::SiteProblem> problems;
};

// A service that uses a ruleset.
struct RulesetClient {
  std::string service;
  bool running = false;
};

class Reconciler {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // What it works on; all must outlive it.
  struct Parts {
    host::Interfaces& interfaces;
    firewall::Firewall& firewall;
    EngineHost& engine;
    store::StateStore& store;
    std::function<bool()> clock_adjustable;       // may the engine steer the clock?
    std::function<TimePoint()> now;               // monotonic
    std::function<void(const std::string&)> log;  // one line for every important happening
    daemon::ServiceManager& services;             // those that are not our engine
    store::RuntimeStore& runtime;
    // The rulesets there are, read now.
    std::function<firewall::LoadedRulesets()> load_rulesets = [] {
      return firewall::LoadedRulesets{firewall::Catalogue(), {}};
    };
    std::function<BootTime()> boot_time = ReadBootTime;
    // Addresses from which ssh sessions are open now, but for loopback.
    std::function<std::vector<std::string>()> ssh_sessions = [] {
      return std::vector<std::string>();
    };
    ntp::ChronyHost ntp = {};
    // What was repaired or undone without being asked is left here.
    event::Sink events = [](const v1::Event&) {};
  };

  Reconciler(Parts parts, EngineSettings settings);

  // Loads the desired state, takes over an engine that runs already, reconciles.
  // Fails only when the state can neither be read nor set aside.
  absl::Status Start();

  // Looks at the host and repairs whatever does not match.
  void Reconcile();
  // The same for the services of others alone.
  void TendServices();

  // What the engine reported at `at`, or that it did not: about once a second, so that
  // the fallback takes place. What follows is for the next Reconcile(), which is due then.
  void Observe(const std::optional<v1::PtpStats>& stats, absl::Time at);

  // Sets; with `validate_only` they say what would change and change nothing.
  absl::StatusOr<PtpSetResult> UpdatePtp(const PtpUpdate& update, bool validate_only);
  absl::StatusOr<FirewallSetResult> ChangeFirewall(const FirewallChange& change,
                                                   const ChangeMode& mode);
  // Keeps what waits for confirmation. FAILED_PRECONDITION CONFIRMATION_NOT_PENDING.
  absl::StatusOr<FirewallSetResult> ConfirmFirewall();
  // Reads the site rulesets again.
  absl::StatusOr<RefreshResult> RefreshFirewall(bool validate_only);
  absl::StatusOr<InterfaceSetResult> AddInterface(const InterfaceAddition& addition,
                                                  bool validate_only);
  absl::StatusOr<InterfaceSetResult> UpdateInterface(const InterfaceUpdate& update,
                                                     bool validate_only);
  absl::StatusOr<std::vector<Change>> RemoveInterface(const std::string& name, bool validate_only);

  absl::StatusOr<NtpSetResult> UpdateNtp(const NtpUpdate& update, bool validate_only);

  absl::StatusOr<ServiceSetResult> UpdateService(const ServiceUpdate& update, bool validate_only);

  // While a set or a repair is under way (an engine may take seconds to start): as before it.
  PtpView Ptp();
  FirewallView Firewall();
  // What each rule has let pass and dropped, as firewall::Firewall::Counters().
  absl::StatusOr<std::vector<firewall::RuleCount>> FirewallCounters();
  // NOT_FOUND RULESET_NOT_FOUND.
  absl::StatusOr<std::vector<RulesetClient>> RulesetClients(const std::string& ruleset_id);
  // Of every interface, or of the one that `only`, a name of it or its device, means.
  // NOT_FOUND INTERFACE_NOT_FOUND.
  absl::StatusOr<std::vector<InterfaceView>> Interfaces(const std::string& only = "");
  absl::StatusOr<std::vector<GroupView>> MulticastGroups(const std::string& only = "");
  // Any network device but loopback, by any of its names; by none: that of PTP. NOT_FOUND
  // INTERFACE_NOT_FOUND, INVALID_ARGUMENT INTERFACE_IS_LOOPBACK or INTERFACE_REQUIRED.
  absl::StatusOr<host::Device> FindDevice(const std::string& name);
  // Of the whole catalogue, in its order.
  std::vector<ServiceView> Services();

  // The engine's report, asked now. FAILED_PRECONDITION PTP_DISABLED, UNAVAILABLE
  // ENGINE_NOT_RUNNING. Each question is a beat of the engine's heart: one that answers nobody
  // is replaced, see heartbeat.h.
  absl::StatusOr<hostctl::v1::PtpStats> Stats();

  NtpView Ntp();
  // Whether changes of NTP are to be events; asks nobody else.
  bool WantsNtpEvents();
  // What chronyd is given when it starts.
  NtpConfiguration ChronyConfiguration();
  // What chronyd measures, asked now. FAILED_PRECONDITION NTP_DISABLED, SERVICE_NOT_STARTED,
  // UNAVAILABLE NTP_NOT_ANSWERING.
  absl::StatusOr<hostctl::v1::NtpStats> NtpStats();

  // Ends the engine although it may be wanted: a sandbox leaves nothing behind.
  absl::Status StopEngine();

  // What to wait for before the next Reconcile(): any of the descriptors (-1:
  // nothing to wait for) to become readable, or the time.
  struct Watched {
    int interfaces_fd = -1;
    int firewall_fd = -1;
    int engine_fd = -1;
    int services_fd = -1;  // then TendServices() is enough
    std::optional<TimePoint> retry_at;
  };
  Watched watched();
  // Called after each set, as the descriptors may be others now. Must not call back.
  void OnSet(std::function<void()> listener);

 private:
  // Holds the lock for a change; at its end Ptp() and Stats() see what became of it.
  class Work {
   public:
    explicit Work(Reconciler& reconciler) : reconciler_(reconciler), lock_(reconciler.mutex_) {}
    ~Work() { reconciler_.LeaveGlance(); }
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    Reconciler& reconciler_;
    const std::lock_guard<std::mutex> lock_;
  };
  enum class Cause { kUser, kRepair, kRollback };
  using Edit = std::function<absl::StatusOr<store::DesiredState>()>;

  using EditAll = std::function<absl::StatusOr<Wanted>()>;

  // Set() for what concerns the stored state alone; what follows for services is seen to.
  absl::StatusOr<std::vector<Change>> Set(const Edit& edit, bool validate_only);
  absl::StatusOr<std::vector<Change>> SetAll(const EditAll& edit, bool validate_only);
  Wanted WithServices(store::DesiredState state) const;
  absl::Status Save(const Wanted& wanted);
  // The rest of the set of an interface, with the lock held. `name`: the one it is about.
  absl::StatusOr<InterfaceSetResult> SetInterface(const std::string& name, const Edit& edit,
                                                  bool validate_only);
  absl::Status ReadHost(bool change_names);
  // After devices were changed: reads them again, named as `state` has it.
  void ReadChangedHost(const store::DesiredState& state);
  absl::StatusOr<std::vector<host::Binding>> BindingsOf(const std::string& only);
  InterfaceView ViewOf(const host::Binding& binding, const store::DesiredState& state);
  absl::Status Match(const Wanted& all, Cause cause);
  absl::Status MatchFirewall(const store::DesiredState& wanted);
  void StartFirewall();
  void ForgetUnloadOfEarlierBoot();
  // Undoes, in what is wanted, the changes that nobody confirmed in time; says whether.
  bool RollBackIfDue();
  // When Reconcile() has something to do that no descriptor tells; nothing: never.
  std::optional<TimePoint> NextTime() const;
  absl::StatusOr<FirewallSetResult> SetFirewall(
      const std::function<absl::StatusOr<ChangedFirewall>()>& edit, bool validate_only);
  firewall::Wanted InForce(const store::DesiredState& state) const;
  FirewallView FirewallViewOf(const store::DesiredState& state);
  absl::Status MatchEngine(const Wanted& all, Cause cause);
  absl::Status RunEngine(const EngineConfig& config, Cause cause);
  void NoteEngineExit();
  void NoteBeat(pid_t pid, const absl::Status& answer);
  bool EngineHangs() const;
  void EndHangingEngine();
  void EngineFailed(const std::string& how, std::chrono::milliseconds lived);
  void ReconcileLocked();
  PtpView ViewOf(const Wanted& all) const;
  // All that Ptp() and Stats() need.
  struct Glance {
    PtpView ptp;
    absl::Status reports;  // why the engine has nothing to report; OK: ask it
  };
  Glance GlanceNow() const;
  void LeaveGlance();
  Glance TakeGlance();
  absl::Status WhetherReports() const;

  // reconciler_ntp.cc
  absl::StatusOr<Wanted> EditNtp(const NtpUpdate& update);
  NtpView NtpViewOf(const Wanted& all);
  // With what chronyd is to run; nothing: as the host has it.
  std::optional<daemon::OwnConfiguration> ChronydConfiguration(
      const store::DesiredState& state) const;
  bool ChronydRunsAs(const daemon::ServiceStatus& status, const store::DesiredState& state) const;
  // Before chronyd is started, and after.
  absl::Status PrepareChronyd(const store::DesiredState& state);
  void ChronydStarted(const store::DesiredState& state);

  // reconciler_fallback.cc
  FallbackSettings FallbackSettingsOf(const Wanted& all) const;
  void ResumeFallback();
  // Why NTP cannot take over; empty when it can.
  std::string NtpTrouble();
  // Ends a fallback that is not to be any more, or that has failed: the engine has the
  // clock again.
  void SettleFallback();
  void RememberFallback();
  bool EngineSteers() const;
  // Gives the clock away or takes it back in an engine that cannot be configured otherwise.
  absl::Status LendWaiting(const EngineConfig& planned);

  // reconciler_services.cc
  ClockFacts Facts();
  absl::StatusOr<Wanted> EditService(const ServiceUpdate& update);
  absl::Status StopServices(const Wanted& all);
  absl::Status StartServices(const Wanted& all, Cause cause);
  absl::Status StartService(const std::string& key, const store::DesiredState& state);
  absl::Status RestartService(const std::string& key);
  std::set<std::string> RunningServices();
  void StopStartedSince(const std::set<std::string>& ran);
  bool Runs(const std::string& key);
  ServiceView EngineServiceView(const Wanted& all) const;
  ServiceView ManagedServiceView(const ServiceDefinition& service, const Wanted& all);
  ServiceView ServiceViewOf(const std::string& key, const Wanted& all);
  void Log(const std::string& line);

  std::mutex mutex_;
  std::mutex glance_mutex_;             // taken last
  Glance glance_;                       // after the last change
  mutable std::mutex heartbeat_mutex_;  // taken last
  Heartbeat heartbeat_;
  Parts parts_;
  EngineSettings settings_;
  std::function<void()> on_set_;

  store::DesiredState desired_;
  store::ServicesByHand by_hand_;
  host::Snapshot snapshot_;  // as last read, VMkernel names as bound

  LinkKeeper links_;

  std::vector<Condition> store_conditions_;
  std::vector<Condition> interface_conditions_;
  std::vector<Condition> firewall_conditions_;
  std::vector<Condition> engine_conditions_;

  firewall::LoadedRulesets rulesets_;                 // as last read
  std::optional<firewall::Wanted> applied_firewall_;  // last known to be in the kernel
  bool firewall_loaded_ = false;
  uint64_t repairs_ = 0;

  daemon::Backoff backoff_;
  TimePoint engine_started_at_;
  std::optional<TimePoint> retry_at_;  // not before then; nothing: at once
  std::string engine_failure_;         // why it does not run or is not configured
  uint32_t engine_restarts_ = 0;
  std::string engine_last_exit_;  // empty: it has not ended unexpectedly
  bool engine_hung_ = false;      // the end that is to be noted is our doing

  // A service of others that should run and could not be started.
  struct Trouble {
    std::string what;
    daemon::Backoff backoff;
    TimePoint retry_at;
  };
  std::map<std::string, Trouble> troubles_;
  // chronyd was stopped only to be started with another configuration: the next start
  // steps nothing.
  bool chronyd_keeps_clock_ = false;
  FallbackState fallback_;
  bool fallback_pending_ = false;  // the owner of the clock is to change
  std::string last_logged_;        // the same trouble is not logged again and again
};

}  // namespace hostctl::reconcile
