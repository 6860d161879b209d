// Stand-ins for the engine and the disk, and a whole small host made of them.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fake_services.h"
#include "firewall/memory_firewall.h"
#include "service/host/fake_interfaces.h"
#include "service/reconcile/reconciler.h"
#include "service/store/file_system.h"
#include "service/store/state_store.h"

namespace hostctl::reconcile {

// An engine that does nothing but keep count of what it is asked.
class FakeEngine final : public EngineHost {
 public:
  FakeEngine() : exit_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~FakeEngine() override { close(exit_fd_); }
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  absl::StatusOr<bool> Adopt() override { return pid_ != 0; }

  absl::Status Start() override {
    ++start_attempts;
    while_starting();
    if (!next_start.ok()) return std::exchange(next_start, absl::OkStatus());
    if (pid_ == 0) {
      ++starts;
      pid_ = 1000 + starts;
    }
    return absl::OkStatus();
  }

  absl::Status Configure(const EngineConfig& config) override {
    if (pid_ == 0) return absl::UnavailableError("does not run");
    if (!next_configure.ok()) return std::exchange(next_configure, absl::OkStatus());
    ++configures;
    config_ = config;
    return absl::OkStatus();
  }

  absl::Status Stop() override {
    if (pid_ != 0) ++stops;
    pid_ = 0;
    config_.reset();
    return absl::OkStatus();
  }

  pid_t pid() const override { return pid_; }
  std::optional<EngineConfig> config() const override { return config_; }
  std::optional<absl::Time> since() const override {
    return pid_ == 0 ? std::nullopt : std::optional(absl::FromUnixSeconds(1800000000 + starts));
  }
  int exit_fd() const override { return pid_ != 0 ? exit_fd_ : -1; }

  std::optional<std::string> TakeExit() override {
    eventfd_t count = 0;
    if (eventfd_read(exit_fd_, &count) != 0) return std::nullopt;
    pid_ = 0;
    config_.reset();
    return "was ended by signal 9 (Killed)";
  }

  absl::StatusOr<hostctl::v1::PtpStats> GetStats() override {
    if (!stats_status.ok()) return stats_status;
    return stats;
  }

  absl::Status Kill() override {
    ++kills;
    Die();
    return absl::OkStatus();
  }

  // As `kill -9` by somebody else.
  void Die() const { eventfd_write(exit_fd_, 1); }

  int starts = 0;
  int start_attempts = 0;
  int configures = 0;
  int stops = 0;
  int kills = 0;
  // Called in Start(); may take its time.
  std::function<void()> while_starting = [] {};
  absl::Status next_start;
  absl::Status next_configure;
  absl::Status stats_status;
  hostctl::v1::PtpStats stats;

 private:
  int exit_fd_;
  pid_t pid_ = 0;
  std::optional<EngineConfig> config_;
};

// Files in memory.
class MemoryFiles final : public store::FileSystem {
 public:
  absl::StatusOr<std::string> Read(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) return absl::NotFoundError(path);
    return found->second;
  }
  absl::Status WriteAndSync(const std::string& path, const std::string& contents) override {
    if (!next_write.ok()) return std::exchange(next_write, absl::OkStatus());
    ++writes;
    files[path] = contents;
    return absl::OkStatus();
  }
  absl::Status LetAllRead(const std::string& path) override {
    return files.count(path) > 0 ? absl::OkStatus() : absl::NotFoundError(path);
  }
  absl::Status AppendAndSync(const std::string& path, const std::string& contents) override {
    files[path] += contents;
    return absl::OkStatus();
  }
  absl::Status Rename(const std::string& from, const std::string& to) override {
    files[to] = files[from];
    files.erase(from);
    return absl::OkStatus();
  }
  absl::Status SyncFolder(const std::string& /*path*/) override { return absl::OkStatus(); }
  absl::Status Remove(const std::string& path) override {
    files.erase(path);
    return absl::OkStatus();
  }
  absl::Status MakeFolders(const std::string& /*path*/) override { return absl::OkStatus(); }

  std::map<std::string, std::string> files;
  int writes = 0;
  absl::Status next_write;
};

