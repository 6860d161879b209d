// hostd: puts the parts together, serves until SIGTERM or SIGINT.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "firewall/drop_trace.h"
#include "firewall/firewalld.h"
#include "firewall/firewalld_firewall.h"
#include "firewall/memory_firewall.h"
#include "firewall/nftables_firewall.h"
#include "firewall/site_rulesets.h"
#include "service/audit/audit_log.h"
#include "service/capture/capture.h"
#include "service/capture/ip_tap.h"
#include "service/daemon/choose_manager.h"
#include "service/daemon/chronyd.h"
#include "service/daemon/launcher.h"
#include "service/daemon/user_folder.h"
#include "service/daemon/watchdog.h"
#include "service/diagnose/host_probes.h"
#include "service/diagnose/last_master.h"
#include "service/diagnose/ntp/run_ntp_test.h"
#include "service/diagnose/run_test.h"
#include "service/event/event_log.h"
#include "service/event/event_recorder.h"
#include "service/event/life.h"
#include "service/event/observed/event_source.h"
#include "service/event/outlet.h"
#include "service/history/history_recorder.h"
#include "service/host/fake_interfaces.h"
#include "service/host/host_name.h"
#include "service/host/rtnetlink_interfaces.h"
#include "service/host/tcp_sessions.h"
#include "service/host_time/host_clocks.h"
#include "service/host_time/monitor.h"
#include "service/host_time/timedated.h"
#include "service/ntp/chrony_host.h"
#include "service/options.h"
#include "service/precision_clock/nfd_file.h"
#include "service/reconcile/clock_rights.h"
#include "service/reconcile/hardware_stamps.h"
#include "service/reconcile/host_loop.h"
#include "service/reconcile/ptpd_host.h"
#include "service/reconcile/reconciler.h"
#include "service/reconcile/way_in.h"
#include "service/rpc/server.h"
#include "service/store/runtime_store.h"
#include "service/store/state_store.h"

namespace hostctl {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr std::chrono::seconds kSafetyInterval{10};
// A thread that has not moved for so long never will. Work may take long: an engine to
// start, a D-Bus call without an answer.
constexpr std::chrono::seconds kStuck{60};

void Log(const std::string& line) {
  std::fprintf(stderr, "hostd: %s\n", line.c_str());
}

std::string EnginePath(const Options& options) {
  if (!options.ptpd.empty()) return options.ptpd;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path().parent_path() / "libexec/hostctl/ptpd").string();
}

// The sandbox's folder may lie in /tmp, where anybody may have been first.
absl::Status MakeOwnFolder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) == 0) return absl::OkStatus();
  const int error = errno;
  struct stat there {};
  if (lstat(path.c_str(), &there) != 0) {
    return absl::InternalError(absl::StrCat("cannot create ", path, ": ", std::strerror(error)));
  }
  if (!S_ISDIR(there.st_mode) || there.st_uid != geteuid()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not a folder of yours; choose another with --sandbox-dir"));
  }
  return absl::OkStatus();
}

absl::Status MakeFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot create ", path, ": ", error.message()));
}

// The state's folder too: the engine keeps the learned frequency in it, perhaps
// before anything was stored.
absl::Status MakeFolders(const Options& options) {
  absl::Status made =
      options.sandbox ? MakeOwnFolder(options.run_dir) : MakeFolder(options.run_dir);
  if (made.ok()) made = MakeFolder(options.state_dir);
  if (!made.ok() || options.ptpd_user.empty()) return made;
  for (const std::string& folder : {options.ptpd_run_dir, options.ptpd_state_dir}) {
    made = daemon::MakeFolderOf(options.ptpd_user, folder, 0750);
    if (!made.ok()) return made;
  }
  const auto log_folder = std::filesystem::path(options.stats_log).parent_path();
  std::error_code ignored;
  if (log_folder.empty() || std::filesystem::exists(log_folder, ignored)) return made;
  return daemon::MakeFolderOf(options.ptpd_user, log_folder.string(), 0755);
}

