// firewalld.dbus(5), through sd-bus.
#include <sys/stat.h>
#include <systemd/sd-bus.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "firewall/firewalld.h"

namespace hostctl::firewall {
namespace {

constexpr char kName[] = "org.fedoraproject.FirewallD1";
constexpr char kPath[] = "/org/fedoraproject/FirewallD1";
constexpr char kConfigPath[] = "/org/fedoraproject/FirewallD1/config";
constexpr char kMain[] = "org.fedoraproject.FirewallD1";
constexpr char kZone[] = "org.fedoraproject.FirewallD1.zone";
constexpr char kConfig[] = "org.fedoraproject.FirewallD1.config";
constexpr char kConfigZone[] = "org.fedoraproject.FirewallD1.config.zone";
constexpr char kConfigService[] = "org.fedoraproject.FirewallD1.config.service";
// A reload of firewalld, during which it is deaf, takes one second or two.
constexpr uint64_t kTimeoutUs = 5'000'000;

struct Unref {
  void operator()(sd_bus_message* message) const { sd_bus_message_unref(message); }
  void operator()(sd_bus* bus) const { sd_bus_flush_close_unref(bus); }
  void operator()(sd_bus_creds* creds) const { sd_bus_creds_unref(creds); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;
using Bus = std::unique_ptr<sd_bus, Unref>;

struct BusError {
  BusError() = default;
  ~BusError() { sd_bus_error_free(&error); }
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  sd_bus_error error = SD_BUS_ERROR_NULL;
};

// `result` is a negative errno, as sd-bus returns it.
absl::Status Failed(const std::string& what, const sd_bus_error& error, int result) {
  const std::string name = error.name == nullptr ? "" : error.name;
  const std::string why = error.message == nullptr ? std::strerror(-result) : error.message;
  const std::string words = absl::StrCat("firewalld: ", what, ": ", why);
  if (result == -EACCES || result == -EPERM || absl::StrContains(name, "NotAuthorized")) {
    return absl::PermissionDeniedError(words);
  }
  if (absl::StartsWith(name, kName)) return absl::InternalError(words);  // it has answered
  return absl::UnavailableError(words);
}

// All strings of an array, read from where `message` stands.
std::vector<std::string> ReadStrings(sd_bus_message* message) {
  std::vector<std::string> strings;
  if (sd_bus_message_enter_container(message, 'a', "s") <= 0) return strings;
  const char* text = nullptr;
  while (sd_bus_message_read(message, "s", &text) > 0) strings.emplace_back(text);
  sd_bus_message_exit_container(message);
  return strings;
}

void ReadPorts(sd_bus_message* message, bool source, FirewalldPorts& ports) {
  if (sd_bus_message_enter_container(message, 'a', "(ss)") <= 0) return;
  const char* range = nullptr;
  const char* protocol = nullptr;
  while (sd_bus_message_read(message, "(ss)", &range, &protocol) > 0) {
    ports.insert({range, protocol, source});
  }
  sd_bus_message_exit_container(message);
}

// An entry of an a{sv} that is asked for: where the value of `key` has `type`,
// `read` is called with the message standing at it.
struct Wish {
  const char* key;
  const char* type;
  std::function<void(sd_bus_message*)> read;
};
void ReadSettings(sd_bus_message* message, const std::vector<Wish>& wishes) {
  if (sd_bus_message_enter_container(message, 'a', "{sv}") <= 0) return;
  while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
    const char* key = "";
    sd_bus_message_read(message, "s", &key);
    bool taken = false;
    for (const Wish& wish : wishes) {
      if (std::strcmp(key, wish.key) != 0) continue;
      // Fails, without moving, for a value of another type.
      if (sd_bus_message_enter_container(message, 'v', wish.type) <= 0) continue;
      wish.read(message);
      sd_bus_message_exit_container(message);
      taken = true;
    }
    if (!taken) sd_bus_message_skip(message, "v");
    sd_bus_message_exit_container(message);
  }
  sd_bus_message_exit_container(message);
}

FirewalldPorts ServicePorts(sd_bus_message* settings) {
  FirewalldPorts ports;
  ReadSettings(settings,
               {{"ports", "a(ss)", [&](sd_bus_message* m) { ReadPorts(m, false, ports); }},
                {"source_ports", "a(ss)", [&](sd_bus_message* m) { ReadPorts(m, true, ports); }}});
  return ports;
}

FirewalldZone OursInZone(sd_bus_message* settings) {
  FirewalldZone zone;
  ReadSettings(settings, {{"services", "as",
                           [&](sd_bus_message* m) {
                             for (std::string& name : ReadStrings(m)) {
                               if (IsOurService(name)) zone.services.insert(std::move(name));
                             }
                           }},
                          {"rules_str", "as", [&](sd_bus_message* m) {
                             for (std::string& rule : ReadStrings(m)) {
                               if (IsOurRichRule(rule)) zone.rich_rules.insert(std::move(rule));
                             }
                           }}});
  return zone;
}

void AppendPorts(sd_bus_message* message, const char* key, bool source,
                 const FirewalldPorts& ports) {
  sd_bus_message_open_container(message, 'e', "sv");
  sd_bus_message_append(message, "s", key);
  sd_bus_message_open_container(message, 'v', "a(ss)");
  sd_bus_message_open_container(message, 'a', "(ss)");
  for (const FirewalldPort& port : ports) {
    if (port.source != source) continue;
    sd_bus_message_append(message, "(ss)", port.ports.c_str(), port.protocol.c_str());
  }
  sd_bus_message_close_container(message);
  sd_bus_message_close_container(message);
  sd_bus_message_close_container(message);
}

// Whether the process filters our packets: those of our network namespace.
bool SharesNetwork(pid_t pid) {
  struct stat theirs {};
  struct stat ours {};
  const std::string path = absl::StrCat("/proc/", pid, "/ns/net");
  // EACCES: it has rights that we lack, as firewalld beside a confined hostd.
  if (stat(path.c_str(), &theirs) != 0) return errno == EACCES || errno == EPERM;
  return stat("/proc/self/ns/net", &ours) == 0 && theirs.st_ino == ours.st_ino &&
         theirs.st_dev == ours.st_dev;
}

class DbusFirewalld final : public Firewalld {
 public:
  bool Running() override;
  absl::StatusOr<FirewalldState> Read() override;
  absl::Status Do(const FirewalldStep& step) override;
  int change_fd() const override { return bus_ == nullptr ? -1 : sd_bus_get_fd(bus_.get()); }
  bool TakeChanges() override;

