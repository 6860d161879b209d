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
  return hostctl::cli::Run(std::vector<std::string>(argv + 1, argv + argc), environment,
                           {std::cout, std::cerr});
}
