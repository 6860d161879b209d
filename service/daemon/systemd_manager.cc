#include "service/daemon/systemd_manager.h"

#include <systemd/sd-bus.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "service/daemon/child_process.h"
#include "service/daemon/unit_drop_in.h"

namespace hostctl::daemon {
namespace {

using std::chrono::steady_clock;

constexpr char kSystemd[] = "org.freedesktop.systemd1";
constexpr char kManagerPath[] = "/org/freedesktop/systemd1";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";
constexpr char kUnit[] = "org.freedesktop.systemd1.Unit";
constexpr char kService[] = "org.freedesktop.systemd1.Service";

// A D-Bus error, owned.
struct BusError {
  BusError() = default;
  ~BusError() { sd_bus_error_free(&error); }
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;

  sd_bus_error error = SD_BUS_ERROR_NULL;
};

struct Unref {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
  void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;
using Bus = std::unique_ptr<sd_bus, Unref>;

// `result` is a negative errno, as sd-bus returns it.
absl::Status Failed(const std::string& what, const BusError& error, int result) {
  const std::string why = error.error.message != nullptr ? error.error.message  // NUL-terminated
                                                         : std::strerror(-result);
  const std::string words = absl::StrCat(what, ": ", why);
  if (result == -EACCES || result == -EPERM) return absl::PermissionDeniedError(words);
  return absl::UnavailableError(words);
}

// One unit, as systemd has loaded it.
struct Unit {
  std::string name;
  std::string path;        // its object on the bus
  std::string load_state;  // `loaded`, `not-found`, `masked`, ...
};

class SystemdManager final : public ServiceManager {
 public:
  explicit SystemdManager(SystemdOptions options) : options_(std::move(options)) {}

  // Nothing to do while the connection stands.
  absl::Status EnsureConnected();

  std::string name() const override { return "systemd"; }
  absl::StatusOr<ServiceStatus> State(const std::string& key) override;
  absl::Status Start(const std::string& key) override { return RunJob(key, "StartUnit"); }
  absl::Status Stop(const std::string& key) override { return RunJob(key, "StopUnit"); }
  absl::Status Restart(const std::string& key) override { return RunJob(key, "RestartUnit"); }
  absl::Status Configure(const std::string& key,
                         const std::optional<OwnConfiguration>& configuration) override;
  int change_fd() const override;
  void Tend() override;
  std::optional<TimePoint> tend_at() const override { return std::nullopt; }

 private:
  absl::Status Connect(Bus& bus);
  absl::Status Listen(sd_bus* bus);
  absl::Status Watch(const Unit& unit);
  absl::StatusOr<Unit> FindUnit(const std::string& key);
  absl::StatusOr<std::string> Text(const Unit& unit, const char* interface, const char* property);
  // A number of D-Bus type `type`: `u`, `i` or `t`.
  absl::StatusOr<uint64_t> Count(const Unit& unit, const char* interface, const char* property,
                                 char type);
  absl::Status ReadProcess(const Unit& unit, ServiceStatus& status);
  std::string NoUnit(const std::string& key) const {
    return absl::StrCat("systemd has no unit ", absl::StrJoin(options_.units.at(key), " or "));
  }
  absl::Status RunJob(const std::string& key, const char* method);
  // Calls `method` of the unit `name`, and waits until systemd has done it.
  absl::Status RunUnitJob(const std::string& name, const char* method);
  absl::Status Reload();
  // By the unit that may write it.
  absl::Status AskForDropIn(const DropIn& drop_in,
                            const std::optional<OwnConfiguration>& configuration);
  DropIn DropInOf(const Unit& unit) const { return DropIn(options_.drop_in_folder, unit.name); }
  absl::StatusOr<std::string> WaitForJob(const std::string& job);
  static int OnJobRemoved(sd_bus_message* message, void* self, sd_bus_error* error);

