// The program that libvirt calls before it does something with a guest. It never calls libvirt,
// which waits for it, and prints nothing on standard output: that leaves the domain's XML as it
// is. A refusal goes to standard error, which libvirt shows, with exit code 1.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/libvirt_hook/decision.h"

namespace hostctl::libvirt_hook {
namespace {

constexpr int kRefused = 1;
constexpr int kUsage = 2;
constexpr int kNoProgram = 127;
// libvirt can do nothing else with the guest meanwhile.
constexpr char kTimeout[] = "--timeout=5";
// Far above any domain.
constexpr size_t kLongestInput = size_t{16} << 20;

constexpr char kHelp[] =
    "Usage: hostctl-libvirt-qemu-hook GUEST OPERATION SUBOPERATION EXTRA < DOMAIN-XML\n"
    "\n"
    "Called by libvirt; put a link to it into /etc/libvirt/hooks/qemu.d/. Refuses to start a\n"
    "guest whose metadata asks for a precision clock that this host cannot serve now.\n";

// All that comes from `fd`, up to kLongestInput.
std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 16384> buffer{};
  while (text.size() < kLongestInput) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<size_t>(count));
  }
  return text;
}

// The hostctl beside this program.
std::string HostctlPath() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "hostctl").string();
}

CheckResult Run(const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe_fds{};
  if (pipe2(pipe_fds.data(), O_CLOEXEC) != 0) return {kNoProgram, std::strerror(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  CheckResult result;
  if (error == 0) result.output = ReadAll(pipe_fds[0]);
  close(pipe_fds[0]);
  if (error != 0) {
    return {kNoProgram, absl::StrCat("cannot run ", arguments[0], ": ", std::strerror(error))};
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : kNoProgram;
  return result;
}

CheckResult AskHostctl(const DomainDemand& demand) {
  std::vector<std::string> arguments = {HostctlPath(),
                                        kTimeout,
                                        "--formatter=keyvalue",
                                        "--fields=message",
                                        "vm",
                                        "precisionclock",
                                        "check",
                                        absl::StrCat("--protocol=", demand.protocol)};
  if (!demand.max_error.empty()) {
    arguments.push_back(absl::StrCat("--max-error=", demand.max_error));
  }
  return Run(arguments);
}

int Main(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    const bool asked = arguments.size() == 1 && arguments[0] == "--help";
    std::fputs(kHelp, asked ? stdout : stderr);
    return asked ? 0 : kUsage;
  }
  const Decision decision = Decide(arguments[0], arguments[1], ReadAll(STDIN_FILENO), AskHostctl);
  if (!decision.words.empty()) std::fprintf(stderr, "%s\n", decision.words.c_str());
  return decision.pass ? 0 : kRefused;
}

}  // namespace
}  // namespace hostctl::libvirt_hook

int main(int argc, char** argv) {
  return hostctl::libvirt_hook::Main(std::vector<std::string>(argv + 1, argv + argc));
}
