// The address of a port as messages carry it, from how people write it.
#pragma once

#include <optional>
#include <string>

#include "ptpcore/wire/types.h"

namespace ptpcore::engine {

// Of an IPv4, IPv6 or MAC address of one clock; absent for anything else.
std::optional<wire::PortAddress> PortAddressOf(const std::string& text);

}  // namespace ptpcore::engine
