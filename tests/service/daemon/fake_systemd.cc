#include "fake_systemd.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>

#include "gtest/gtest.h"

namespace hostctl::daemon {
namespace {

constexpr char kRoot[] = "/org/freedesktop/systemd1";
constexpr char kUnits[] = "/org/freedesktop/systemd1/unit/";
constexpr char kManager[] = "org.freedesktop.systemd1.Manager";

// As systemd escapes it: `chrony.service` is `chrony_2eservice`.
std::string PathOf(const std::string& name) {
  std::string path = kUnits;
  for (const char c : name) path += c == '.' ? std::string("_2e") : std::string(1, c);
  return path;
}

std::string NameOf(const std::string& path) {
  std::string name = path.substr(std::strlen(kUnits));
  for (size_t at = name.find("_2e"); at != std::string::npos; at = name.find("_2e")) {
    name.replace(at, 3, ".");
  }
  return name;
}

bool SomebodyListens(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  const bool connected =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  close(fd);
  return connected;
}

}  // namespace

PrivateBus::PrivateBus(const TemporaryFolder& folder) {
  const std::string config = folder.File("bus.conf");
  std::ofstream(config) << "<busconfig><listen>" << AddressIn(folder)
                        << "</listen><policy context='default'><allow own='*'/>"
                           "<allow send_destination='*'/><allow receive_sender='*'/>"
                           "</policy></busconfig>";
  unlink(folder.File("bus").c_str());
  // As root it complains of limits that a container does not let it raise.
  const int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
  auto process = ChildProcess::Spawn(
      {"/usr/bin/dbus-daemon", "--nofork", "--nopidfile", "--config-file=" + config}, quiet);
  close(quiet);
  EXPECT_TRUE(process.ok()) << process.status();
  if (!process.ok()) return;
  process_ = *std::move(process);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!SomebodyListens(folder.File("bus"))) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "dbus-daemon does not listen";
      return;
    }
    poll(nullptr, 0, 5);
  }
}

PrivateBus::~PrivateBus() {
  if (!process_) return;
  EXPECT_TRUE(process_->End(std::chrono::seconds(5)).ok());
}

FakeSystemd::FakeSystemd(const std::string& bus_address) {
  EXPECT_GE(sd_bus_new(&bus_), 0);
  EXPECT_GE(sd_bus_set_address(bus_, bus_address.c_str()), 0);
  EXPECT_GE(sd_bus_set_bus_client(bus_, 1), 0);
  EXPECT_GE(sd_bus_start(bus_), 0);
  EXPECT_GE(sd_bus_add_fallback(bus_, nullptr, kRoot, OnCall, this), 0);
  EXPECT_GE(sd_bus_request_name(bus_, "org.freedesktop.systemd1", 0), 0);
  thread_ = std::thread([this] { Loop(); });
}

FakeSystemd::~FakeSystemd() {
  ending_ = true;
  thread_.join();
  sd_bus_flush_close_unref(bus_);
}

void FakeSystemd::Loop() {
  while (!ending_) {
    while (sd_bus_process(bus_, nullptr) > 0) {
    }
    std::vector<std::string> to_tell;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      to_tell.swap(to_tell_);
    }
    for (const std::string& path : to_tell) {
      sd_bus_emit_signal(bus_, path.c_str(), "org.freedesktop.DBus.Properties", "PropertiesChanged",
                         "sa{sv}as", "org.freedesktop.systemd1.Unit", 0, 0);
    }
    sd_bus_wait(bus_, 10000);
  }
}

FakeUnit FakeSystemd::Get(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return units_[name];
}

void FakeSystemd::Set(const std::string& name, const FakeUnit& unit) {
  const std::lock_guard<std::mutex> lock(mutex_);
  units_[name] = unit;
}

void FakeSystemd::TellOfChange(const std::string& name) {
  const std::lock_guard<std::mutex> lock(mutex_);
  to_tell_.push_back(PathOf(name));
}

std::vector<std::string> FakeSystemd::Calls() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return calls_;
}