  const SystemdOptions options_;
  Bus bus_;
  std::set<std::string> watched_;  // paths of the units whose changes we hear of
  // Jobs that have ended since the last one was asked for: path -> result.
  std::map<std::string, std::string> ended_jobs_;
};

absl::Status SystemdManager::EnsureConnected() {
  if (bus_ != nullptr && sd_bus_is_open(bus_.get()) > 0) return absl::OkStatus();
  bus_.reset();
  watched_.clear();
  Bus bus;
  absl::Status connected = Connect(bus);
  if (connected.ok()) connected = Listen(bus.get());
  if (connected.ok()) bus_ = std::move(bus);
  return connected;
}

absl::Status SystemdManager::Connect(Bus& bus) {
  sd_bus* raw = nullptr;
  int result = 0;
  if (options_.bus_address.empty()) {
    result = sd_bus_open_system(&raw);
  } else {
    result = sd_bus_new(&raw);
    if (result >= 0) result = sd_bus_set_address(raw, options_.bus_address.c_str());
    if (result >= 0) result = sd_bus_set_bus_client(raw, 1);
    if (result >= 0) result = sd_bus_start(raw);
  }
  bus.reset(raw);
  if (result < 0) return Failed("cannot connect to D-Bus", BusError(), result);
  const auto timeout = std::chrono::microseconds(options_.timeout);
  sd_bus_set_method_call_timeout(raw, static_cast<uint64_t>(timeout.count()));
  return absl::OkStatus();
}

// Asks systemd to tell us when a job has ended. Without Subscribe it tells nobody.
absl::Status SystemdManager::Listen(sd_bus* bus) {
  BusError error;
  int result = sd_bus_call_method(bus, kSystemd, kManagerPath, kManager, "Subscribe", &error.error,
                                  nullptr, "");
  if (result < 0) return Failed("systemd does not answer", error, result);
  result = sd_bus_match_signal(bus, nullptr, kSystemd, kManagerPath, kManager, "JobRemoved",
                               &SystemdManager::OnJobRemoved, this);
  if (result < 0) return Failed("cannot listen to systemd", error, result);
  return absl::OkStatus();
}

// Makes the bus readable whenever `unit` changes.
absl::Status SystemdManager::Watch(const Unit& unit) {
  if (watched_.count(unit.path) != 0) return absl::OkStatus();
  const std::string rule =
      absl::StrCat("type='signal',sender='", kSystemd, "',path='", unit.path,
                   "',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'");
  const auto ignore = [](sd_bus_message*, void*, sd_bus_error*) { return 0; };
  const int result = sd_bus_add_match(bus_.get(), nullptr, rule.c_str(), ignore, nullptr);
  if (result < 0) return Failed("cannot listen to systemd", BusError(), result);
  watched_.insert(unit.path);
  return absl::OkStatus();
}

int SystemdManager::OnJobRemoved(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  uint32_t id = 0;
  const char* job = nullptr;
  const char* unit = nullptr;
  const char* result = nullptr;
  if (sd_bus_message_read(message, "uoss", &id, &job, &unit, &result) >= 0) {
    static_cast<SystemdManager*>(self)->ended_jobs_[job] = result;
  }
  return 0;
}

absl::StatusOr<Unit> SystemdManager::FindUnit(const std::string& key) {
  const auto names = options_.units.find(key);
  if (names == options_.units.end()) {
    return absl::NotFoundError(absl::StrCat("hostd does not know a service '", key, "'"));
  }
  absl::Status connected = EnsureConnected();
  if (!connected.ok()) return connected;
  Unit unit;
  for (const std::string& name : names->second) {
    unit.name = name;
    BusError error;
    sd_bus_message* raw = nullptr;
    // Succeeds for a unit that does not exist: its LoadState says so.
    int result = sd_bus_call_method(bus_.get(), kSystemd, kManagerPath, kManager, "LoadUnit",
                                    &error.error, &raw, "s", name.c_str());
    const Message answer(raw);
    const char* path = nullptr;
    if (result >= 0) result = sd_bus_message_read(answer.get(), "o", &path);
    if (result < 0) return Failed(absl::StrCat("systemd does not load ", name), error, result);
    unit.path = path;
    auto load_state = Text(unit, kUnit, "LoadState");
    if (!load_state.ok()) return load_state.status();
    unit.load_state = *std::move(load_state);
    if (unit.load_state == "not-found") continue;
    absl::Status watched = Watch(unit);
    if (!watched.ok()) return watched;
    return unit;
  }
  return unit;
}

absl::StatusOr<std::string> SystemdManager::Text(const Unit& unit, const char* interface,
                                                 const char* property) {
  BusError error;
  char* text = nullptr;
  const int result = sd_bus_get_property_string(bus_.get(), kSystemd, unit.path.c_str(), interface,
                                                property, &error.error, &text);
  if (result < 0) return Failed(absl::StrCat(property, " of ", unit.name), error, result);
  const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
  return std::string(text);
}

absl::StatusOr<uint64_t> SystemdManager::Count(const Unit& unit, const char* interface,
                                               const char* property, char type) {
  BusError error;
  uint64_t wide = 0;
  uint32_t narrow = 0;  // also holds an `i`, whose values here are not negative
  void* into = type == 't' ? static_cast<void*>(&wide) : &narrow;
  const int result = sd_bus_get_property_trivial(bus_.get(), kSystemd, unit.path.c_str(), interface,
                                                 property, &error.error, type, into);
  if (result < 0) return Failed(absl::StrCat(property, " of ", unit.name), error, result);
  return type == 't' ? wide : narrow;
}

RunState RunStateOf(const std::string& active_state, const std::string& sub_state) {
  if (sub_state == "auto-restart") return RunState::kWaiting;
  if (active_state == "active" || active_state == "reloading" || active_state == "activating") {
    return RunState::kRunning;
  }
  return RunState::kStopped;
}

absl::Status SystemdManager::ReadProcess(const Unit& unit, ServiceStatus& status) {
  const auto active = Text(unit, kUnit, "ActiveState");
  const auto sub = Text(unit, kUnit, "SubState");
  const auto since_us = Count(unit, kUnit, "ActiveEnterTimestamp", 't');
  const auto pid = Count(unit, kService, "MainPID", 'u');
  const auto restarts = Count(unit, kService, "NRestarts", 'u');
  const auto exit_code = Count(unit, kService, "ExecMainCode", 'i');
  const auto exit_status = Count(unit, kService, "ExecMainStatus", 'i');
  for (const absl::Status& read : {active.status(), sub.status(), since_us.status(), pid.status(),
                                   restarts.status(), exit_code.status(), exit_status.status()}) {
    if (!read.ok()) return read;
  }
  status.state = RunStateOf(*active, *sub);
  status.pid = static_cast<pid_t>(*pid);
  status.restarts = *restarts;
  if (status.state == RunState::kRunning && *since_us != 0) {
    status.since = absl::FromUnixMicros(static_cast<int64_t>(*since_us));
  }
  // 0 until the main process has ended; then as si_code of waitid(2).
  if (*exit_code != 0) {
    status.last_exit = ExitWords(static_cast<int>(*exit_code), static_cast<int>(*exit_status));
  }
  return absl::OkStatus();
}

absl::StatusOr<ServiceStatus> SystemdManager::State(const std::string& key) {
  const auto unit = FindUnit(key);
  if (!unit.ok()) return unit.status();
  ServiceStatus status;
  status.installed = unit->load_state == "loaded";
  if (!status.installed) {
    status.why_not_installed =
        unit->load_state == "not-found"
            ? NoUnit(key)
            : absl::StrCat("its unit ", unit->name, " is ", unit->load_state);
    return status;
  }
  absl::Status read = ReadProcess(*unit, status);
  if (!read.ok()) return read;
  status.configuration = DropInOf(*unit).Read();
  return status;
}

absl::Status SystemdManager::Configure(const std::string& key,
                                       const std::optional<OwnConfiguration>& configuration) {
  const auto unit = FindUnit(key);
  if (!unit.ok()) return unit.status();
  const DropIn drop_in = DropInOf(*unit);
  if (drop_in.Read() == configuration) return absl::OkStatus();
  if (configuration.has_value() && unit->load_state == "not-found") {
    return absl::NotFoundError(NoUnit(key));
  }
  absl::Status written;
  if (!options_.drop_in_writer.empty()) {
    written = AskForDropIn(drop_in, configuration);
  } else {
    written = configuration.has_value() ? drop_in.Write(*configuration) : drop_in.Remove();
  }
  return written.ok() ? Reload() : written;
}

absl::Status SystemdManager::AskForDropIn(const DropIn& drop_in,
                                          const std::optional<OwnConfiguration>& configuration) {
  const std::string writer =
      absl::StrCat(options_.drop_in_writer,
                   configuration.has_value() ? configuration->log_level : "none", ".service");
  absl::Status done = RunUnitJob(writer, "StartUnit");
  if (!done.ok() || drop_in.Read() == configuration) return done;
  return absl::InternalError(absl::StrCat(writer, " did not write what was asked for"));
}

absl::Status SystemdManager::Reload() {
  BusError error;
  const int result = sd_bus_call_method(bus_.get(), kSystemd, kManagerPath, kManager, "Reload",
                                        &error.error, nullptr, "");
  return result < 0 ? Failed("systemd does not read its units again", error, result)
                    : absl::OkStatus();
}

absl::Status SystemdManager::RunJob(const std::string& key, const char* method) {
  const auto unit = FindUnit(key);
  if (!unit.ok()) return unit.status();
  const bool stop = std::strcmp(method, "StopUnit") == 0;
  if (unit->load_state == "not-found") {
    if (stop) return absl::OkStatus();
    return absl::NotFoundError(NoUnit(key));
  }
  absl::Status done = RunUnitJob(unit->name, method);
  if (!done.ok() || stop) return done;
  // A unit of Type=simple counts as started before its program could fail.
  ServiceStatus status;
  absl::Status read = ReadProcess(*unit, status);
  if (!read.ok() || status.state != RunState::kStopped) return read;
  return absl::UnavailableError(
      absl::StrCat(unit->name, " ", status.last_exit.empty() ? "ended" : status.last_exit,
                   " right after its start; journalctl -u ", unit->name, " tells why"));
}

absl::Status SystemdManager::RunUnitJob(const std::string& name, const char* method) {
  ended_jobs_.clear();
  BusError error;
  sd_bus_message* raw = nullptr;
  int result = sd_bus_call_method(bus_.get(), kSystemd, kManagerPath, kManager, method,
                                  &error.error, &raw, "ss", name.c_str(), "replace");
  const Message answer(raw);
  const char* job = nullptr;
  if (result >= 0) result = sd_bus_message_read(answer.get(), "o", &job);
  if (result < 0) return Failed(absl::StrCat(method, " ", name), error, result);
  const auto ended = WaitForJob(job);
  if (!ended.ok()) {
    return {ended.status().code(), absl::StrCat(method, " ", name, ": ", ended.status().message())};
  }
  if (*ended != "done") {
    return absl::UnavailableError(absl::StrCat(method, " ", name, ": the job ended with `", *ended,
                                               "`; journalctl -u ", name, " tells why"));
  }
  options_.log(absl::StrCat(method, " ", name, ": done"));
  return absl::OkStatus();
}

absl::StatusOr<std::string> SystemdManager::WaitForJob(const std::string& job) {
  const auto deadline = steady_clock::now() + options_.timeout;
  while (ended_jobs_.count(job) == 0) {
    const int processed = sd_bus_process(bus_.get(), nullptr);
    if (processed < 0) return Failed("the bus went away", BusError(), processed);
    if (processed > 0) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(deadline - steady_clock::now());
    if (left.count() <= 0) {
      return absl::DeadlineExceededError(
          absl::StrCat("not done within ", options_.timeout.count(), " ms"));
    }
    sd_bus_wait(bus_.get(), static_cast<uint64_t>(left.count()));
  }
  return ended_jobs_.at(job);
}

int SystemdManager::change_fd() const {
  return bus_ == nullptr ? -1 : sd_bus_get_fd(bus_.get());
}

void SystemdManager::Tend() {
  if (bus_ == nullptr) return;
  int processed = 1;
  while (processed > 0) processed = sd_bus_process(bus_.get(), nullptr);
  if (processed == 0) return;
  options_.log(absl::StrCat("the connection to systemd is lost: ", std::strerror(-processed)));
  bus_.reset();
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServiceManager>> ConnectToSystemd(SystemdOptions options) {
  auto manager = std::make_unique<SystemdManager>(std::move(options));
  absl::Status connected = manager->EnsureConnected();
  if (!connected.ok()) return connected;
  return manager;
}

}  // namespace hostctl::daemon
