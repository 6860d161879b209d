// From `--socket`, `--server` and `--tls-...` to the hosts that are asked.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/arguments.h"
#include "cli/outcome.h"
#include "cli/target.h"

namespace hostctl::cli {

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// One unix socket (the usual one, where it may not be opened the one for reading; or that of
// `--socket` or HOSTCTL_SOCKET), or each server in the order given, with the credentials that the
// options name, else HOSTCTL_TLS_CERTIFICATE, HOSTCTL_TLS_KEY and HOSTCTL_TLS_CA,
// else client.crt, client.key and ca.crt in $XDG_CONFIG_HOME/hostctl or
// ~/.config/hostctl. The files are read here, and only if a server is named.
std::variant<std::vector<Target>, Failure> TargetsOf(const Arguments& globals,
                                                     const Environment& environment);

}  // namespace hostctl::cli
