#include "service/daemon/supervisor.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace hostctl::daemon {
namespace {

absl::Status Unknown(const std::string& key) {
  return absl::NotFoundError(absl::StrCat("hostd does not know a service '", key, "'"));
}

}  // namespace

Supervisor::Supervisor(const std::vector<SupervisedService::Options>& services)
    : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)) {
  for (const SupervisedService::Options& options : services) {
    auto& service = services_[options.key];
    service = std::make_unique<SupervisedService>(options);
    Watch(*service);
  }
}

Supervisor::~Supervisor() {
  close(epoll_fd_);
}

SupervisedService* Supervisor::Find(const std::string& key) {
  const auto found = services_.find(key);
  return found == services_.end() ? nullptr : found->second.get();
}

void Supervisor::Watch(const SupervisedService& service) const {
  for (const int fd : service.fds()) {
    if (fd < 0) continue;
    epoll_event event{};
    event.events = EPOLLIN;
    // EEXIST: it is watched already.
    static_cast<void>(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event));
  }
}

absl::StatusOr<ServiceStatus> Supervisor::State(const std::string& key) {
  SupervisedService* service = Find(key);
  if (service == nullptr) return Unknown(key);
  ServiceStatus status = service->State();
  Watch(*service);
  return status;
}

absl::Status Supervisor::Start(const std::string& key) {
  SupervisedService* service = Find(key);
  if (service == nullptr) return Unknown(key);
  absl::Status started = service->Start();
  Watch(*service);
  return started;
}

absl::Status Supervisor::Stop(const std::string& key) {
  SupervisedService* service = Find(key);
  return service == nullptr ? Unknown(key) : service->Stop();
}

absl::Status Supervisor::Restart(const std::string& key) {
  absl::Status stopped = Stop(key);
  return stopped.ok() ? Start(key) : stopped;
}

absl::Status Supervisor::Configure(const std::string& key,
                                   const std::optional<OwnConfiguration>& configuration) {
  SupervisedService* service = Find(key);
  return service == nullptr ? Unknown(key) : service->Configure(configuration);
}

void Supervisor::Tend() {
  for (const auto& [key, service] : services_) {
    service->Tend();
    Watch(*service);
  }
}

std::optional<Supervisor::TimePoint> Supervisor::tend_at() const {
  std::optional<TimePoint> earliest;
  for (const auto& [key, service] : services_) {
    const std::optional<TimePoint> at = service->tend_at();
    if (at.has_value() && (!earliest.has_value() || *at < *earliest)) earliest = at;
  }
  return earliest;
}

}  // namespace hostctl::daemon
