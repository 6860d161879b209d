// A private message bus, and on it a stand-in for systemd that answers as
// org.freedesktop.systemd1(5) says: what hostd asks it is really sent over D-Bus.
#pragma once

#include <systemd/sd-bus.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/daemon/child_process.h"
#include "temporary_folder.h"

namespace hostctl::daemon {

// dbus-daemon, until the object ends.
class PrivateBus {
 public:
  // Listens in `folder`; may be asked again after an end, at the same address.
  explicit PrivateBus(const TemporaryFolder& folder);
  ~PrivateBus();
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  static std::string AddressIn(const TemporaryFolder& folder) {
    return "unix:path=" + folder.File("bus");
  }

 private:
  std::optional<ChildProcess> process_;
};

// A unit of it, with the properties that D-Bus shows.
struct FakeUnit {
  std::string load_state = "loaded";
  std::string active_state = "inactive";
  std::string sub_state = "dead";
  uint64_t active_enter_us = 0;
  uint32_t main_pid = 0;
  uint32_t restarts = 0;
  int32_t exit_code = 0;  // CLD_EXITED, CLD_KILLED, ...
  int32_t exit_status = 0;
};

class FakeSystemd {
 public:
  explicit FakeSystemd(const std::string& bus_address);
  ~FakeSystemd();
  FakeSystemd(const FakeSystemd&) = delete;
  FakeSystemd& operator=(const FakeSystemd&) = delete;

  FakeUnit Get(const std::string& name);
  void Set(const std::string& name, const FakeUnit& unit);
  // Tells everybody who listens that the unit has changed.
  void TellOfChange(const std::string& name);
  // `StartUnit chrony.service replace`, ...
  std::vector<std::string> Calls();

  // How the next jobs end; empty: never. A start that is `done` is active with
  // process 4711, unless the next one is to die at once.
  std::atomic<const char*> job_result = "done";
  std::atomic<bool> dies_at_once = false;
  std::atomic<bool> refuses = false;  // org.freedesktop.DBus.Error.AccessDenied

 private:
  static int OnCall(sd_bus_message* message, void* self, sd_bus_error* error);
  int Answer(sd_bus_message* message);
  int AnswerProperty(sd_bus_message* message);
  int RunJob(sd_bus_message* message, const std::string& method);
  void Loop();
  void Apply(const std::string& method, FakeUnit& unit) const;

  std::mutex mutex_;
  std::map<std::string, FakeUnit> units_;
  std::vector<std::string> calls_;
  std::vector<std::string> to_tell_;  // paths of units that have changed
  uint32_t jobs_ = 0;
  sd_bus* bus_ = nullptr;
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

}  // namespace hostctl::daemon
