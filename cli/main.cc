// hostctl: see app.h.
#include <grpc/support/log.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/app.h"

namespace {

hostctl::cli::Terminal LookAtTerminal() {
  hostctl::cli::Terminal terminal;
  terminal.out = isatty(STDOUT_FILENO) != 0;
  terminal.err = isatty(STDERR_FILENO) != 0;
  winsize size{};
  if (terminal.out && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.columns = size.ws_col;
  return terminal;
}

// What is wrong is told once, by the error; gRPC's own log is for its developers.
void SilenceGrpc() {
  if (std::getenv("GRPC_VERBOSITY") == nullptr) gpr_set_log_function([](gpr_log_func_args*) {});
}

}  // namespace

int main(int argc, char** argv) {
  // gRPC starts seven threads: an arena of its own for each costs more than sharing one.
  mallopt(M_ARENA_MAX, 1);
  SilenceGrpc();
  const hostctl::cli::Environment environment =
      [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
  hostctl::cli::App app(environment, {std::cout, std::cerr}, LookAtTerminal());
  const int exit_code = app.Run(std::vector<std::string>(argv + 1, argv + argc));
  // Everything is written. Ending gRPC's threads one by one would take as long as
  // the call did; the kernel does it at once.
  std::_Exit(exit_code);
}
