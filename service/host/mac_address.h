// Hardware addresses of devices that we make.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace hostctl::host {

// `02:00:00:00:00:01` in lower case, from six octets in hexadecimal with `:` or `-`
// between. INVALID_ARGUMENT for anything else, for a group's address (lowest bit of
// the first octet) and for all zeros: no device can have those.
absl::StatusOr<std::string> ParseMac(const std::string& text);

// A new one: locally administered, otherwise random.
std::string RandomMac();

// The same address but for a first octet of `fe`: for the other end of a pair. A bridge
// takes the lowest address of its ports for its own; this one never is.
std::string PortMacOf(const std::string& mac);

}  // namespace hostctl::host