// chrony as the reconciler sees it: a file, a judge of lines, and what is measured.
struct FakeChrony {
  ntp::ChronyHost Host() {
    ntp::ChronyHost host;
    host.places = ntp::OwnPlaces("/run", "/state");
    host.check = [this](const std::vector<std::string>& lines) {
      checked = lines;
      return problem;
    };
    host.read = [this]() -> absl::StatusOr<std::string> {
      if (!text.has_value()) return absl::NotFoundError("there is no file");
      return *text;
    };
    host.write = [this](const std::string& written) {
      if (!next_write.ok()) return std::exchange(next_write, absl::OkStatus());
      history.push_back(written);
      text = written;
      return absl::OkStatus();
    };
    host.stats = [this] { return stats; };
    return host;
  }

  std::optional<std::string> text;          // of the configuration file
  std::vector<std::string> history;         // every text it has had
  std::vector<std::string> checked;         // lines that were judged last
  std::optional<ntp::ConfProblem> problem;  // the judgement
  absl::Status next_write;
  absl::StatusOr<hostctl::v1::NtpStats> stats = hostctl::v1::NtpStats();
};

// A host with eth0 (vmk0), eth1 (vmk1), an open-minded firewall and a fake engine.
struct FakeHost {
  host::FakeInterfaces interfaces;
  firewall::MemoryFirewall firewall;
  FakeEngine engine;
  MemoryFiles files;
  FakeServices services;
  FakeChrony chrony;
  store::StateStore store{"/state/state.json", files};
  store::RuntimeStore runtime{"/run/services.json", "first-boot", files};
  bool clock_adjustable = true;
  // Real time unless a test stops it by setting a value.
  std::optional<Reconciler::TimePoint> now;
  std::vector<std::string> lines;
  std::vector<v1::Event> events;
  EngineSettings settings;
  firewall::LoadedRulesets rulesets{firewall::Catalogue(), {}};
  BootTime boot_time{"boot-1", std::chrono::hours(1)};
  std::vector<std::string> ssh_sessions;

  std::unique_ptr<Reconciler> NewReconciler() {
    return std::make_unique<Reconciler>(
        Reconciler::Parts{interfaces, firewall, engine, store, [this] { return clock_adjustable; },
                          [this] { return now.value_or(std::chrono::steady_clock::now()); },
                          [this](const std::string& line) { lines.push_back(line); }, services,
                          runtime, [this] { return rulesets; }, [this] { return boot_time; },
                          [this] { return ssh_sessions; }, chrony.Host(),
                          [this](v1::Event event) { events.push_back(std::move(event)); }},
        settings);
  }

  // The host starts again: its runtime folder is empty, none of its processes is left.
  void Reboot() {
    files.files.erase("/run/services.json");
    static_cast<void>(engine.Stop());
    static_cast<void>(services.Stop("chronyd"));
  }

  store::DesiredState Stored() {
    auto loaded = store.Load();
    return loaded.ok() ? loaded->state : store::DesiredState();
  }
};

inline PtpUpdate Enable(const std::string& interface) {
  PtpUpdate update;
  update.enabled = true;
  update.interface = interface;
  return update;
}

inline PtpUpdate Disable() {
  PtpUpdate update;
  update.enabled = false;
  return update;
}

inline PtpUpdate Domain(int64_t number) {
  PtpUpdate update;
  update.domain_number = number;
  return update;
}

inline ServiceUpdate Act(ServiceUpdate::Action action, const std::string& key) {
  ServiceUpdate update;
  update.key = key;
  update.action = action;
  return update;
}

inline ServiceUpdate SetPolicy(const std::string& key, store::ServicePolicy policy) {
  ServiceUpdate update = Act(ServiceUpdate::Action::kSetPolicy, key);
  update.policy = policy;
  return update;
}

// The ruleset of PTP admits every address, or none.
inline RulesetUpdate AllowAll(bool all) {
  RulesetUpdate update;
  update.ruleset_id = kPtpRuleset;
  update.allow_all = all;
  return update;
}

inline std::vector<std::string> CodesOf(const std::vector<Condition>& conditions) {
  std::vector<std::string> codes;
  for (const Condition& condition : conditions) codes.push_back(condition.code);
  return codes;
}

}  // namespace hostctl::reconcile
