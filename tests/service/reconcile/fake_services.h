// A service manager that does nothing but keep count of what it is asked.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "service/daemon/service_manager.h"

namespace hostctl::reconcile {

// Knows chronyd only, whose state a test reads and sets.
class FakeServices final : public daemon::ServiceManager {
 public:
  FakeServices() : change_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    chronyd.installed = true;
    // So that it and PTP can run side by side unless a test says otherwise.
    chronyd.steers_clock = false;
  }
  ~FakeServices() override { close(change_fd_); }
  FakeServices(const FakeServices&) = delete;
  FakeServices& operator=(const FakeServices&) = delete;

  std::string name() const override { return "fake"; }

  absl::StatusOr<daemon::ServiceStatus> State(const std::string& key) override {
    if (key != "chronyd") return absl::NotFoundError(key);
    if (!state_status.ok()) return state_status;
    return chronyd;
  }

  absl::Status Start(const std::string& /*key*/) override {
    ++start_attempts;
    if (!next_start.ok()) return std::exchange(next_start, absl::OkStatus());
    chronyd.state = daemon::RunState::kRunning;
    chronyd.configuration = configuration;
    chronyd.pid = 500 + ++starts;
    chronyd.since = absl::FromUnixSeconds(1800000000);
    return absl::OkStatus();
  }

  absl::Status Stop(const std::string& /*key*/) override {
    ++stops;
    if (!next_stop.ok()) return std::exchange(next_stop, absl::OkStatus());
    chronyd.state = daemon::RunState::kStopped;
    chronyd.pid = 0;
    chronyd.since.reset();
    return absl::OkStatus();
  }

  absl::Status Restart(const std::string& key) override {
    absl::Status stopped = Stop(key);
    return stopped.ok() ? Start(key) : stopped;
  }

  absl::Status Configure(const std::string& /*key*/,
                         const std::optional<daemon::OwnConfiguration>& wanted) override {
    configuration = wanted;
    return absl::OkStatus();
  }

  int change_fd() const override { return change_fd_; }
  void Tend() override {
    eventfd_t count = 0;
    if (eventfd_read(change_fd_, &count) == 0) ++tended;
  }
  std::optional<TimePoint> tend_at() const override { return std::nullopt; }

  bool Runs() const { return chronyd.state == daemon::RunState::kRunning; }

  // As when somebody else stops it.
  void Die() {
    chronyd.state = daemon::RunState::kStopped;
    chronyd.pid = 0;
    eventfd_write(change_fd_, 1);
  }

  daemon::ServiceStatus chronyd;
  std::optional<daemon::OwnConfiguration> configuration;  // of the next start
  absl::Status state_status;
  absl::Status next_start;
  absl::Status next_stop;
  int start_attempts = 0;
  int starts = 0;
  int stops = 0;
  int tended = 0;

 private:
  int change_fd_;
};

}  // namespace hostctl::reconcile