int FakeSystemd::OnCall(sd_bus_message* message, void* self, sd_bus_error* /*error*/) {
  return static_cast<FakeSystemd*>(self)->Answer(message);
}

int FakeSystemd::Answer(sd_bus_message* message) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string member = sd_bus_message_get_member(message);
  if (refuses) {
    return sd_bus_reply_method_errorf(message, "org.freedesktop.DBus.Error.AccessDenied",
                                      "Interactive authentication required.");
  }
  if (member == "Get") return AnswerProperty(message);
  if (member == "Subscribe" || member == "Reload") {
    calls_.push_back(member);
    return sd_bus_reply_method_return(message, "");
  }
  if (member == "LoadUnit") {
    const char* name = nullptr;
    sd_bus_message_read(message, "s", &name);
    return sd_bus_reply_method_return(message, "o", PathOf(name).c_str());
  }
  return RunJob(message, member);
}

int FakeSystemd::AnswerProperty(sd_bus_message* message) {
  const char* interface = nullptr;
  const char* property = nullptr;
  sd_bus_message_read(message, "ss", &interface, &property);
  const auto found = units_.find(NameOf(sd_bus_message_get_path(message)));
  FakeUnit unit;
  if (found == units_.end()) {
    unit.load_state = "not-found";
  } else {
    unit = found->second;
  }
  const std::string name =
      std::string(interface).substr(std::strlen("org.freedesktop.systemd1.")) + "." + property;
  const std::map<std::string, std::string> texts = {{"Unit.LoadState", unit.load_state},
                                                    {"Unit.ActiveState", unit.active_state},
                                                    {"Unit.SubState", unit.sub_state}};
  if (texts.count(name) > 0) {
    return sd_bus_reply_method_return(message, "v", "s", texts.at(name).c_str());
  }
  if (name == "Unit.ActiveEnterTimestamp") {
    return sd_bus_reply_method_return(message, "v", "t", unit.active_enter_us);
  }
  if (name == "Service.MainPID") {
    return sd_bus_reply_method_return(message, "v", "u", unit.main_pid);
  }
  if (name == "Service.NRestarts") {
    return sd_bus_reply_method_return(message, "v", "u", unit.restarts);
  }
  if (name == "Service.ExecMainCode") {
    return sd_bus_reply_method_return(message, "v", "i", unit.exit_code);
  }
  if (name == "Service.ExecMainStatus") {
    return sd_bus_reply_method_return(message, "v", "i", unit.exit_status);
  }
  return sd_bus_reply_method_errorf(message, "org.freedesktop.DBus.Error.UnknownProperty",
                                    "Unknown property %s", property);
}

void FakeSystemd::Apply(const std::string& method, FakeUnit& unit) const {
  const bool start = method != "StopUnit" && !dies_at_once;
  unit.active_state = start ? "active" : dies_at_once ? "failed" : "inactive";
  unit.sub_state = start ? "running" : dies_at_once ? "failed" : "dead";
  unit.main_pid = start ? 4711 : 0;
  unit.active_enter_us = start ? 1800000000000000 : 0;
  unit.exit_code = start ? 0 : CLD_EXITED;
  unit.exit_status = dies_at_once ? 1 : 0;
}

int FakeSystemd::RunJob(sd_bus_message* message, const std::string& method) {
  const char* name = nullptr;
  const char* mode = nullptr;
  sd_bus_message_read(message, "ss", &name, &mode);
  calls_.push_back(method + " " + name + " " + mode);
  const uint32_t id = ++jobs_;
  const std::string job = std::string(kRoot) + "/job/" + std::to_string(id);
  const std::string result = job_result.load();
  if (result == "done") Apply(method, units_[name]);
  // The signal may well come before the answer: nothing forbids it.
  if (!result.empty()) {
    sd_bus_emit_signal(bus_, kRoot, kManager, "JobRemoved", "uoss", id, job.c_str(), name,
                       result.c_str());
  }
  return sd_bus_reply_method_return(message, "o", job.c_str());
}

}  // namespace hostctl::daemon