 private:
  bool Connect();
  // Where and what to call.
  struct Method {
    std::string path;
    const char* interface;
    const char* name;
  };
  // Calls with `texts`, all strings, then with what `append` adds, if given.
  absl::StatusOr<Message> Call(const std::string& what, const Method& method,
                               const std::vector<std::string>& texts,
                               const std::function<void(sd_bus_message*)>& append = nullptr);
  // The object path that `method` of the permanent configuration gives for `name`.
  absl::StatusOr<std::string> Find(const std::string& what, const char* method,
                                   const std::string& name);
  absl::Status ReadUsedZones(FirewalldState& state);
  absl::Status ReadPermanent(FirewalldConfig& permanent);
  absl::Status ReadRuntime(FirewalldConfig& runtime);
  absl::Status DoDefinition(const FirewalldStep& step);
  absl::Status DoPermanent(const FirewalldStep& step);
  absl::Status DoRuntime(const FirewalldStep& step);
  static int OnSignal(sd_bus_message* message, void* self, sd_bus_error* error);

  Bus bus_;
  // Unique name of firewalld's connection. Calls go to it, as a call to the
  // well-known name could make the bus start a firewalld.
  std::string owner_;
  bool changed_ = true;
};

int DbusFirewalld::OnSignal(sd_bus_message* /*message*/, void* self, sd_bus_error* /*error*/) {
  static_cast<DbusFirewalld*>(self)->changed_ = true;
  return 0;
}

bool DbusFirewalld::Connect() {
  if (bus_ != nullptr && sd_bus_is_open(bus_.get()) > 0) return true;
  bus_.reset();
  owner_.clear();
  sd_bus* raw = nullptr;
  if (sd_bus_open_system(&raw) < 0) return false;
  Bus bus(raw);
  sd_bus_set_method_call_timeout(raw, kTimeoutUs);
  const std::string signals = absl::StrCat("type='signal',sender='", kName, "'");
  const std::string owners = absl::StrCat(
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
      "member='NameOwnerChanged',arg0='",
      kName, "'");
  for (const std::string& rule : {signals, owners}) {
    if (sd_bus_add_match(raw, nullptr, rule.c_str(), &DbusFirewalld::OnSignal, this) < 0) {
      return false;
    }
  }
  changed_ = true;
  bus_ = std::move(bus);
  return true;
}

bool DbusFirewalld::Running() {
  owner_.clear();
  if (!Connect()) return false;
  sd_bus_creds* raw = nullptr;
  const uint64_t asked = SD_BUS_CREDS_UNIQUE_NAME | SD_BUS_CREDS_PID;
  if (sd_bus_get_name_creds(bus_.get(), kName, asked, &raw) < 0) return false;
  const std::unique_ptr<sd_bus_creds, Unref> creds(raw);
  const char* owner = nullptr;
  pid_t pid = 0;
  if (sd_bus_creds_get_unique_name(raw, &owner) < 0) return false;
  if (sd_bus_creds_get_pid(raw, &pid) < 0 || !SharesNetwork(pid)) return false;
  owner_ = owner;
  return true;
}

bool DbusFirewalld::TakeChanges() {
  if (bus_ != nullptr) {
    int processed = 1;
    while (processed > 0) processed = sd_bus_process(bus_.get(), nullptr);
    if (processed < 0) {  // the bus went away, and firewalld with it
      bus_.reset();
      changed_ = true;
    }
  }
  return std::exchange(changed_, false);
}

absl::StatusOr<Message> DbusFirewalld::Call(const std::string& what, const Method& method,
                                            const std::vector<std::string>& texts,
                                            const std::function<void(sd_bus_message*)>& append) {
  BusError error;
  if (bus_ == nullptr || owner_.empty()) return Failed(what, error.error, -ENOTCONN);
  sd_bus_message* raw = nullptr;
  int result = sd_bus_message_new_method_call(bus_.get(), &raw, owner_.c_str(), method.path.c_str(),
                                              method.interface, method.name);
  const Message request(raw);
  if (result < 0) return Failed(what, error.error, result);
  for (const std::string& text : texts) sd_bus_message_append(raw, "s", text.c_str());
  if (append) append(raw);
  sd_bus_message* answer = nullptr;
  result = sd_bus_call(bus_.get(), raw, 0, &error.error, &answer);
  if (result < 0) return Failed(what, error.error, result);
  return Message(answer);
}

absl::StatusOr<std::string> DbusFirewalld::Find(const std::string& what, const char* method,
                                                const std::string& name) {
  const auto answer = Call(what, {kConfigPath, kConfig, method}, {name});
  if (!answer.ok()) return answer.status();
  const char* path = nullptr;
  const int result = sd_bus_message_read(answer->get(), "o", &path);
  if (result < 0) return Failed(what, SD_BUS_ERROR_NULL, result);
  return std::string(path);
}

absl::StatusOr<FirewalldState> DbusFirewalld::Read() {
  FirewalldState state;
  absl::Status read = ReadUsedZones(state);
  if (read.ok()) read = ReadPermanent(state.permanent);
  if (read.ok()) read = ReadRuntime(state.runtime);
  if (!read.ok()) return read;
  return state;
}

absl::Status DbusFirewalld::ReadUsedZones(FirewalldState& state) {
  const auto normal = Call("reading the default zone", {kPath, kMain, "getDefaultZone"}, {});
  if (!normal.ok()) return normal.status();
  const char* zone = nullptr;
  if (sd_bus_message_read(normal->get(), "s", &zone) > 0) state.used_zones.insert(zone);

  const auto active = Call("reading the active zones", {kPath, kZone, "getActiveZones"}, {});
  if (!active.ok()) return active.status();
  sd_bus_message* const message = active->get();
  sd_bus_message_enter_container(message, 'a', "{sa{sas}}");
  while (sd_bus_message_enter_container(message, 'e', "sa{sas}") > 0) {
    sd_bus_message_read(message, "s", &zone);
    sd_bus_message_enter_container(message, 'a', "{sas}");
    while (sd_bus_message_enter_container(message, 'e', "sas") > 0) {
      const char* kind = nullptr;  // `interfaces` or `sources`
      sd_bus_message_read(message, "s", &kind);
      if (std::strcmp(kind, "interfaces") == 0) state.used_zones.insert(zone);
      sd_bus_message_skip(message, "as");
      sd_bus_message_exit_container(message);
    }
    sd_bus_message_exit_container(message);
    sd_bus_message_exit_container(message);
  }
  return absl::OkStatus();
}

absl::Status DbusFirewalld::ReadPermanent(FirewalldConfig& permanent) {
  const auto zones = Call("listing the zones", {kConfigPath, kConfig, "getZoneNames"}, {});
  if (!zones.ok()) return zones.status();
  for (const std::string& name : ReadStrings(zones->get())) {
    const std::string what = absl::StrCat("reading the zone ", name, " (permanent)");
    const auto path = Find(what, "getZoneByName", name);
    if (!path.ok()) return path.status();
    const auto settings = Call(what, {*path, kConfigZone, "getSettings2"}, {});
    if (!settings.ok()) return settings.status();
    permanent.zones[name] = OursInZone(settings->get());
  }
  const auto services = Call("listing the services", {kConfigPath, kConfig, "getServiceNames"}, {});
  if (!services.ok()) return services.status();
  for (const std::string& name : ReadStrings(services->get())) {
    if (!IsOurService(name)) continue;
    const std::string what = absl::StrCat("reading the service ", name, " (permanent)");
    const auto path = Find(what, "getServiceByName", name);
    if (!path.ok()) return path.status();
    const auto settings = Call(what, {*path, kConfigService, "getSettings2"}, {});
    if (!settings.ok()) return settings.status();
    permanent.services[name] = ServicePorts(settings->get());
  }
  return absl::OkStatus();
}

absl::Status DbusFirewalld::ReadRuntime(FirewalldConfig& runtime) {
  const auto zones = Call("listing the zones", {kPath, kZone, "getZones"}, {});
  if (!zones.ok()) return zones.status();
  for (const std::string& name : ReadStrings(zones->get())) {
    const auto settings = Call(absl::StrCat("reading the zone ", name, " (runtime)"),
                               {kPath, kZone, "getZoneSettings2"}, {name});
    if (!settings.ok()) return settings.status();
    runtime.zones[name] = OursInZone(settings->get());
  }
  const auto services = Call("listing the services", {kPath, kMain, "listServices"}, {});
  if (!services.ok()) return services.status();
  for (const std::string& name : ReadStrings(services->get())) {
    if (!IsOurService(name)) continue;
    const auto settings = Call(absl::StrCat("reading the service ", name, " (runtime)"),
                               {kPath, kMain, "getServiceSettings2"}, {name});
    if (!settings.ok()) return settings.status();
    runtime.services[name] = ServicePorts(settings->get());
  }
  return absl::OkStatus();
}

absl::Status DbusFirewalld::Do(const FirewalldStep& step) {
  absl::Status done = step.zone.empty() ? DoDefinition(step)
                      : step.permanent  ? DoPermanent(step)
                                        : DoRuntime(step);
  // Somebody else was faster.
  const std::string words(done.message());
  const bool is_so =
      absl::StrContains(words, ": ALREADY_ENABLED") || absl::StrContains(words, ": NOT_ENABLED");
  return is_so ? absl::OkStatus() : done;
}

absl::Status DbusFirewalld::DoDefinition(const FirewalldStep& step) {
  const std::string what = Describe(step);
  const auto append = [&step](sd_bus_message* message) {
    sd_bus_message_open_container(message, 'a', "{sv}");
    sd_bus_message_append(message, "{sv}", "short", "s", step.what.c_str());
    sd_bus_message_append(message, "{sv}", "description", "s",
                          "Made by hostctl: `hostctl network firewall ruleset list`.");
    AppendPorts(message, "ports", false, step.ports);
    AppendPorts(message, "source_ports", true, step.ports);
    sd_bus_message_close_container(message);
  };
  if (step.action == FirewalldStep::Action::kDefineService) {
    return Call(what, {kConfigPath, kConfig, "addService2"}, {step.what}, append).status();
  }
  const auto path = Find(what, "getServiceByName", step.what);
  if (!path.ok()) return path.status();
  if (step.action == FirewalldStep::Action::kForgetService) {
    return Call(what, {*path, kConfigService, "remove"}, {}).status();
  }
  return Call(what, {*path, kConfigService, "update2"}, {}, append).status();
}

const char* MethodOf(FirewalldStep::Action action) {
  switch (action) {
    case FirewalldStep::Action::kAddService:
      return "addService";
    case FirewalldStep::Action::kRemoveService:
      return "removeService";
    case FirewalldStep::Action::kAddRichRule:
      return "addRichRule";
    default:
      return "removeRichRule";
  }
}

absl::Status DbusFirewalld::DoPermanent(const FirewalldStep& step) {
  const std::string what = Describe(step);
  const auto path = Find(what, "getZoneByName", step.zone);
  if (!path.ok()) return path.status();
  return Call(what, {*path, kConfigZone, MethodOf(step.action)}, {step.what}).status();
}

absl::Status DbusFirewalld::DoRuntime(const FirewalldStep& step) {
  const bool adds = step.action == FirewalldStep::Action::kAddService ||
                    step.action == FirewalldStep::Action::kAddRichRule;
  // Additions have a time after which firewalld takes them back; 0: never.
  const auto forever = [](sd_bus_message* message) { sd_bus_message_append(message, "i", 0); };
  return Call(Describe(step), {kPath, kZone, MethodOf(step.action)}, {step.zone, step.what},
              adds ? std::function<void(sd_bus_message*)>(forever) : nullptr)
      .status();
}

}  // namespace

std::unique_ptr<Firewalld> NewDbusFirewalld() {
  return std::make_unique<DbusFirewalld>();
}

}  // namespace hostctl::firewall