std::unique_ptr<daemon::Launcher> LauncherOf(const Options& options, const std::string& socket) {
  if (!options.ptpd_unit.empty()) return daemon::LaunchUnit({options.ptpd_unit, "", Log});
  std::vector<std::string> command = {EnginePath(options), "--control", socket, "--confine"};
  if (!options.ptpd_user.empty()) command.push_back("--user=" + options.ptpd_user);
  // Nobody's time depends on a sandbox.
  if (!options.sandbox) command.emplace_back("--lock-memory");
  if (options.ptpd_realtime_priority > 0) {
    command.push_back(absl::StrCat("--realtime-priority=", options.ptpd_realtime_priority));
  }
  return daemon::LaunchChild(std::move(command));
}

std::string StatePath(const Options& options) {
  return options.state_dir + "/state.json";
}

// The IERS' list as tzdata installs it; empty where there is none.
std::string LeapSecondsFile() {
  const std::string path = "/usr/share/zoneinfo/leap-seconds.list";
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

reconcile::EngineSettings SettingsOf(const Options& options) {
  reconcile::EngineSettings settings;
  settings.clock = options.clock == Options::Clock::kSystem ? engine::v1::CLOCK_KIND_SYSTEM
                                                            : engine::v1::CLOCK_KIND_VIRTUAL;
  settings.transport =
      options.sandbox ? engine::v1::TRANSPORT_KIND_SIMULATED : engine::v1::TRANSPORT_KIND_NETWORK;
  settings.virtual_clock_file = options.ptpd_run_dir + "/virtual-clock";
  settings.virtual_offset_ns = options.virtual_offset_ns;
  settings.virtual_frequency_ppb = options.virtual_frequency_ppb;
  settings.stats_log = options.stats_log;
  settings.stats_log_max_bytes = options.stats_log_max_bytes;
  settings.frequency_file = options.ptpd_state_dir + "/frequency.json";
  settings.management_socket = options.ptpd_run_dir + "/ptp-management.sock";
  settings.leap_seconds_file = LeapSecondsFile();
  return settings;
}

absl::StatusOr<std::unique_ptr<host::Interfaces>> InterfacesOf(const Options& options) {
  if (options.sandbox) return std::make_unique<host::FakeInterfaces>(host::LargerSandbox());
  return host::NewRtnetlinkInterfaces();
}

std::unique_ptr<firewall::Firewall> FirewallOf(const Options& options) {
  if (options.sandbox) return std::make_unique<firewall::MemoryFirewall>();
  return firewall::WithFirewalld(firewall::NewNftablesFirewall(), firewall::NewDbusFirewalld());
}

std::unique_ptr<daemon::ServiceManager> ServicesOf(const Options& options) {
  daemon::ManagerOptions settings;
  settings.chronyd = options.chronyd;
  settings.sandbox = options.sandbox;
  settings.run_dir = options.run_dir;
  settings.pid_file = ntp::OwnPlaces(options.run_dir, options.state_dir).pid_file;
  settings.may_write_units = geteuid() == 0;
  settings.now = [] { return std::chrono::steady_clock::now(); };
  settings.log = Log;
  return daemon::ChooseManager(settings);
}

host_time::Sources TimeSourcesOf(const Options& options, reconcile::Reconciler& reconciler,
                                 host_time::TimeZones& zones) {
  host_time::Sources sources;
  sources.ptp = [&] { return reconciler.Ptp(); };
  sources.stats = [&] { return reconciler.Stats(); };
  sources.fallback = [&] {
    const reconcile::PtpView ptp = reconciler.Ptp();
    const bool ntp = ptp.settings.fallback == store::Fallback::kNtp;
    return host_time::FallbackView{ntp ? v1::FALLBACK_NTP : v1::FALLBACK_NONE,
                                   absl::Seconds(ptp.settings.fallback_after_s), ptp.fallback};
  };
  sources.ntp = [&] {
    reconcile::NtpView ntp = reconciler.Ntp();
    host_time::NtpView view;
    view.wanted = ntp.settings.enabled || ntp.in_control;
    // One that does not run steers as soon as it does.
    view.steers = ntp.steers_clock || !ntp.in_control;
    view.servers = ntp.settings.servers.size();
    view.conditions = std::move(ntp.conditions);
    if (view.wanted) view.stats = reconciler.NtpStats();
    return view;
  };
  sources.time_zone = [&zones] { return zones.Current(); };
  sources.host_name = host::HostName();
  sources.virtual_clock = options.clock == Options::Clock::kVirtual;
  return sources;
}

// With a virtual clock nothing of the host's own time is ever touched: its clocks are
// only read, its time zone is one of hostd's own.
std::unique_ptr<host_time::SystemClock> SystemClockOf(const Options& options) {
  if (options.clock == Options::Clock::kSystem) return host_time::NewKernelClock();
  return host_time::NewUntouchableClock(
      "this hostd disciplines a virtual clock and leaves the host's own clocks alone");
}

host_time::ZonePaths ZonePathsOf(const Options& options) {
  host_time::ZonePaths paths;
  if (options.clock == Options::Clock::kSystem) return paths;
  paths.localtime = options.run_dir + "/localtime";
  paths.timezone = options.run_dir + "/timezone";
  return paths;
}

// Who may not write to /etc asks systemd's own service, timedated.
host_time::TimeZones::Setter ZoneSetterOf(const Options& options) {
  const bool own_folder = options.clock == Options::Clock::kVirtual;
  if (own_folder || geteuid() == 0) return nullptr;
  return [](const std::string& name) { return host_time::AskTimedated(name); };
}

std::unique_ptr<host_time::Rtc> RtcOf(const Options& options) {
  if (options.sandbox) return host_time::NewDeviceRtc(options.run_dir + "/rtc0");
  return host_time::NewDeviceRtc();
}

// Whose chronyd it is says where its files lie.
ntp::Places PlacesOf(const Options& options, const daemon::ServiceManager& services) {
  return services.name() == "systemd" ? ntp::UnitPlaces(options.run_dir)
                                      : ntp::OwnPlaces(options.run_dir, options.state_dir);
}

ntp::ChronyHost ChronyOf(const Options& options, const ntp::Places& places) {
  const std::vector<std::string> command =
      daemon::SplitCommand(options.chronyd.empty() ? daemon::kChronydCommand : options.chronyd);
  return ntp::NewChronyHost(places, command.empty() ? "" : command.front());
}

// Whether the settings that are stored could be read at the next start.
absl::Status CheckState(const std::string& path) {
  const auto text = store::PosixFileSystem().Read(path);
  return text.ok() ? store::FromText(*text).status() : text.status();
}

// The host's interfaces for somebody who only looks. The sandbox's are in memory, so the
// names that the reconciler gave its own are given to these, too.
absl::StatusOr<std::unique_ptr<host::Interfaces>> LookAtInterfaces(
    const Options& options, reconcile::Reconciler& reconciler) {
  auto interfaces = InterfacesOf(options);
  if (!options.sandbox || !interfaces.ok()) return interfaces;
  const auto named = reconciler.Interfaces();
  if (!named.ok()) return named.status();
  for (const reconcile::InterfaceView& view : *named) {
    if (!view.device) continue;
    absl::Status done = (*interfaces)->AddAlternativeName(view.device->index, view.binding.name);
    if (!done.ok()) return done;
  }
  return interfaces;
}

diagnose::Tester::MakeProbes ProbesOf(const Options& options, reconcile::Reconciler& reconciler,
                                      const diagnose::LastMaster& last_master) {
  return [&] {
    return diagnose::NewHostProbes(
        {reconciler, [&] { return LookAtInterfaces(options, reconciler); },
         [&] { return CheckState(StatePath(options)); }, last_master, options.sandbox,
         options.clock == Options::Clock::kVirtual, LeapSecondsFile()});
  };
}

std::optional<rpc::TcpSettings> TcpOf(const Options& options) {
  if (options.listen.empty()) return std::nullopt;
  return rpc::TcpSettings{options.listen, options.tls_certificate, options.tls_key, options.tls_ca,
                          options.access_policy};
}

void SayHello(const Options& options, int tcp_port) {
  Log(absl::StrCat("release " HOSTCTL_VERSION " serves on ", options.socket, ", read-only on ",
                   options.read_only_socket));
  if (tcp_port != 0) {
    Log(absl::StrCat("serves on ", options.listen, " over TCP, port ", tcp_port,
                     ", to clients with a certificate signed by ", options.tls_ca));
  }
  if (!options.sandbox) return;
  std::printf(
      "A sandbox: simulated grandmaster, virtual clock, nothing of this host is touched.\n"
      "In another shell:\n"
      "    export HOSTCTL_SOCKET=%s\n"
      "    hostctl system ptp set --enable --interface vmk0\n"
      "    hostctl system ptp stats get\n",
      options.socket.c_str());
  std::fflush(stdout);
}

event::EventLog::Options EventLogOf(const Options& options) {
  event::EventLog::Options settings;
  settings.folder = options.state_dir;
  settings.random = [] {
    std::random_device device;
    return uint64_t{device()} << 32U | device();
  };
  settings.log = Log;
  return settings;
}

// A sandbox leaves the host's journal alone.
event::EventRecorder::Options RecordingOf(const Options& options) {
  event::EventRecorder::Options settings;
  if (options.sandbox) return settings;
  const auto outlet = std::make_shared<event::Outlet>(event::Outlet::Sockets());
  settings.outlet = [outlet](const v1::Event& happened) { outlet->Write(happened); };
  return settings;
}

void OpenEvents(event::EventLog& events, const event::Sink& sink) {
  const std::vector<std::string> notes = events.Open();
  for (const std::string& note : notes) Log(note);
  sink(event::HostdStarted(HOSTCTL_VERSION, events.Events(), notes));
}

// What a hostd that was killed while it looked at packets has left in the packet filter.
// Where we may not look, there is nothing of ours.
void RemoveLeftovers() {
  capture::RemoveLeftoverIpTaps().IgnoreError();
  firewall::DropTrace::RemoveLeftover();
}

// The signal that ends us. Meanwhile the service manager's watchdog is fed, as long as
// our threads move.
int WaitForTheEnd(const sigset_t& ending, const std::function<bool()>& all_move) {
  const daemon::Watchdog watchdog;
  const auto period = watchdog.period().value_or(std::chrono::hours(1));
  const timespec timeout{period.count() / 1000, period.count() % 1000 * 1'000'000};
  while (true) {
    if (all_move()) watchdog.Feed();
    const int signal_number = sigtimedwait(&ending, nullptr, &timeout);
    if (signal_number > 0) return signal_number;
  }
}

int Fail(const absl::Status& status) {
  Log(std::string(status.message()));
  return kFailed;
}

int Serve(const Options& options, const sigset_t& ending) {
  absl::Status folders = MakeFolders(options);
  if (!folders.ok()) return Fail(folders);
  auto interfaces = InterfacesOf(options);
  if (!interfaces.ok()) return Fail(interfaces.status());
  const auto firewall = FirewallOf(options);
  reconcile::PtpdHost::Options engine_options;
  engine_options.socket_path = options.ptpd_run_dir + "/ptpd.sock";
  engine_options.launcher = LauncherOf(options, engine_options.socket_path);
  engine_options.log = Log;
  if (!options.sandbox) {
    engine_options.prepare = [ioctl = ptpcore::net::KernelDeviceIoctl()](const auto& config) {
      reconcile::SwitchStampsOn(config, ioctl);
    };
  }
  reconcile::PtpdHost engine(engine_options);
  event::EventLog events(EventLogOf(options), store::PosixFileSystem());
  event::EventRecorder event_recorder(events, RecordingOf(options));
  const event::Sink sink = [&event_recorder](v1::Event happened) {
    event_recorder.Record(std::move(happened));
  };
  audit::AuditLog trail({options.state_dir + "/audit.log"}, store::PosixFileSystem());
  store::StateStore store(StatePath(options), store::PosixFileSystem());
  store::RuntimeStore runtime(options.run_dir + "/services.json", reconcile::ReadBootTime().boot_id,
                              store::PosixFileSystem());
  const auto services = ServicesOf(options);
  const ntp::Places places = PlacesOf(options, *services);
  const bool adjusts_system_clock = options.clock == Options::Clock::kSystem;
  reconcile::Reconciler reconciler(
      {**interfaces, *firewall, engine, store,
       [=] { return !adjusts_system_clock || reconcile::MayAdjustSystemClock(); },
       [] { return std::chrono::steady_clock::now(); }, Log, *services, runtime,
       [&] { return firewall::LoadRulesets(firewall::Catalogue(), options.firewall_dir); },
       reconcile::ReadBootTime, [] { return host::SessionsTo(reconcile::kSshPort); },
       ChronyOf(options, places), sink},
      SettingsOf(options));

  history::PtpHistory history;
  std::optional<event::EventSource> event_source;  // outlives the monitor's thread
  precision_clock::NfdFile node_labels(options.nfd_dir, store::PosixFileSystem(), Log);
  diagnose::LastMaster last_master;
  host_time::TimeZones zones(store::PosixFileSystem(), ZonePathsOf(options), ZoneSetterOf(options));
  host_time::Monitor monitor(TimeSourcesOf(options, reconciler, zones));
  monitor.Subscribe([&](const host_time::Observation& seen) {
    node_labels.Publish(seen.status, seen.at, seen.steady);
    if (seen.stats) last_master.Note(*seen.stats);
  });
  diagnose::Tester tester(ProbesOf(options, reconciler, last_master));
  diagnose::NtpTester ntp_tester([&] { return diagnose::NewNtpHostProbes(reconciler, places); });
  const auto system_clock = SystemClockOf(options);
  const auto rtc = RtcOf(options);
  host_time::HostClocks clocks(
      {*system_clock, *rtc, zones, [&monitor] { return monitor.Fresh().owner; }});
  // Before anything is touched: a second hostd must find out that it is one.
  rpc::ServedParts served{reconciler, history};
  served.events = &events;
  served.sink = sink;
  served.time_status = [&monitor] { return monitor.Latest().status; };
  served.tester = &tester;
  served.ntp_tester = &ntp_tester;
  served.monitor = &monitor;
  served.clocks = &clocks;
  if (!options.sandbox) served.open_capture_point = capture::OpenPoint;
  served.access.read_only_socket = options.read_only_socket;
  served.access.trail = &trail;
  // A sandbox is its user's own.
  if (options.sandbox) served.access.admin_group.clear();
  auto server = rpc::Server::Listen(options.socket, served, Log, TcpOf(options));
  if (!server.ok()) return Fail(server.status());
  if (!options.sandbox) RemoveLeftovers();
  for (const std::string& note : trail.Open()) Log(note);
  OpenEvents(events, sink);
  event_source.emplace(event::StateFrom(events.Events()), absl::Now(), sink,
                       [&reconciler] { return reconciler.WantsNtpEvents(); });
  monitor.Subscribe(
      [&event_source](const host_time::Observation& seen) { event_source->Observe(seen); });
  absl::Status started = reconciler.Start();
  if (!started.ok()) return Fail(started);
  monitor.Subscribe([&reconciler](const host_time::Observation& seen) {
    reconciler.Observe(seen.stats, seen.at);
  });
  monitor.Start();
  started = (*server)->Serve();
  if (!started.ok()) return Fail(started);
  {
    const reconcile::HostLoop loop(reconciler, kSafetyInterval);
    const history::HistoryRecorder recorder(
        history, [&engine](uint64_t after) { return engine.GetSeconds(after); });
    SayHello(options, (*server)->tcp_port());
    const int signal_number = WaitForTheEnd(ending, [&] {
      const auto now = std::chrono::steady_clock::now();
      return now - loop.last_turn() < kStuck && now - monitor.Latest().steady < kStuck;
    });
    const std::string why = signal_number == SIGINT ? "on SIGINT" : "on SIGTERM";
    Log(absl::StrCat("ending ", why));
    sink(event::HostdStopped(why));
    // From here on nobody starts an ended engine again.
  }
  monitor.Stop();
  node_labels.Remove();
  (*server)->Stop();
  if (!options.sandbox) return 0;
  absl::Status stopped = reconciler.StopEngine();
  return stopped.ok() ? 0 : Fail(stopped);
}

int Main(const std::vector<std::string>& arguments) {
  const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  const auto options =
      ParseOptions(arguments, {runtime_dir == nullptr ? "" : runtime_dir, geteuid()});
  if (!options.ok()) {
    Log(absl::StrCat(options.status().message(), "; see hostd --help"));
    return kUsage;
  }
  if (options->mode == Options::Mode::kHelp) {
    std::fputs(HelpText().c_str(), stdout);
    return 0;
  }
  if (options->mode == Options::Mode::kVersion) {
    std::puts("hostd " HOSTCTL_VERSION);
    return 0;
  }
  // Blocked before the first thread starts, so that only sigwait() takes them.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return Serve(*options, ending);
}

}  // namespace
}  // namespace hostctl

int main(int argc, char** argv) {
  return hostctl::Main(std::vector<std::string>(argv + 1, argv + argc));
}
