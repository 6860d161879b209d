// See traced_program.h.
#include "tests/service/store/traced_program.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace hostctl::store {
namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr int kNotAllowed = 126;

[[noreturn]] void BecomeTraced(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  // A leak check would itself want to trace.
  setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(kNotAllowed);
  execv(argv[0], argv.data());
  _exit(127);
}

// `size` bytes of the program's memory; up to the first zero if 0.
std::string Peek(pid_t pid, uint64_t address, size_t size = 0) {
  std::string bytes;
  char byte = 0;
  while (size == 0 || bytes.size() < size) {
    iovec here{&byte, 1};
    iovec there{reinterpret_cast<void*>(address + bytes.size()), 1};
    if (process_vm_readv(pid, &here, 1, &there, 1, 0) != 1 || (size == 0 && byte == '\0')) break;
    bytes.push_back(byte);
  }
  return bytes;
}

SystemCall Entered(pid_t pid, const __ptrace_syscall_info& info) {
  SystemCall call;
  call.number = info.entry.nr;
  for (size_t i = 0; i < call.arguments.size(); ++i) call.arguments[i] = info.entry.args[i];
  const auto& arguments = call.arguments;
  switch (call.number) {
    case SYS_write:
      call.data = Peek(pid, arguments[1], arguments[2]);
      break;
    case SYS_openat:
    case SYS_unlinkat:
    case SYS_mkdirat:
      call.first = Peek(pid, arguments[1]);
      break;
    case SYS_renameat:
    case SYS_renameat2:
      call.first = Peek(pid, arguments[1]);
      call.second = Peek(pid, arguments[3]);
      break;
#ifdef SYS_rename  // the older calls, which not every architecture has
    case SYS_rename:
      call.second = Peek(pid, arguments[1]);
      [[fallthrough]];
    case SYS_open:
    case SYS_unlink:
    case SYS_mkdir:
      call.first = Peek(pid, arguments[0]);
      break;
#endif
    default:
      break;
  }
  return call;
}

}  // namespace

Trace RunTraced(const std::vector<std::string>& command, std::optional<size_t> kill_at) {
  Trace trace;
  const pid_t pid = fork();
  if (pid == 0) BecomeTraced(command);
  int status = 0;
  waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status)) {
    trace.allowed = !WIFEXITED(status) || WEXITSTATUS(status) != kNotAllowed;
    return trace;
  }
  ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  int marks = 0;
  size_t begun = 0;
  int signal_number = 0;
  while (true) {
    ptrace(marks == 1 ? PTRACE_SYSCALL : PTRACE_CONT, pid, nullptr, signal_number);
    waitpid(pid, &status, 0);
    signal_number = 0;
    if (!WIFSTOPPED(status)) break;
    if (WSTOPSIG(status) == SIGUSR1) {
      ++marks;
    } else if (WSTOPSIG(status) != kSyscallStop) {
      signal_number = WSTOPSIG(status);
    } else if (marks == 1) {
      __ptrace_syscall_info info{};
      ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info);
      if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
        // The first is that of the call by which the mark was set.
        if (!trace.calls.empty()) trace.calls.back().result = info.exit.rval;
        continue;
      }
      if (kill_at == begun++) {
        kill(pid, SIGKILL);
        trace.killed = true;
        continue;
      }
      trace.calls.push_back(Entered(pid, info));
    }
  }
  if (WIFEXITED(status)) trace.exit_code = WEXITSTATUS(status);
  return trace;
}

}  // namespace hostctl::store
