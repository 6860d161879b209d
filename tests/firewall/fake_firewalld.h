// A firewalld in memory: holds what it is told, and can fail, reload and be absent.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "firewall/firewalld.h"

namespace hostctl::firewall {

class FakeFirewalld final : public Firewalld {
 public:
  // Zones `public` (the default one), `internal` (of an interface) and `work`.
  FakeFirewalld() {
    for (const char* zone : {"public", "internal", "work"}) {
      state.permanent.zones[zone];
      state.runtime.zones[zone];
    }
    state.used_zones = {"public", "internal"};
  }

  bool Running() override { return running; }
  absl::StatusOr<FirewalldState> Read() override {
    ++reads;
    return state;
  }
  absl::Status Do(const FirewalldStep& step) override {
    if (!failure.ok()) return std::exchange(failure, absl::OkStatus());
    done.push_back(Describe(step));
    changed = true;
    FirewalldConfig& config = step.permanent ? state.permanent : state.runtime;
    switch (step.action) {
      case FirewalldStep::Action::kDefineService:
      case FirewalldStep::Action::kRedefineService:
        config.services[step.what] = step.ports;
        break;
      case FirewalldStep::Action::kForgetService:
        config.services.erase(step.what);
        break;
      case FirewalldStep::Action::kAddService:
        config.zones[step.zone].services.insert(step.what);
        break;
      case FirewalldStep::Action::kRemoveService:
        config.zones[step.zone].services.erase(step.what);
        break;
      case FirewalldStep::Action::kAddRichRule:
        config.zones[step.zone].rich_rules.insert(step.what);
        break;
      case FirewalldStep::Action::kRemoveRichRule:
        config.zones[step.zone].rich_rules.erase(step.what);
        break;
    }
    return absl::OkStatus();
  }
  int change_fd() const override { return -1; }
  bool TakeChanges() override { return std::exchange(changed, false); }

  void Reload() {
    state.runtime = state.permanent;
    changed = true;
  }

  FirewalldState state;
  bool running = true;
  bool changed = false;
  absl::Status failure;  // of the next Do()
  int reads = 0;
  std::vector<std::string> done;  // in the words of Describe()
};

}  // namespace hostctl::firewall
