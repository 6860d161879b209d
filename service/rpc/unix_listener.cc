#include "service/rpc/unix_listener.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace hostctl::rpc {
namespace {

constexpr int kBacklog = 128;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

absl::Status Failed(const std::string& what, const std::string& path) {
  const std::string message = absl::StrCat(what, " ", path, ": ", std::strerror(errno));
  return errno == EACCES || errno == EPERM ? absl::PermissionDeniedError(message)
                                           : absl::InternalError(message);
}

// Makes room at `path`, or says who has it.
absl::Status ClearPath(const std::string& path, const sockaddr_un& address) {
  struct stat there {};
  if (lstat(path.c_str(), &there) != 0) {
    return errno == ENOENT ? absl::OkStatus() : Failed("cannot look at", path);
  }
  if (!S_ISSOCK(there.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is not a socket and is left alone; move it away or choose another --socket"));
  }
  const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (probe.get() < 0) return Failed("cannot make a socket for", path);
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ||
      errno == EAGAIN) {  // EAGAIN: alive, with a full queue
    return absl::AlreadyExistsError(absl::StrCat("another hostd answers on ", path));
  }
  if (errno != ECONNREFUSED) return Failed("cannot tell who owns", path);
  if (unlink(path.c_str()) != 0) return Failed("cannot remove the socket of a dead hostd at", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<UnixListener> UnixListener::Listen(const std::string& path, mode_t mode) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat("the socket path '", path, "' has ", path.size(),
                                                   " bytes; 1 to ", sizeof(address.sun_path) - 1,
                                                   " are possible"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return absl::InternalError(
        absl::StrCat("cannot create ", folder.string(), ": ", error.message()));
  }
  // Two that start at once must not each remove the other's socket.
  const Descriptor lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.get() < 0 || flock(lock.get(), LOCK_EX) != 0) return Failed("cannot lock", folder);
  absl::Status cleared = ClearPath(path, address);
  if (!cleared.ok()) return cleared;

  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (listener.get() < 0) return Failed("cannot make a socket for", path);
  // The mode of the file comes from the socket's own (less the umask): it is
  // never wider than this. chmod then gives back what the umask took.
  fchmod(listener.get(), mode);
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return Failed("cannot bind to", path);
  }
  if (listen(listener.get(), kBacklog) != 0 || chmod(path.c_str(), mode) != 0) {
    absl::Status failed = Failed("cannot listen on", path);
    unlink(path.c_str());
    return failed;
  }
  return UnixListener(path, mode, listener.release());
}

absl::Status UnixListener::GiveTo(const std::string& name) {
  std::vector<char> buffer(65536);
  group entry{};
  group* found = nullptr;
  getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("there is no group ", name));
  group_ = name;
  // Under systemd it is that group's from the start, and hostd may change no owner.
  struct stat there {};
  if (lstat(path_.c_str(), &there) == 0 && there.st_gid == found->gr_gid) return absl::OkStatus();
  if (lchown(path_.c_str(), static_cast<uid_t>(-1), found->gr_gid) == 0) return absl::OkStatus();
  return Failed(absl::StrCat("cannot give to the group ", name), path_);
}

UnixListener::UnixListener(std::string path, mode_t mode, int fd)
    : path_(std::move(path)), mode_(mode), fd_(fd) {
  struct stat there {};
  if (lstat(path_.c_str(), &there) != 0) return;
  device_ = there.st_dev;
  inode_ = there.st_ino;
}

UnixListener::UnixListener(UnixListener&& other) noexcept
    : path_(std::move(other.path_)),
      mode_(other.mode_),
      group_(std::move(other.group_)),
      fd_(std::exchange(other.fd_, -1)),
      device_(other.device_),
      inode_(other.inode_) {}

bool UnixListener::Reachable() const {
  struct stat there {};
  return lstat(path_.c_str(), &there) == 0 && there.st_dev == device_ && there.st_ino == inode_;
}

absl::Status UnixListener::ListenAgain() {
  absl::StatusOr<UnixListener> again = Listen(path_, mode_);
  if (!again.ok()) return again.status();
  // Without the group it is still there for those who have the file's own.
  if (!group_.empty()) static_cast<void>(again->GiveTo(group_));
  close(fd_);
  fd_ = std::exchange(again->fd_, -1);
  device_ = again->device_;
  inode_ = again->inode_;
  return absl::OkStatus();
}

UnixListener::~UnixListener() {
  if (fd_ < 0) return;
  if (Reachable()) unlink(path_.c_str());
  close(fd_);
}

}  // namespace hostctl::rpc
