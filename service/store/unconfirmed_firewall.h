// How the firewall was before changes that nobody has confirmed yet, and until
// when they may be.
#pragma once

#include <cstdint>
#include <string>

#include "firewall/ruleset.h"

namespace hostctl::store {

struct UnconfirmedFirewall {
  firewall::Policy former;
  std::string former_unloaded_boot_id;  // as DesiredState::firewall_unloaded_boot_id
  // The deadline: time since the host started (CLOCK_BOOTTIME), and which start that
  // was (/proc/sys/kernel/random/boot_id). After another one it has passed.
  std::string boot_id;
  int64_t deadline_ms = 0;

  bool operator==(const UnconfirmedFirewall& o) const {
    return former == o.former && former_unloaded_boot_id == o.former_unloaded_boot_id &&
           boot_id == o.boot_id && deadline_ms == o.deadline_ms;
  }
};

}  // namespace hostctl::store
