#include "ptpcore/process/memory.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "in_a_child.h"
#include "ptpcore/process/priority.h"
#include "ptpcore/process/rights.h"

namespace ptpcore::process {
namespace {

long LockedKb() {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    if (word == "VmLck:" && file >> word) return std::stol(word);
  }
  return -1;
}

// The sanitizers make mlockall(2) do nothing.
#ifdef HOSTCTL_SANITIZED
constexpr bool kLocks = false;
#else
constexpr bool kLocks = true;
#endif

TEST(Memory, IsLockedAlsoWhatIsTakenLater) {
  if (!kLocks) GTEST_SKIP() << "a build with sanitizers";
  const int code = ExitCodeOf(InAChild([] {
    const absl::Status locked = LockMemory();
    // Without the right to it: said, and nothing is locked, so that allocations go on.
    if (!locked.ok()) return LockedKb() == 0 ? 0 : 1;
    const long before = LockedKb();
    const std::vector<char> later(size_t{8} << 20U, 'x');
    return before > 0 && LockedKb() >= before + 8 * 1024 && later[1] == 'x' ? 0 : 2;
  }));
  EXPECT_EQ(code, 0);
}

TEST(Memory, UnderALimitNothingIsLockedAndTheRemedyIsNamed) {
  if (!kLocks) GTEST_SKIP() << "a build with sanitizers";
  const int code = ExitCodeOf(InAChild([] {
    const rlimit little{size_t{64} << 10U, size_t{64} << 10U};
    if (setrlimit(RLIMIT_MEMLOCK, &little) != 0) return 1;
    // An ordinary user's rights: whoever has none loses none.
    if (geteuid() == 0 && !BecomeUser("nobody").ok()) return 2;
    const absl::Status locked = LockMemory();
    // Of root CAP_IPC_LOCK is left, and no limit counts.
    if (locked.ok()) return LockedKb() > 0 ? 0 : 3;
    const std::string words(locked.message());
    return words.find("RLIMIT_MEMLOCK is 64 KiB; LimitMEMLOCK=infinity") != std::string::npos &&
                   LockedKb() == 0
               ? 0
               : 4;
  }));
  EXPECT_EQ(code, 0);
}

TEST(Priority, IsGivenOrTheRemedyNamed) {
  const int code = ExitCodeOf(InAChild([] {
    const absl::Status given = UseRealtimePriority(7);
    sched_param now{};
    sched_getparam(0, &now);
    if (given.ok()) {
      return sched_getscheduler(0) == SCHED_FIFO && now.sched_priority == 7 ? 0 : 1;
    }
    const std::string words(given.message());
    return words.find("no real-time priority 7") == 0 && sched_getscheduler(0) == SCHED_OTHER ? 0
                                                                                              : 2;
  }));
  EXPECT_EQ(code, 0);
}

}  // namespace
}  // namespace ptpcore::process
