#include "service/daemon/user_folder.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace hostctl::daemon {

absl::Status MakeFolderOf(const std::string& user, const std::string& path, mode_t mode) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    return absl::InternalError(absl::StrCat("cannot create ", path, ": ", error.message()));
  }
  if (user.empty()) return absl::OkStatus();
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) return absl::NotFoundError(absl::StrCat("there is no user ", user));
  // Not followed: whoever could put a link there would be given what it leads to.
  if (lchown(path.c_str(), entry->pw_uid, entry->pw_gid) != 0 || chmod(path.c_str(), mode) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot give ", path, " to ", user, ": ", std::strerror(errno)));
  }
  return absl::OkStatus();
}

}  // namespace hostctl::daemon
