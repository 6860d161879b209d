// hostctl: see app.h.
#include <cstdlib>
#include <iostream>

#include "cli/app.h"

int main(int argc, char** argv) {
  const hostctl::cli::Environment environment =
      [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  hostctl::cli::App app(environment, {std::cout, std::cerr});
  const int exit_code = app.Run(std::vector<std::string>(argv + 1, argv + argc));
  // Everything is written. Ending gRPC's threads one by one would take as long as
  // the call did; the kernel does it at once.
  std::_Exit(exit_code);
}
