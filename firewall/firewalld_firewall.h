// Our own table and firewalld together. A packet has to pass every table that
// there is, so where firewalld filters too, its zones have to let in what is open.
#pragma once

#include <memory>

#include "firewall/firewall.h"
#include "firewall/firewalld.h"

namespace hostctl::firewall {

// Applies to `own` first, then, while firewalld runs, to firewalld. When firewalld
// refuses, both get back what was applied before, if anything was.
std::unique_ptr<Firewall> WithFirewalld(std::unique_ptr<Firewall> own,
                                        std::unique_ptr<Firewalld> firewalld);

}  // namespace hostctl::firewall
