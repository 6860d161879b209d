#include "ptpcore/process/memory.h"

#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace ptpcore::process {
namespace {

bool MayLockAny() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capget, &header, words) == 0 &&
         (words[CAP_TO_INDEX(CAP_IPC_LOCK)].effective & CAP_TO_MASK(CAP_IPC_LOCK)) != 0;
}

}  // namespace

absl::Status LockMemory() {
  rlimit limit{};
  if (!MayLockAny() && getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
    if (limit.rlim_max != RLIM_INFINITY) {
      return absl::FailedPreconditionError(
          absl::StrCat("memory is not locked: RLIMIT_MEMLOCK is ", limit.rlim_max / 1024,
                       " KiB; LimitMEMLOCK=infinity or CAP_IPC_LOCK lets it be"));
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_MEMLOCK, &limit);  // never fails up to the hard limit
  }
  if (mlockall(MCL_CURRENT | MCL_FUTURE) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("memory is not locked: mlockall: ", std::strerror(errno)));
}

}  // namespace ptpcore::process
