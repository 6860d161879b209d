#include "ptpcore/process/system_calls.h"

#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "in_a_child.h"

namespace ptpcore::process {
namespace {

constexpr int kNotFiltered = 99;

// What becomes of a process with the filter that does `body`.
int Filtered(const std::function<int()>& body) {
  return InAChild([&] { return FilterSystemCalls().ok() ? body() : kNotFiltered; });
}

class SystemCalls : public ::testing::Test {
 protected:
  void SetUp() override {
    if (ExitCodeOf(Filtered([] { return 0; })) == kNotFiltered) {
      GTEST_SKIP() << "no filters here: " << FilterSystemCalls();
    }
  }
};

struct Call {
  const char* name;
  std::function<int()> make;
};

TEST_F(SystemCalls, WhatAnEngineDoesGoesOn) {
  char folder[] = "/tmp/hostctl-process-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  const std::string file = std::string(folder) + "/log";
  const int code = ExitCodeOf(Filtered([&] {
    for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
      const int fd = socket(family, SOCK_DGRAM, 0);
      if (fd < 0 && errno != EAFNOSUPPORT) return 1;
      close(fd);
    }
    const int udp = socket(AF_INET, SOCK_DGRAM, 0);
    ifreq request{};
    std::snprintf(request.ifr_name, sizeof(request.ifr_name), "lo");
    if (ioctl(udp, SIOCGIFINDEX, &request) != 0) return 2;
    timex reading{};  // reads: modes are 0
    if (clock_adjtime(CLOCK_REALTIME, &reading) < 0) return 3;
    std::FILE* log = std::fopen(file.c_str(), "we");
    if (log == nullptr || std::fputs("a line\n", log) < 0 || std::fclose(log) != 0) return 4;
    if (rename(file.c_str(), (file + ".1").c_str()) != 0) return 5;
    if (unlink((file + ".1").c_str()) != 0) return 6;
    std::string large(size_t{16} << 20U, 'x');  // mmap
    large.resize(size_t{64} << 20U);
    return large[large.size() / 2] == '\0' ? 0 : 7;
  }));
  EXPECT_EQ(code, 0);
  rmdir(folder);
}

TEST_F(SystemCalls, WhatBreaksOutEndsTheProcess) {
  const std::vector<Call> calls = {
      {"execve",
       [] {
         char shell[] = "/bin/true";
         char* arguments[] = {shell, nullptr};
         return execve(shell, arguments, arguments + 1);
       }},
      {"fork", [] { return fork() == 0 ? 0 : 0; }},
      {"ptrace", [] { return static_cast<int>(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
      {"mount", [] { return static_cast<int>(syscall(SYS_mount, "", "", "", 0, nullptr)); }},
      {"setuid", [] { return setuid(0); }},
      {"unshare", [] { return static_cast<int>(syscall(SYS_unshare, 0)); }},
      {"bpf", [] { return static_cast<int>(syscall(SYS_bpf, 0, nullptr, 0)); }},
      {"mmap of memory to execute",
       [] {
         mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
              0);
         return 0;
       }},
      {"mprotect to execute",
       [] {
         void* page =
             mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         return mprotect(page, 4096, PROT_READ | PROT_EXEC);
       }},
  };
  for (const Call& call : calls) {
    const int status = Filtered(call.make);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) << call.name << ": " << status;
    EXPECT_NE(ExitCodeOf(Filtered([] { return 0; })), -1) << "the filter alone ends nothing";
  }
}

TEST_F(SystemCalls, WhatNobodyThoughtOfFailsAsIfTheKernelDidNotHaveIt) {
  const std::vector<Call> calls = {
      {"symlink", [] { return symlink("/etc/shadow", "/tmp/hostctl-symlink"); }},
      {"link", [] { return link("/bin/true", "/tmp/hostctl-link"); }},
      {"chmod", [] { return chmod("/nonexistent", 0777); }},
      {"kill of another", [] { return kill(getppid(), 0); }},
      {"netlink", [] { return socket(AF_NETLINK, SOCK_RAW, 0); }},
      {"inotify", [] { return static_cast<int>(syscall(SYS_inotify_init1, 0)); }},
      {"a signal to another process's thread",
       [] { return static_cast<int>(syscall(SYS_tgkill, getppid(), getppid(), 0)); }},
  };
  for (const Call& call : calls) {
    const int code =
        ExitCodeOf(Filtered([&] { return call.make() == -1 ? errno : kNotFiltered + 1; }));
    EXPECT_EQ(code, ENOSYS) << call.name;
  }
}

TEST_F(SystemCalls, AnAbortIsStillAnAbort) {
  const int status = Filtered([]() -> int { std::abort(); });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
}

}  // namespace
}  // namespace ptpcore::process
