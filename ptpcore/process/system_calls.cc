#include "ptpcore/process/system_calls.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace ptpcore::process {
namespace {

// The sanitizers' own calls are not known here.
#ifdef HOSTCTL_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Also what libc uses in place of each, on other processors and in other releases. A name that
// this processor does not have is passed over.
constexpr const char* kAllowed[] = {
    // Packets, the control and management sockets; interfaces that come and go open them anew.
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "listen",
    "recv", "recvfrom", "recvmsg", "send", "sendmsg", "sendto", "setsockopt", "shutdown",
    // Interfaces (SIOCGIF*, ethtool) and PTP hardware clocks (/dev/ptpN).
    "ioctl",
    // Waiting, signals, the self-pipe.
    "pipe", "pipe2", "poll", "ppoll", "restart_syscall", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sigaltstack",
    // Clocks.
    "adjtimex", "clock_adjtime", "clock_getres", "clock_gettime", "clock_nanosleep",
    "clock_settime", "gettimeofday", "nanosleep", "time",
    // The log and its rotation, the learned frequency, the list of leap seconds, /proc.
    "access", "close", "faccessat", "faccessat2", "fcntl", "fdatasync", "fstat", "fsync",
    "ftruncate", "getdents64", "lseek", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat",
    "pread64", "pwrite64", "read", "readlink", "readlinkat", "readv", "rename", "renameat",
    "renameat2", "stat", "statx", "umask", "unlink", "unlinkat", "write", "writev",
    // Memory.
    "brk", "futex", "madvise", "mremap", "munmap",
    // Itself: identity, limits (allocators ask), random seeds, its end.
    "exit", "exit_group", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom",
    "getrlimit", "gettid", "getuid", "rseq", "sched_getaffinity", "sched_yield", "set_robust_list",
    "sysinfo", "uname"};

constexpr const char* kDeadly[] = {"add_key",
                                   "bpf",
                                   "chroot",
                                   "clone",
                                   "clone3",
                                   "delete_module",
                                   "execve",
                                   "execveat",
                                   "finit_module",
                                   "fork",
                                   "init_module",
                                   "io_uring_setup",
                                   "kexec_file_load",
                                   "kexec_load",
                                   "keyctl",
                                   "kcmp",
                                   "mount",
                                   "move_mount",
                                   "open_by_handle_at",
                                   "perf_event_open",
                                   "pidfd_getfd",
                                   "pivot_root",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "ptrace",
                                   "reboot",
                                   "request_key",
                                   "setgid",
                                   "setgroups",
                                   "setns",
                                   "setregid",
                                   "setresgid",
                                   "setresuid",
                                   "setreuid",
                                   "setuid",
                                   "swapon",
                                   "umount2",
                                   "unshare",
                                   "userfaultfd",
                                   "vfork"};

// What an engine speaks.
constexpr int kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_PACKET};

class Filter {
 public:
  Filter() : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), &seccomp_release) {
    if (context_ == nullptr) result_ = -ENOMEM;
    // A call by another of the processor's ABIs (int 0x80) would slip past every rule.
    Note("architecture",
         seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  }

  template <typename... Conditions>
  void Add(uint32_t action, const char* name, Conditions... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0) return;  // this processor, or this release of libseccomp, does not have it
    Note(name,
         seccomp_rule_add(context_.get(), action, number, sizeof...(conditions), conditions...));
  }

  absl::Status Load() {
    if (result_ == 0) Note("seccomp", seccomp_load(context_.get()));
    if (result_ == 0) return absl::OkStatus();
    return absl::UnimplementedError(
        absl::StrCat("no filter of system calls: ", what_, ": ", std::strerror(-result_)));
  }

 private:
  // The first failure counts.
  void Note(const char* what, int result) {
    if (result_ != 0 || result == 0) return;
    result_ = result;
    what_ = what;
  }

  const std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int result_ = 0;
  std::string what_ = "seccomp_init";
};

}  // namespace

absl::Status FilterSystemCalls() {
  if (kSanitized) {
    return absl::UnimplementedError("no filter of system calls in a build with sanitizers");
  }
  Filter filter;
  for (const char* name : kAllowed) filter.Add(SCMP_ACT_ALLOW, name);
  for (const char* name : kDeadly) filter.Add(SCMP_ACT_KILL_PROCESS, name);
  for (const int family : kFamilies) {
    filter.Add(SCMP_ACT_ALLOW, "socket", SCMP_A0_32(SCMP_CMP_EQ, static_cast<uint32_t>(family), 0));
  }
  for (const char* name : {"mmap", "mmap2", "mprotect"}) {
    filter.Add(SCMP_ACT_ALLOW, name, SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    filter.Add(SCMP_ACT_KILL_PROCESS, name, SCMP_A2_32(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
  }
  // Only about itself and its own threads: it has one, whose number is that of the process.
  for (const char* name : {"prlimit64", "sched_setscheduler"}) {
    filter.Add(SCMP_ACT_ALLOW, name, SCMP_A0_32(SCMP_CMP_EQ, 0, 0));
  }
  const auto self = static_cast<uint32_t>(getpid());
  filter.Add(SCMP_ACT_ALLOW, "tgkill", SCMP_A0_32(SCMP_CMP_EQ, self, 0));  // abort()
  return filter.Load();
}

}  // namespace ptpcore::process
