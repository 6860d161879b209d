// The packet filter of the Linux kernel, through libnftables.
//
// Only the table `inet hostctl` is ever written; tables of others stay as they
// are. See nft_document.h for what it holds.
#pragma once

#include <memory>

#include "firewall/firewall.h"

namespace hostctl::firewall {

// Works on the network namespace that the caller is in now. Always succeeds;
// where nftables cannot be used, Apply() and Matches() say why.
std::unique_ptr<Firewall> NewNftablesFirewall();

}  // namespace hostctl::firewall
