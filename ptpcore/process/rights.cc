#include "ptpcore/process/rights.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>

#include "absl/strings/str_cat.h"

namespace ptpcore::process {
namespace {

absl::Status Failed(const std::string& what) {
  const std::string words = absl::StrCat(what, ": ", std::strerror(errno));
  return errno == EPERM ? absl::PermissionDeniedError(words) : absl::InternalError(words);
}

// The three sets of capabilities, as capget(2) and capset(2) take them; glibc has no wrapper.
struct Capabilities {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct words[_LINUX_CAPABILITY_U32S_3] = {};
};

using Kept = std::initializer_list<unsigned>;

// No program that is executed from here on can have others than `kept`. While CAP_SETPCAP is
// there; where it is not, no_new_privs does as well.
void BoundCapabilities(const Kept& kept) {
  for (unsigned capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    if (std::find(kept.begin(), kept.end(), capability) == kept.end()) {
      prctl(PR_CAPBSET_DROP, capability);
    }
  }
}

// Of what is permitted only `kept` is left: effective, and handed on to no other program.
absl::Status LimitCapabilities(const Kept& kept) {
  Capabilities now;
  if (syscall(SYS_capget, &now.header, now.words) != 0) return Failed("capget");
  Capabilities wanted;
  for (const unsigned capability : kept) {
    __user_cap_data_struct& word = wanted.words[CAP_TO_INDEX(capability)];
    word.permitted |= now.words[CAP_TO_INDEX(capability)].permitted & CAP_TO_MASK(capability);
    word.effective = word.permitted;
  }
  if (syscall(SYS_capset, &wanted.header, wanted.words) != 0) return Failed("capset");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Failed("PR_SET_NO_NEW_PRIVS");
  return absl::OkStatus();
}

}  // namespace

absl::Status KeepEngineRights() {
  const Kept kept = {CAP_SYS_TIME,  CAP_NET_BIND_SERVICE, CAP_NET_RAW,
                     CAP_NET_ADMIN, CAP_IPC_LOCK,         CAP_SYS_NICE};
  BoundCapabilities(kept);
  return LimitCapabilities(kept);
}

absl::Status BecomeUser(const std::string& user) {
  errno = 0;
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) return absl::NotFoundError(absl::StrCat("there is no user ", user));
  const Kept kept = {CAP_SYS_TIME, CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_IPC_LOCK};
  BoundCapabilities(kept);
  // Capabilities do not outlive a change from root to another user unless this is said.
  if (prctl(PR_SET_KEEPCAPS, 1) != 0) return Failed("PR_SET_KEEPCAPS");
  if (setgroups(0, nullptr) != 0 || setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
      setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0) {
    return Failed(absl::StrCat("cannot become user ", user));
  }
  return LimitCapabilities(kept);
}

}  // namespace ptpcore::process
