// The name of this host, gethostname(2).
#pragma once

#include <unistd.h>

#include <array>
#include <string>

namespace hostctl::host {

// `localhost` when the kernel does not say.
inline std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

}  // namespace hostctl::host
