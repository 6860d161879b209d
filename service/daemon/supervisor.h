// The ServiceManager where there is no systemd: hostd's own. It starts and watches
// each program itself, see supervised_service.h.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/daemon/service_manager.h"
#include "service/daemon/supervised_service.h"

namespace hostctl::daemon {

class Supervisor final : public ServiceManager {
 public:
  explicit Supervisor(const std::vector<SupervisedService::Options>& services);
  ~Supervisor() override;
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  std::string name() const override { return "hostd"; }
  absl::StatusOr<ServiceStatus> State(const std::string& key) override;
  absl::Status Start(const std::string& key) override;
  absl::Status Stop(const std::string& key) override;
  absl::Status Restart(const std::string& key) override;
  absl::Status Configure(const std::string& key,
                         const std::optional<OwnConfiguration>& configuration) override;
  int change_fd() const override { return epoll_fd_; }
  void Tend() override;
  std::optional<TimePoint> tend_at() const override;

 private:
  // nullptr if there is none.
  SupervisedService* Find(const std::string& key);
  // A service may have opened descriptors; those it closed are gone by themselves.
  void Watch(const SupervisedService& service) const;

  std::map<std::string, std::unique_ptr<SupervisedService>> services_;
  int epoll_fd_;
};

}  // namespace hostctl::daemon
