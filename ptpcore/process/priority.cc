#include "ptpcore/process/priority.h"

#include <sched.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace ptpcore::process {

absl::Status UseRealtimePriority(int priority) {
  sched_param wanted{};
  wanted.sched_priority = priority;
  if (sched_setscheduler(0, SCHED_FIFO, &wanted) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("no real-time priority ", priority, ": ", std::strerror(errno),
                   "; LimitRTPRIO=", priority, " or CAP_SYS_NICE lets it be"));
}

}  // namespace ptpcore::process
