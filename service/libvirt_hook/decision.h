// Whether libvirt may go on with what it is about to do with a guest.
// https://libvirt.org/hooks.html, /etc/libvirt/hooks/qemu
#pragma once

#include <functional>
#include <string>

#include "service/libvirt_hook/domain_demand.h"

namespace hostctl::libvirt_hook {

// What `hostctl vm precisionclock check` gave.
struct CheckResult {
  int exit_code = 0;   // see cli/exit_code.h; 127: there is no hostctl
  std::string output;  // what it printed: the answer's message, or the error
};
using Check = std::function<CheckResult(const DomainDemand&)>;

struct Decision {
  bool pass = true;
  // For libvirt to show: why not, or what to know although it passes. May be empty.
  std::string words;
};

// `operation` is the hook's second argument, `xml` its standard input. Calls `check` at most
// once, and only for a domain that asks for a precision clock and is about to run here.
Decision Decide(const std::string& guest, const std::string& operation, const std::string& xml,
                const Check& check);

}  // namespace hostctl::libvirt_hook
